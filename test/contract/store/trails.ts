import { expect, test } from "vitest";
import type { RequestId } from "../../../shared/connection/connection.ts";
import { requestIdOf } from "../../../shared/connection/connection.ts";
import { requestText, writeDown } from "../../../shared/request/life.ts";
import { aConnectionId, HOUR, later } from "../../fixtures/builders.ts";
import { asked, assessed } from "../../fixtures/entries.ts";
import { SEALS } from "../../fixtures/seals.ts";
import { type OpenStore, trailAt, trailOf } from "./store-under-test.ts";

const all = async (ids: AsyncIterable<RequestId>): Promise<RequestId[]> => {
  const found: RequestId[] = [];
  for await (const id of ids) found.push(id);
  return found;
};

/** What those see who look whether anything was done to the trails. */
export function trails(open: OpenStore): void {
  test("are listed by their requests' ids, as many at a time as are asked for", async () => {
    const store = await open();
    const changes = ["a", "b", "c", "d", "e"].map((name) => trailOf(name, assessed()));
    for (const change of changes) await store.append(change);
    const ids = changes.map(({ request }) => request.id).sort();

    const found: string[] = [];
    for (let after: string | null = null; ; after = found.at(-1) ?? null) {
      const some: readonly string[] = await store.trails.ids(after, 2);
      expect(some.length).toBeLessThanOrEqual(2);
      if (some.length === 0) break;
      found.push(...some);
    }

    expect(found).toEqual(ids);
  });

  test("are given as they are stored: the very text that each seal covers", async () => {
    const store = await open();
    const { request, records, said } = trailOf("a", assessed(), asked());
    await store.append({
      records,
      said,
      request,
      requestSaid: requestText(request),
      requestSeal: null,
      notices: [],
    });

    const stored = await store.trails.records(request.id);

    expect(stored).toEqual(records.map(({ seq, seal }, index) => ({ seq, said: said[index], seal })));
    const previous = [null, ...records.map(({ seal }) => seal)];
    const doubts = stored.map((record, index) => SEALS.doubtOf(previous[index] ?? null, record));
    expect(doubts).toEqual([null, null, null]);
  });

  test("are given many at a time, too, with what was made of them, in the order in which they are asked for", async () => {
    const store = await open();
    const changes = ["a", "b", "c"].map((name) => trailOf(name, assessed(), asked()));
    for (const change of changes) await store.append(change);
    const ids = [...changes.map(({ request }) => request.id), requestIdOf(aConnectionId("nowhere"), null)];

    const wholes = await Array.fromAsync(store.trails.wholes(ids));

    const one = await Promise.all(ids.map((id) => store.whole(id)));
    expect(wholes.map(({ request, records }) => ({ request, records }))).toEqual(one);
    for (const [index, { sealed, records }] of wholes.entries()) {
      if (sealed === null) continue;
      expect(JSON.parse(sealed.said)).toEqual(changes[index]?.request);
      expect(SEALS.requests.doubtOf(records.at(-1)?.seal ?? null, sealed)).toBeNull();
    }
  });

  test("of a request that nobody wrote down have no records", async () => {
    const store = await open();

    expect(await store.trails.records(requestIdOf(aConnectionId("nowhere"), null))).toEqual([]);
  });

  test("that changed from a moment on until before another are all among those that are named", async () => {
    const store = await open();
    const [early, amid, late] = [
      trailAt(later(0), "early"),
      trailAt(later(HOUR), "amid", assessed()),
      trailAt(later(2 * HOUR), "late"),
    ];
    for (const change of [early, amid, late]) await store.append(change);

    const changed = await all(store.trails.changed(later(HOUR), later(2 * HOUR)));
    expect(changed).toContain(amid.request.id);
    expect(new Set(changed).size).toBe(changed.length);
    await store.append(writeDown(early.request, [assessed()], later(3 * HOUR), SEALS));
    expect(await all(store.trails.changed(later(3 * HOUR), later(4 * HOUR)))).toContain(early.request.id);
  });
}
