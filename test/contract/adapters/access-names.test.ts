import { expect, test } from "vitest";
import { namesIn } from "../../../functions/kit/access-names.ts";
import { openSqliteStore } from "../../../shared/store/sqlite.ts";
import { aConnection, aConnectionId, aTrail, CONSUMER } from "../../fixtures/builders.ts";
import { ana, asked, assessedAs, bo, reviewed } from "../../fixtures/entries.ts";

const named = aTrail({}, assessedAs({ kind: "value", value: "Payments weu" }), asked(), reviewed(ana));
const nameless = aTrail({ connection: aConnection({ id: aConnectionId("b"), endpoint: null }) });
const NOBODY = "00000000-0000-4000-8000-00000000dead";
const ID = named.request.id;

test.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>]>([
  ["a request that was opened", { id: ID }, { [ID]: "pe-payments → aks-prod" }],
  [
    "one that was looked for, as it was written",
    { request: ID.toUpperCase() },
    { [ID.toUpperCase()]: "pe-payments → aks-prod" },
  ],
  [
    "one whose endpoint ARM does not name",
    { id: nameless.request.id },
    { [nameless.request.id]: "an unnamed endpoint → aks-prod" },
  ],
  ["a subscription", { consumer: CONSUMER, limit: "5" }, { [CONSUMER]: "Payments weu" }],
  ["a person, by object id", { person: ana.oid }, { [ana.oid]: "Ana" }],
  ["nobody who is there", { id: `pec-${"0".repeat(32)}`, consumer: NOBODY, person: bo.oid }, {}],
  ["what is no id", { id: "pec-x", person: "constructor", consumer: "__proto__", request: "pec-" }, {}],
  ["an id where none is looked for", { cluster: ID, rule: ana.oid }, {}],
])("who looked at %s is told its name", async (_what, query, expected) => {
  const store = openSqliteStore(":memory:");
  for (const trail of [named, nameless]) await store.append(trail);

  expect(await namesIn(store, [{ query }, { query }])).toEqual(expected);
  store.close();
});
