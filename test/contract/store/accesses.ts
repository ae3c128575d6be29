import { expect, test } from "vitest";
import type { Access } from "../../../shared/search/access.ts";
import { CursorError } from "../../../shared/search/page.ts";
import { HOUR, later, NINE } from "../../fixtures/builders.ts";
import { ana, asPerson } from "../../fixtures/entries.ts";
import { allOf, NO_CURSORS, type OpenStore } from "./store-under-test.ts";

const anAccess = (count: number): Access => ({
  at: later(count * HOUR),
  person: asPerson(ana),
  operation: "listRecords",
  query: { person: "' OR 1=1 -- \u0000 é", from: NINE },
  count,
});

/** Who read the trails. */
export function accesses(open: OpenStore): void {
  const withSome = async (many: number) => {
    const { accesses: log } = await open();
    for (let count = 1; count <= many; count++) await log.add(anAccess(count));
    return log;
  };

  test("is empty at first", async () => {
    const log = await withSome(0);

    expect(await allOf((cursor) => log.accesses({ limit: 2, cursor }))).toEqual([]);
  });

  test("gives back what was said, newest first, page by page", async () => {
    const log = await withSome(5);

    const found = await allOf((cursor) => log.accesses({ limit: 2, cursor }));

    expect(found).toEqual([5, 4, 3, 2, 1].map(anAccess));
  });

  test("keeps two accesses of one moment and one person apart", async () => {
    const log = await withSome(1);
    await log.add(anAccess(1));

    expect(await allOf((cursor) => log.accesses({ limit: 1, cursor }))).toEqual([1, 1].map(anAccess));
  });

  test("stays stable while somebody reads on", async () => {
    const log = await withSome(4);
    const first = await log.accesses({ limit: 2, cursor: null });

    await log.add(anAccess(5));
    const rest = await allOf((cursor) => log.accesses({ limit: 2, cursor: cursor ?? first.nextCursor }));

    expect([...first.items, ...rest]).toEqual([4, 3, 2, 1].map(anAccess));
  });

  test("shows those from a moment on until before another", async () => {
    const log = await withSome(5);
    const span = { from: later(2 * HOUR), to: later(4 * HOUR) };

    const found = await allOf((cursor) => log.accesses({ ...span, limit: 1, cursor }));

    expect(found).toEqual([3, 2].map(anAccess));
  });

  test("shows those about one request: who opened it, and who looked for it by its id", async () => {
    const log = await withSome(1);
    const [mine, other] = [`pec-${"a".repeat(32)}`, `pec-${"b".repeat(32)}`];
    const about = (count: number, query: Access["query"]) => ({ ...anAccess(count), query });
    const ofMine = [
      about(2, { id: mine }),
      about(3, { request: mine.toUpperCase() }),
      about(5, { id: mine }),
    ];
    for (const access of [...ofMine, about(4, { id: other }), about(6, { q: mine })]) await log.add(access);

    const found = await allOf((cursor) => log.accesses({ request: mine, limit: 2, cursor }));
    const early = await allOf((cursor) =>
      log.accesses({ request: mine, to: later(5 * HOUR), limit: 9, cursor }),
    );
    const all = await allOf((cursor) => log.accesses({ limit: 9, cursor }));

    expect(found).toEqual(ofMine.toReversed());
    expect(early).toEqual(ofMine.slice(0, 2).toReversed());
    expect(all).toHaveLength(6);
  });

  test("shows none about a request that nobody looked at", async () => {
    const log = await withSome(2);

    expect(await log.accesses({ request: `pec-${"c".repeat(32)}`, limit: 9, cursor: null })).toEqual({
      items: [],
      nextCursor: null,
    });
  });

  test("shows what came late where it belongs", async () => {
    const { accesses: log } = await open();
    for (const count of [3, 1, 4, 2]) await log.add(anAccess(count));

    const found = await allOf((cursor) => log.accesses({ limit: 1, cursor }));

    expect(found).toEqual([4, 3, 2, 1].map(anAccess));
  });

  test("passes over what it cannot understand", async () => {
    const log = await withSome(1);
    await log.add({ ...anAccess(2), count: -1 });
    await log.add(anAccess(3));

    const found = await allOf((cursor) => log.accesses({ limit: 1, cursor }));

    expect(found).toEqual([3, 1].map(anAccess));
  });

  test.each(NO_CURSORS)("the cursor %j, which no page gave, is refused", async (cursor) => {
    const log = await withSome(1);

    await expect(log.accesses({ limit: 1, cursor })).rejects.toThrow(CursorError);
  });
}
