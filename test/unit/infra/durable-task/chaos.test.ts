import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  EventType,
  type HistoryEvent,
  historyEvent,
} from "../../../../infra/local/durable-task/core/history.ts";
import { createChaos } from "../../../../infra/local/durable-task/work/chaos.ts";
import { inAnotherOrder } from "../../../../infra/local/durable-task/work/chaos-order.ts";

const SEEDS = Array.from({ length: 50 }, (_, index) => index + 1);

test("an episode that happens again gets the same messages, and no event comes more than twice", () => {
  for (const seed of SEEDS) {
    const chaos = createChaos(seed, () => undefined);
    const taken = new Map<string, number>();
    for (let episode = 0; episode < 4; episode++) {
      const waiting = ["a", "b", "c"].map((name) =>
        historyEvent(0, { EventType: EventType.EventRaised, Name: `${name} ${episode}`, Input: null }),
      );
      const key = { instanceId: "one", episode };

      const lost = chaos.batch(key, waiting);
      const again = chaos.batch(key, waiting);

      expect(again).toEqual(lost);
      for (const event of again) {
        const name = "Name" in event ? event.Name : "";
        taken.set(name, (taken.get(name) ?? 0) + 1);
      }
    }
    expect(Math.max(...taken.values())).toBeLessThanOrEqual(2);
  }
});

describe("another order of messages", () => {
  const START = Date.parse("2026-01-05T00:00:00.000Z");
  const kinds = fc.constantFrom(EventType.EventRaised, EventType.TimerFired, EventType.ExecutionSuspended);
  const batches = fc.array(
    fc.record({ kind: kinds, afterMs: fc.nat(3_000), place: fc.double({ min: 0, max: 1 }) }),
  );

  const messagesOf = (batch: readonly { kind: number; afterMs: number }[]): HistoryEvent[] =>
    batch
      .map(({ kind, afterMs }) => ({ kind, at: START + afterMs }))
      .sort((one, other) => one.at - other.at)
      .map(({ kind, at }) => historyEvent(at, { EventType: kind, Name: "", Input: null } as never));

  test("has the same messages; what controls an instance stays, and no second passes another", () => {
    fc.assert(
      fc.property(batches, (batch) => {
        const before = messagesOf(batch);

        const after = inAnotherOrder(before, (index) => batch[index]?.place ?? 0);

        expect(new Set(after)).toEqual(new Set(before));
        expect(after).toHaveLength(before.length);
        for (const [index, message] of before.entries()) {
          if (message.EventType === EventType.ExecutionSuspended) expect(after[index]).toBe(message);
        }
        const seconds = after.map(({ Timestamp }) => Timestamp.slice(0, 19));
        expect(seconds).toEqual(seconds.toSorted());
      }),
    );
  });

  test("differs within a second", () => {
    const before = messagesOf([1, 2].map((afterMs) => ({ kind: EventType.EventRaised, afterMs })));

    expect(inAnotherOrder(before, (index) => -index)).toEqual(before.toReversed());
  });
});
