import { expect, test } from "vitest";
import type { Instant } from "../../../shared/connection/connection.ts";
import { writeDown } from "../../../shared/request/life.ts";
import type { Closing } from "../../../shared/search/closing.ts";
import type { Search } from "../../../shared/search/port.ts";
import { aPolicy, CONSUMER, HOUR, later, MINUTE, NINE } from "../../fixtures/builders.ts";
import {
  ana,
  anEntry,
  applying,
  asked,
  asPerson,
  assessedAs,
  decided,
  failed,
  reopened,
  reviewed,
  verified,
} from "../../fixtures/entries.ts";
import { SEALS } from "../../fixtures/seals.ts";
import { type OpenStore, trailAt, trailOf } from "./store-under-test.ts";

async function all(search: Search, from: Instant, to: Instant): Promise<Closing[]> {
  const found: Closing[] = [];
  for await (const closing of search.closings(from, to)) found.push(closing);
  return found;
}

/** How requests ended, of which figures are made. */
export function closings(open: OpenStore): void {
  test("says who decided, and how long it took", async () => {
    const { search, ...store } = await open();
    const name = { kind: "value", value: "payments-weu" } as const;
    const byRule = trailOf("a", assessedAs(name), decided(), applying(), verified());
    const begun = trailAt(later(MINUTE), "b", assessedAs(name, aPolicy()), asked(), reviewed(ana, "reject"));
    await store.append(byRule);
    await store.append(begun);
    const byPerson = [decided("reject", asPerson(ana)), applying("Rejected"), verified("Rejected")];
    await store.append(writeDown(begun.request, byPerson, later(HOUR), SEALS));
    await store.append(trailOf("open", asked()));

    const found = await all(search, NINE, later(2 * HOUR));

    const common = { cluster: "aks-prod", consumer: CONSUMER, consumerName: "payments-weu" };
    expect(found).toEqual([
      {
        ...common,
        requestId: byRule.request.id,
        seq: 5,
        at: NINE,
        outcome: "approved",
        by: "policy",
        rules: ["payments"],
        askedBy: [],
        people: [],
        decidedAfterMs: 0,
      },
      {
        ...common,
        requestId: begun.request.id,
        seq: 7,
        at: later(HOUR),
        outcome: "rejected",
        by: "people",
        rules: [],
        askedBy: ["default"],
        people: [{ oid: ana.oid, name: "Ana" }],
        decidedAfterMs: HOUR - MINUTE,
      },
    ]);
  });

  test("is told from a moment on until before another, oldest first, in whatever order it was written", async () => {
    const { search, ...store } = await open();
    for (const n of [3, 0, 2, 4, 1]) await store.append(trailAt(later(n * HOUR), `${n}`, failed()));

    const found = await all(search, later(HOUR), later(4 * HOUR));

    expect(found.map(({ at }) => at)).toEqual([1, 2, 3].map((n) => later(n * HOUR)));
    expect(await all(search, later(HOUR), later(HOUR))).toEqual([]);
  });

  test("is told each time that a request ended", async () => {
    const { search, ...store } = await open();
    const trail = trailOf("a", failed());
    await store.append(trail);
    const again = [reopened(), anEntry.superseded];
    await store.append(writeDown(trail.request, again, later(HOUR), SEALS));

    const found = await all(search, NINE, later(2 * HOUR));

    expect(found.map(({ seq, outcome, by }) => [seq, outcome, by])).toEqual([
      [2, "failed", null],
      [4, "superseded", null],
    ]);
  });
}
