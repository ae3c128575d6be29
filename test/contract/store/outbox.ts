import { expect, test } from "vitest";
import type { Line } from "../../../shared/request/notice.ts";
import type { Outbox } from "../../../shared/request/store.ts";
import { HOUR, later, MINUTE, NINE } from "../../fixtures/builders.ts";
import { anEntry, asked, assessed, decided } from "../../fixtures/entries.ts";
import { type OpenStore, trailOf } from "./store-under-test.ts";

/** Asked, reminded and expired: three notices, of the records 2, 3 and 4. */
const TRAIL = trailOf("a", asked(), anEntry.reminded, anEntry.expired);
const LOG: Line = { requestId: TRAIL.request.id, channel: "log" };
const CARD: Line = { ...LOG, channel: "card" };

const seqs = async (outbox: Outbox, line: Line) => (await outbox.pending(line)).map(({ seq }) => seq);

/** What people must be told is stored with the records that say so, and is crossed off channel by channel. */
export function outbox(open: OpenStore): void {
  const filed = async () => {
    const store = await open();
    await store.append(TRAIL);
    return store;
  };

  test("a change's notices are there for each channel, in order and due at once", async () => {
    const store = await filed();

    expect(await seqs(store.outbox, LOG)).toEqual([2, 3, 4]);
    expect(await seqs(store.outbox, CARD)).toEqual([2, 3, 4]);
    expect((await store.outbox.pending(LOG))[0]).toEqual({ seq: 2, attempts: 0, dueAt: NINE });
  });

  test("a change that is refused leaves no notice", async () => {
    const store = await filed();

    expect(await store.append(TRAIL)).toBe(false);

    expect(await seqs(store.outbox, LOG)).toEqual([2, 3, 4]);
  });

  test("what nobody has to be told of is not in it", async () => {
    const store = await open();
    await store.append(trailOf("b", assessed(), decided()));

    expect(await store.outbox.figures()).toEqual([]);
    expect(await store.outbox.due(later(HOUR), 10)).toEqual([]);
  });

  test("what one channel has done is left for the other; saying so twice changes nothing", async () => {
    const { outbox } = await filed();

    await outbox.done(LOG, 2);
    await outbox.done(LOG, 2);

    expect(await seqs(outbox, LOG)).toEqual([3, 4]);
    expect(await seqs(outbox, CARD)).toEqual([2, 3, 4]);
  });

  test("a line is due when its first notice is: what is postponed holds back what comes after it", async () => {
    const { outbox } = await filed();
    await outbox.postpone(LOG, 2, { attempts: 1, dueAt: later(HOUR) });

    expect(await outbox.due(later(MINUTE), 10)).toEqual([CARD]);
    expect(await outbox.due(later(HOUR + 1), 10)).toEqual([CARD, LOG]);
    expect((await outbox.pending(LOG))[0]).toEqual({ seq: 2, attempts: 1, dueAt: later(HOUR) });
  });

  test("what is due right at the moment is not due before it", async () => {
    const { outbox } = await filed();

    expect(await outbox.due(NINE, 10)).toEqual([]);
    expect(await outbox.due(later(1), 10)).toHaveLength(2);
  });

  test("at most so many lines are given, the longest due first", async () => {
    const store = await filed();
    await store.outbox.postpone(LOG, 2, { attempts: 1, dueAt: later(MINUTE) });

    expect(await store.outbox.due(later(HOUR), 1)).toEqual([CARD]);
  });

  test("what is given up is not pending any more, makes way for the next, and is counted", async () => {
    const { outbox } = await filed();

    await outbox.giveUp(LOG, 2);
    await outbox.done(LOG, 3);

    expect(await seqs(outbox, LOG)).toEqual([4]);
    expect(await outbox.due(later(1), 10)).toContainEqual(LOG);
    expect(await outbox.figures()).toEqual([
      { channel: "card", pending: 3, oldestPendingAt: NINE, givenUp: 0 },
      { channel: "log", pending: 1, oldestPendingAt: NINE, givenUp: 1 },
    ]);
  });
}
