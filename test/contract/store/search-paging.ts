import { expect, test } from "vitest";
import { writeDown } from "../../../shared/request/life.ts";
import type { Entry } from "../../../shared/request/record.ts";
import { CursorError } from "../../../shared/search/page.ts";
import type { RequestSummary } from "../../../shared/search/summaries.ts";
import { termOf } from "../../../shared/search/terms.ts";
import { HOUR, later, MINUTE, NINE } from "../../fixtures/builders.ts";
import { aRequirement, asked, assessed, deferred, failed } from "../../fixtures/entries.ts";
import { SEALS } from "../../fixtures/seals.ts";
import { keyOf, recordsOf, requestsOf } from "./searching.ts";
import { allOf, NO_CURSORS, type OpenStore, trailAt, trailOf } from "./store-under-test.ts";

/** In which order, how far, and what stays stable meanwhile. */
export function paging(open: OpenStore): void {
  const numbered = (n: number, ...entries: readonly Entry[]) =>
    trailAt(later(n * MINUTE), `${n}`, ...entries);
  const numbersOf = (requests: readonly RequestSummary[]) =>
    requests.map(({ receivedAt }) => (Date.parse(receivedAt) - Date.parse(NINE)) / MINUTE);

  test("show requests in the order in which they were received, whatever happened to them since", async () => {
    const { search, ...store } = await open();
    const first = numbered(0);
    for (const trail of [numbered(2), first, numbered(1)]) await store.append(trail);
    await store.append(writeDown(first.request, [assessed()], later(HOUR), SEALS));

    expect(numbersOf(await requestsOf(search, { by: "newest" }))).toEqual([2, 1, 0]);
    expect(numbersOf(await requestsOf(search, { by: "oldest" }))).toEqual([0, 1, 2]);
  });

  test("show records newest first, in whatever order they came, and a request's own by their numbers", async () => {
    const { search, ...store } = await open();
    const first = numbered(0, assessed());
    for (const trail of [numbered(2), first, numbered(1)]) await store.append(trail);
    await store.append(writeDown(first.request, [asked()], later(HOUR), SEALS));

    const found = await recordsOf(search, {});

    expect(found.map(({ at, seq }) => [at, seq])).toEqual([
      [later(HOUR), 3],
      [later(2 * MINUTE), 1],
      [later(MINUTE), 1],
      [NINE, 2],
      [NINE, 1],
    ]);
  });

  test("show those that wait by their deadlines, the nearest first, and no others", async () => {
    const { search, ...store } = await open();
    const within = (hours: number) => asked(aRequirement({ timeoutMs: hours * HOUR }));
    for (const [n, hours] of [4, 1, 3, 2].entries()) await store.append(numbered(n, within(hours)));
    await store.append(numbered(8, deferred()));
    await store.append(numbered(9, failed()));

    const found = await requestsOf(search, { by: "deadline" });

    expect(found.map(({ deadline }) => deadline)).toEqual([1, 2, 3, 4].map((hours) => later(hours * HOUR)));
    const narrowed = {
      by: "deadline",
      terms: [termOf("cluster", "aks-prod")],
      to: later(3 * MINUTE),
    } as const;
    expect(numbersOf(await requestsOf(search, narrowed))).toEqual([1, 2, 0]);
  });

  test.each(["newest", "oldest", "deadline"] as const)(
    "stay stable while requests are added, %s first",
    async (by) => {
      const { search, ...store } = await open();
      for (const n of [2, 3, 4, 5]) await store.append(numbered(n, asked()));
      const query = { terms: [termOf("state", "waiting")], by, limit: 2 };
      const start = await search.requests({ ...query, cursor: null });

      for (const n of [0, 1, 6, 7]) await store.append(numbered(n, asked()));
      const rest = await allOf((cursor) => search.requests({ ...query, cursor: cursor ?? start.nextCursor }));

      const seen = numbersOf([...start.items, ...rest]);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual(expect.arrayContaining([2, 3, 4, 5]));
    },
  );

  test("stay stable while records are added", async () => {
    const { search, ...store } = await open();
    for (const n of [0, 1, 2, 3]) await store.append(numbered(n));
    const query = { terms: [termOf("kind", "received")], limit: 2 };
    const start = await search.records({ ...query, cursor: null });

    for (const n of [4, 5]) await store.append(numbered(n));
    const rest = await allOf((cursor) => search.records({ ...query, cursor: cursor ?? start.nextCursor }));

    const times = [...start.items, ...rest].map(({ at }) => at);
    expect(times).toEqual([3, 2, 1, 0].map((n) => later(n * MINUTE)));
  });

  test("give what came at one moment once each, wherever a page ends", async () => {
    const { search, ...store } = await open();
    const trails = ["a", "b", "c", "d", "e"].map((name) => trailOf(name, assessed(), asked()));
    for (const trail of trails) await store.append(trail);

    for (const limit of [1, 2, 4, 7]) {
      const records = (await recordsOf(search, {}, limit)).map(keyOf);
      const requests = (await requestsOf(search, { by: "deadline" }, limit)).map(({ id }) => id);

      expect([records.length, new Set(records).size]).toEqual([15, 15]);
      expect([requests.length, new Set(requests).size]).toEqual([5, 5]);
    }
  });

  test.each([0, 1, 2, 3, 4, 5])("of %i requests hold two at most, and end", async (count) => {
    const { search, ...store } = await open();
    for (let n = 0; n < count; n++) await store.append(numbered(n));

    const sizes: number[] = [];
    const found = await allOf(async (cursor) => {
      const page = await search.requests({ terms: [], by: "newest", limit: 2, cursor });
      sizes.push(page.items.length);
      return page;
    });

    expect(found).toHaveLength(count);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2);
  });

  test("hold only what matches, and lead to all that does", async () => {
    const { search, ...store } = await open();
    for (let n = 0; n < 9; n++) await store.append(numbered(n, asked()));
    const matches = ({ receivedAt }: RequestSummary) => Date.parse(receivedAt) % (4 * MINUTE) === 0;

    expect(numbersOf(await requestsOf(search, { matches }))).toEqual([8, 4, 0]);
    expect(numbersOf(await requestsOf(search, { by: "oldest", matches }, 1))).toEqual([0, 4, 8]);
    expect(await requestsOf(search, { by: "deadline", matches: () => false })).toEqual([]);
  });

  test.each(NO_CURSORS)("the cursor %j, which no page gave, is refused", async (cursor) => {
    const { search, ...store } = await open();
    await store.append(trailOf("a", asked()));

    for (const terms of [[], [termOf("kind", "asked")], [termOf("kind", "none")]])
      await expect(search.records({ terms, limit: 1, cursor })).rejects.toThrow(CursorError);
    for (const by of ["newest", "oldest", "deadline"] as const)
      await expect(search.requests({ terms: [], by, limit: 1, cursor })).rejects.toThrow(CursorError);
  });
}
