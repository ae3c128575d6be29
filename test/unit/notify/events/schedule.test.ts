import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pauseBeforeNextCall } from "../../../../shared/notify/events/schedule.ts";
import { HOUR, MINUTE } from "../../../fixtures/builders.ts";

describe("how often a webhook is tried", () => {
  test("at once, and after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 hours; then it is given up", () => {
    const pauses = Array.from({ length: 10 }, (_, index) => pauseBeforeNextCall(index + 1, 0));

    expect(pauses).toEqual([
      5_000,
      5 * MINUTE,
      30 * MINUTE,
      ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR),
      null,
    ]);
  });

  test("up to a tenth later, so that what failed together comes apart", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (failures, random) => {
          const [least, pause] = [
            pauseBeforeNextCall(failures, 0) ?? 0,
            pauseBeforeNextCall(failures, random) ?? 0,
          ];

          expect(pause).toBeGreaterThanOrEqual(least);
          expect(pause).toBeLessThanOrEqual(least * 1.1);
        },
      ),
    );
    expect(pauseBeforeNextCall(1, 0.9)).toBeGreaterThan(5_000);
  });
});
