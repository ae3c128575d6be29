import { TableClient } from "@azure/data-tables";
import { expect, test } from "vitest";
import { accountOf } from "../../../../shared/request/account.ts";
import { writeDown } from "../../../../shared/request/life.ts";
import { termOf } from "../../../../shared/search/terms.ts";
import type { Store } from "../../../../shared/store/store.ts";
import type { Azurite } from "../../../fixtures/azurite.ts";
import { aClusterId, CONSUMER, later, NINE } from "../../../fixtures/builders.ts";
import {
  ana,
  anEntry,
  applying,
  asked,
  assessed,
  decided,
  reviewed,
  verified,
} from "../../../fixtures/entries.ts";
import { SEALS } from "../../../fixtures/seals.ts";
import { allOf, trailOf } from "../store-under-test.ts";
import { aPrefix, type tableStores } from "./stores.ts";

const WORLD = [
  trailOf("a", assessed(), asked(), reviewed(ana)),
  trailOf("b", assessed(), decided(), applying(), verified()),
  trailOf("c", anEntry.refused),
];

/** All that is found by the views. */
const foundIn = async ({ search, ...store }: Store) => ({
  records: await allOf((cursor) => search.records({ terms: [], limit: 4, cursor })),
  approved: await allOf((cursor) =>
    search.records({ terms: [termOf("outcome", "approved")], limit: 4, cursor }),
  ),
  newest: await allOf((cursor) => search.requests({ terms: [], by: "newest", limit: 2, cursor })),
  oldest: await allOf((cursor) => search.requests({ terms: [], by: "oldest", limit: 2, cursor })),
  deadline: await allOf((cursor) => search.requests({ terms: [], by: "deadline", limit: 2, cursor })),
  open: await store.open({ cluster: aClusterId() }),
  clusters: await store.clustersWithOpenRequests(),
  atRest: await store.atRest("another"),
  approvals: await store.approvals(CONSUMER),
  closings: await Array.fromAsync(search.closings(NINE, later(1))),
});

const GARBLED = { summary: "{", terms: "", seq: 99, rows: "x", said: "", cluster: "nowhere", closing: "[" };

/** What becomes of the store when somebody gets at the table of views. */
export function spoiltViews(azurite: () => Azurite, { openNamed }: ReturnType<typeof tableStores>): void {
  const spoilt = async (how: "wiped" | "garbled") => {
    const prefix = aPrefix();
    const store = await openNamed(prefix);
    for (const change of WORLD) await store.append(change);
    const before = await foundIn(store);
    const client = TableClient.fromConnectionString(azurite().connectionString, `${prefix}views`, {
      allowInsecureConnection: true,
    });
    for await (const { partitionKey = "", rowKey = "", summary, terms } of client.listEntities()) {
      if (how === "wiped") await client.deleteEntity(partitionKey, rowKey);
      else if (!rowKey.startsWith("x!"))
        await client.updateEntity({ partitionKey, rowKey, ...GARBLED }, "Replace");
      // Another request than there is.
      if (how === "garbled" && /^[qrds]!all!/.test(rowKey))
        await client.createEntity({
          partitionKey,
          rowKey: rowKey.replace(/pec-.{8}/, "pec-00000000"),
          summary,
          terms,
        });
    }
    return { before, store: await openNamed(prefix) };
  };

  test.each(["wiped", "garbled"] as const)("%s: trails are read and added to as ever", async (how) => {
    const { store } = await spoilt(how);

    for (const { request, records } of WORLD) {
      expect(await store.read(request.id)).toEqual(request);
      expect(await store.trail(request.id)).toEqual(records);
    }
    const [{ request }] = WORLD as [(typeof WORLD)[0]];
    expect(await store.append(writeDown(request, [anEntry.expired], NINE, SEALS))).toBe(true);
    expect(await accountOf({ store, seals: SEALS }, request.id)).toMatchObject({
      kind: "sound",
      request: { state: "closed" },
    });
  });

  test.each(["wiped", "garbled"] as const)("%s: a rebuild finds everything again", async (how) => {
    const { before, store } = await spoilt(how);
    const told: number[] = [];

    await store.rebuild((requests) => told.push(requests));

    expect(await foundIn(store)).toEqual(before);
    expect(told).toEqual([1, 2, 3]);
  });

  test("a rebuild of what is right changes nothing, what people must be told included", async () => {
    const store = await openNamed(aPrefix());
    for (const change of WORLD) await store.append(change);
    const before = await foundIn(store);
    const line = { requestId: WORLD[0]?.request.id, channel: "log" } as Parameters<
      Store["outbox"]["pending"]
    >[0];
    const pending = await store.outbox.pending(line);

    await store.rebuild();

    expect(await foundIn(store)).toEqual(before);
    expect(await store.outbox.pending(line)).toEqual(pending);
  });
}
