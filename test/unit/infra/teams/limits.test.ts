import fc from "fast-check";
import { expect, test } from "vitest";
import { Limits } from "../../../../infra/local/teams/limits.ts";

const aLimit = fc.record({
  count: fc.integer({ min: 1, max: 5 }),
  windowMs: fc.integer({ min: 1, max: 5_000 }),
});
const pauses = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 60 });

test("no window ever holds more than it may, whoever asks how often", () => {
  fc.assert(
    fc.property(fc.array(aLimit, { maxLength: 3 }), pauses, (limits, waits) => {
      const counted = new Limits(limits);
      const taken: number[] = [];
      let now = 1_000_000;

      for (const wait of waits) {
        now += wait;
        if (counted.take("key", now) === undefined) taken.push(now);
      }

      for (const { count, windowMs } of limits)
        for (const at of taken)
          expect(taken.filter((other) => other > at - windowMs && other <= at).length).toBeLessThanOrEqual(
            count,
          );
    }),
  );
});

test("who waits as long as told is taken", () => {
  fc.assert(
    fc.property(fc.array(aLimit, { maxLength: 3 }), pauses, (limits, waits) => {
      const counted = new Limits(limits);
      let now = 1_000_000;

      for (const wait of waits) {
        now += wait;
        const seconds = counted.take("key", now);
        if (seconds === undefined) continue;
        now += seconds * 1000;
        expect(counted.take("key", now)).toBeUndefined();
      }
    }),
  );
});

test("keys do not count against each other", () => {
  const limits = new Limits([{ count: 1, windowMs: 1_000 }]);

  expect([limits.take("a", 0), limits.take("b", 0), limits.take("a", 0)]).toEqual([undefined, undefined, 1]);
});

test("so many are taken as may be, and those that are refused do not count", () => {
  const limits = new Limits([{ count: 3, windowMs: 2_000 }]);

  const waits = [0, 0, 500, 500, 1_999, 2_000, 2_000, 2_000].map((at) => limits.take("key", at));

  expect(waits).toEqual([undefined, undefined, undefined, 2, 1, undefined, undefined, 1]);
});
