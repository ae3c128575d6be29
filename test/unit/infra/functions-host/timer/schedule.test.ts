import { describe, expect, test } from "vitest";
import { parseSchedule } from "../../../../../infra/local/functions-host/timer/schedule.ts";

describe("a schedule in UTC", () => {
  test.each<[string, string, string | null]>([
    ["* * * * * *", "2026-11-22T10:00:00.000Z", "2026-11-22T10:00:01.000Z"],
    ["* * * * * *", "2026-11-22T10:00:00.999Z", "2026-11-22T10:00:01.000Z"],
    ["0 */5 * * * *", "2026-11-22T10:00:00.000Z", "2026-11-22T10:05:00.000Z"],
    ["*/5 * * * *", "2026-11-22T10:02:31.000Z", "2026-11-22T10:05:00.000Z"],
    ["30 5-7 * * * *", "2026-11-22T10:07:30.000Z", "2026-11-22T11:05:30.000Z"],
    ["0 30 9 * * 1-5", "2026-11-20T09:30:00.000Z", "2026-11-23T09:30:00.000Z"],
    ["0 30 9 * Jan Mon", "2026-11-20T09:30:00.000Z", "2027-01-04T09:30:00.000Z"],
    ["0 0 0 13 * Friday", "2026-11-14T00:00:00.000Z", "2027-08-13T00:00:00.000Z"],
    ["0 0 0 29 2 *", "2026-11-22T00:00:00.000Z", "2028-02-29T00:00:00.000Z"],
    ["0 0 12 31 * *", "2026-11-22T00:00:00.000Z", "2026-12-31T12:00:00.000Z"],
    ["10,20 0 0 * * *", "2026-12-31T00:00:20.000Z", "2027-01-01T00:00:10.000Z"],
    ["0 0 0 30 2 *", "2026-11-22T00:00:00.000Z", null],
    ["00:00:30", "2026-11-22T10:00:00.000Z", "2026-11-22T10:00:30.000Z"],
    ["1.00:00:00", "2026-11-22T10:00:00.000Z", "2026-11-23T10:00:00.000Z"],
  ])("%s after %s is %s", (text, after, expected) => {
    const next = parseSchedule(text).next(new Date(after));

    expect(next?.toISOString() ?? null).toBe(expected);
  });

  test.each<[string, string]>([
    ["* * *", "five or six fields"],
    ["60 * * * * *", '"60" is no second (0 to 59)'],
    ["0 0 0 0 * *", '"0" is no day (1 to 31)'],
    ["0 0 0 * * 7", '"7" is no day of week (0 to 6)'],
    ["0 5-1 * * * *", "empty range"],
    ["0 */0 * * * *", "empty range"],
    ["0 x * * * *", '"x" is no minute'],
    ["00:00:00", "longer than zero"],
  ])("%s is refused: %s", (text, problem) => {
    expect(() => parseSchedule(text)).toThrow(problem);
  });
});
