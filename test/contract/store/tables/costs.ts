import { expect, test } from "vitest";
import type { Search } from "../../../../shared/search/port.ts";
import { termOf } from "../../../../shared/search/terms.ts";
import type { Azurite } from "../../../fixtures/azurite.ts";
import { CONSUMER, later, MINUTE } from "../../../fixtures/builders.ts";
import { asked } from "../../../fixtures/entries.ts";
import { trailAt } from "../store-under-test.ts";
import { aPrefix, type tableStores } from "./stores.ts";
import { aTroubledWay } from "./troubled-way.ts";

const PAGE = { limit: 5, cursor: null };
const [FEW, MANY] = [12, 60];

const QUESTIONS: [string, (search: Search) => Promise<{ items: readonly unknown[] }>][] = [
  ["records", (search) => search.records({ terms: [], ...PAGE })],
  ["records of a consumer", (search) => search.records({ terms: [termOf("consumer", CONSUMER)], ...PAGE })],
  ["records of a kind", (search) => search.records({ terms: [termOf("kind", "asked")], ...PAGE })],
  ["records before a moment", (search) => search.records({ terms: [], to: later(6 * MINUTE), ...PAGE })],
  ["requests, newest", (search) => search.requests({ terms: [], by: "newest", ...PAGE })],
  ["requests, oldest", (search) => search.requests({ terms: [], by: "oldest", ...PAGE })],
  ["requests, deadline", (search) => search.requests({ terms: [], by: "deadline", ...PAGE })],
  [
    "requests of a state",
    (search) => search.requests({ terms: [termOf("state", "waiting")], by: "newest", ...PAGE }),
  ],
];

/** What questions cost, in calls: the time of a call is the service's. */
export function costs(azurite: () => Azurite, { openNamed }: ReturnType<typeof tableStores>): void {
  test("a page costs at most three calls for each partition, however much there is", async () => {
    const way = await aTroubledWay(azurite());
    const store = await openNamed(aPrefix(), way);
    const callsFor = async (ask: (typeof QUESTIONS)[0][1]) => {
      const before = way.calls.length;
      expect((await ask(store.search)).items).toHaveLength(PAGE.limit);
      return way.calls.length - before;
    };
    const fill = async (from: number, to: number) => {
      const changes = Array.from({ length: to - from }, (_none, n) =>
        trailAt(later((from + n) * MINUTE), `${from + n}`, asked()),
      );
      await Promise.all(changes.map((change) => store.append(change)));
    };

    await fill(0, FEW);
    for (const [what, ask] of QUESTIONS) expect([what, (await callsFor(ask)) <= 12]).toEqual([what, true]);
    await fill(FEW, MANY);
    for (const [what, ask] of QUESTIONS) expect([what, (await callsFor(ask)) <= 12]).toEqual([what, true]);
  });
}
