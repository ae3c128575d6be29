import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { afterQuietHours } from "../../../../shared/policy/engine/quiet-hours.ts";
import { isWithin } from "../../../../shared/policy/engine/time-window.ts";
import type { QuietHours } from "../../../../shared/policy/verdict.ts";

const ms = (text: string): number => Date.parse(text);
const NIGHT: QuietHours = { timezone: "Europe/Oslo", days: null, between: { from: 1_320, to: 420 } };
const WEEKEND: QuietHours = { timezone: "Europe/Oslo", days: [0, 6], between: null };

const asking = (...each: readonly (readonly QuietHours[])[]) => ({
  requirements: each.map((quietHours) => ({
    approvers: [],
    groups: [],
    quorum: 1,
    escalation: null,
    ...(quietHours.length > 0 && { quietHours: [...quietHours] }),
  })),
});

describe("a moment is put off to the end of quiet hours", () => {
  const LAST = ms("2026-03-20T00:00Z");

  test.each([
    ["who has none", asking([]), "2026-03-02T23:00Z", "2026-03-02T23:00Z"],
    ["by day", asking([NIGHT]), "2026-03-02T12:00Z", "2026-03-02T12:00Z"],
    ["at the minute at which the night begins", asking([NIGHT]), "2026-03-02T21:00Z", "2026-03-03T06:00Z"],
    ["after midnight", asking([NIGHT]), "2026-03-03T02:30Z", "2026-03-03T06:00Z"],
    [
      "at a weekend, with a night behind it",
      asking([NIGHT, WEEKEND]),
      "2026-03-06T23:30Z",
      "2026-03-09T06:00Z",
    ],
    ["of any of those who are asked", asking([], [NIGHT]), "2026-03-02T23:00Z", "2026-03-03T06:00Z"],
    ["in summer time", asking([NIGHT]), "2026-07-02T23:00Z", "2026-07-03T05:00Z"],
  ])("%s", (_when, demands, at, expected) => {
    expect(afterQuietHours(demands, ms(at), Math.max(LAST, ms(at) + 86_400_000))).toBe(ms(expected));
  });

  test("and falls away where that comes too late", () => {
    expect(afterQuietHours(asking([NIGHT]), ms("2026-03-02T23:00Z"), ms("2026-03-03T06:00Z"))).toBeNull();
  });

  test("and where somebody is always quiet", () => {
    const always: QuietHours = { timezone: "UTC", days: [0, 1, 2, 3, 4, 5, 6], between: null };

    expect(afterQuietHours(asking([always]), ms("2026-03-02T23:00Z"), LAST)).toBeNull();
  });

  test("by no time zone that this machine does not know", () => {
    const at = ms("2026-03-02T23:00Z");

    expect(afterQuietHours(asking([{ ...NIGHT, timezone: "Mars/Base" }]), at, LAST)).toBe(at);
  });
});

test("what comes out is the first moment that is in nobody's quiet hours, to the minute", () => {
  const minutes = fc.nat(1_439);
  const hours: fc.Arbitrary<QuietHours> = fc
    .record({
      timezone: fc.constantFrom("UTC", "Europe/Oslo", "America/New_York", "Asia/Kathmandu"),
      days: fc.option(fc.uniqueArray(fc.nat(6), { minLength: 1, maxLength: 3 })),
      from: minutes,
      to: minutes,
    })
    .map(({ timezone, days, from, to }) => ({
      timezone,
      days,
      between: { from, to: from === to ? (to + 60) % 1_440 : to },
    }));
  const START = ms("2026-03-27T00:00Z");
  fc.assert(
    fc.property(fc.array(hours, { maxLength: 3 }), fc.nat(5 * 1_440), (all, minute) => {
      const from = START + minute * 60_000;
      const last = from + 2 * 86_400_000;
      const isQuiet = (at: number) => all.some((each) => isWithin({ ...each, from: null, until: null }, at));
      let expected: number | null = from;
      while (expected < last && isQuiet(expected)) expected += 60_000;

      expect(afterQuietHours(asking(all), from, last)).toBe(expected < last ? expected : null);
    }),
  );
});
