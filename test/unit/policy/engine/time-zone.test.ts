import { expect, test } from "vitest";
import { isKnownZone, offsetAt } from "../../../../shared/policy/engine/time-zone.ts";

const HOUR = 3_600_000;

test.each<[string, string, number]>([
  ["Europe/Oslo", "2026-11-22T12:00:00Z", HOUR],
  ["Europe/Oslo", "2026-06-22T12:00:00Z", 2 * HOUR],
  ["America/New_York", "2026-11-22T12:00:00Z", -5 * HOUR],
  ["Asia/Kathmandu", "2026-11-22T12:07:31.250Z", 5.75 * HOUR],
  ["UTC", "2026-11-22T12:00:00Z", 0],
  ["Europe/Oslo", "2026-03-29T00:59:59.999Z", HOUR],
  ["Europe/Oslo", "2026-03-29T01:00:00Z", 2 * HOUR],
])("the clocks of %s at %s are so many milliseconds ahead: %i", (timezone, instant, expected) => {
  expect(offsetAt(timezone, Date.parse(instant))).toBe(expected);
  expect(offsetAt(timezone, Date.parse(instant))).toBe(expected);
  expect(isKnownZone(timezone)).toBe(true);
});

test("a zone that does not exist is not known, and has no clocks", () => {
  expect(isKnownZone("Nowhere/Land")).toBe(false);
  expect(isKnownZone("Nowhere/Land")).toBe(false);
  expect(() => offsetAt("Nowhere/Land", 0)).toThrow(
    new RangeError("This machine knows no time zone Nowhere/Land"),
  );
});

test("what is remembered of one moment is never told of another, however many there were", () => {
  const start = Date.parse("2026-01-01T00:00Z");
  const offsets = Array.from({ length: 2_500 }, (_, index) =>
    offsetAt("Europe/Berlin", start + index * 6 * HOUR),
  );

  const changes = offsets.flatMap((offset, index) =>
    index > 0 && offset !== offsets[index - 1] ? [new Date(start + index * 6 * HOUR).toISOString()] : [],
  );
  expect(changes).toEqual([
    "2026-03-29T06:00:00.000Z",
    "2026-10-25T06:00:00.000Z",
    "2027-03-28T06:00:00.000Z",
  ]);
});
