import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TimeWindow } from "../../../../shared/policy/content.ts";
import { endOf, isWithin, lastEndOf, startOf } from "../../../../shared/policy/engine/time-window.ts";
import { runs } from "../runs.ts";
import { aWindow } from "./content.ts";

const ms = (instant: string) => Date.parse(instant);
const at = (hours: number, minutes = 0) => hours * 60 + minutes;

const office = aWindow({
  timezone: "Europe/Oslo",
  days: [1, 2, 3, 4, 5],
  between: { from: at(7), to: at(18) },
});
const fridayNight = aWindow({
  timezone: "Europe/Oslo",
  days: [5],
  between: { from: at(22), to: at(6) },
});
const sunday = aWindow({ timezone: "Europe/Oslo", days: [0] });
const night = aWindow({ timezone: "Europe/Oslo", between: { from: at(1), to: at(2, 30) } });
const evening = aWindow({ timezone: "Europe/Oslo", between: { from: at(18), to: at(24) } });
const yearEnd = aWindow({ from: ms("2026-12-18T15:00Z"), until: ms("2027-01-04T06:00Z") });

describe("a window holds on the wall clock of its time zone", () => {
  test.each<[string, TimeWindow, string, boolean]>([
    ["the first minute, in winter", office, "2026-11-23T06:00:00Z", true],
    ["before the first minute", office, "2026-11-23T05:59:59.999Z", false],
    ["the first minute, in summer", office, "2026-06-22T05:00:00Z", true],
    ["the last moment", office, "2026-11-23T16:59:59.999Z", true],
    ["the end is exclusive", office, "2026-11-23T17:00:00Z", false],
    ["not on a Saturday", office, "2026-11-21T10:00:00Z", false],
    ["the night that began on Friday, before midnight", fridayNight, "2026-11-20T22:00:00Z", true],
    ["the night that began on Friday, after midnight", fridayNight, "2026-11-21T04:59:00Z", true],
    ["not the night that began on Saturday", fridayNight, "2026-11-21T22:00:00Z", false],
    ["not the morning of Friday", fridayNight, "2026-11-20T04:00:00Z", false],
    ["a day is a local one", sunday, "2026-11-21T23:00:00Z", true],
    ["until local midnight", sunday, "2026-11-22T23:00:00Z", false],
    ["24:00 is the end of the day", evening, "2026-11-22T22:59:59Z", true],
    ["and not the begin of the next", evening, "2026-11-22T23:00:00Z", false],
    ["in the hour that comes twice, the first time", night, "2026-10-25T00:15:00Z", true],
    ["in the hour that comes twice, the second time", night, "2026-10-25T01:15:00Z", true],
    ["an hour that never comes", night, "2026-03-29T01:00:00Z", false],
    ["from is inclusive", yearEnd, "2026-12-18T15:00:00Z", true],
    ["before from", yearEnd, "2026-12-18T14:59:59.999Z", false],
    ["until is exclusive", yearEnd, "2027-01-04T06:00:00Z", false],
    ["days and until both count", { ...sunday, until: ms("2026-11-22T10:00Z") }, "2026-11-22T11:00Z", false],
    [
      "a zone alone says nothing",
      aWindow({ timezone: "Europe/Oslo", from: ms("2026-11-22T11:00Z") }),
      "2026-11-22T11:00Z",
      true,
    ],
    ["nothing given holds always", aWindow({}), "2026-11-22T11:00Z", true],
  ])("%s", (_name, window, instant, expected) => {
    expect(isWithin(window, ms(instant))).toBe(expected);
  });
});

describe("a window ends, or is looked at again,", () => {
  test.each<[string, TimeWindow, string, string]>([
    ["at until", yearEnd, "2026-12-24T12:00:00Z", "2027-01-04T06:00:00.000Z"],
    ["when the time of day ends", office, "2026-11-23T12:34:56.789Z", "2026-11-23T17:00:00.000Z"],
    [
      "on the next day, when it crosses midnight",
      fridayNight,
      "2026-11-20T21:30:00Z",
      "2026-11-21T05:00:00.000Z",
    ],
    ["at local midnight, when it is about days", sunday, "2026-11-22T12:00:00Z", "2026-11-22T23:00:00.000Z"],
    ["at 24:00", evening, "2026-11-22T20:00:00Z", "2026-11-22T23:00:00.000Z"],
    [
      "at until, when that comes first",
      { ...office, until: ms("2026-11-23T13:00Z") },
      "2026-11-23T12:00:00Z",
      "2026-11-23T13:00:00.000Z",
    ],
    [
      "at until, in the same quarter of an hour",
      { ...office, until: ms("2026-11-23T12:10Z") },
      "2026-11-23T12:05:07Z",
      "2026-11-23T12:10:00.000Z",
    ],
    [
      "at until, when that is the end of the day, too",
      { ...office, until: ms("2026-11-23T17:00Z") },
      "2026-11-23T16:55:00Z",
      "2026-11-23T17:00:00.000Z",
    ],
    [
      "before until, when its end comes first",
      { ...office, until: ms("2026-11-23T17:10Z") },
      "2026-11-23T16:55:00Z",
      "2026-11-23T17:00:00.000Z",
    ],
    [
      "at until, on a quarter",
      { ...office, until: ms("2026-11-23T12:15Z") },
      "2026-11-23T12:05:00Z",
      "2026-11-23T12:15:00.000Z",
    ],
    [
      "when an odd minute comes, from within it",
      aWindow({ timezone: "Asia/Kolkata", between: { from: at(9), to: at(17, 37) } }),
      "2026-11-23T12:01:30.500Z",
      "2026-11-23T12:07:00.000Z",
    ],
    [
      "at until, when only that has a time zone",
      aWindow({ timezone: "Europe/Oslo", until: ms("2026-12-24T12:34Z") }),
      "2026-11-22T12:00:00Z",
      "2026-12-24T12:34:00.000Z",
    ],
    [
      "when the clock jumps over its end, from the middle of a quarter",
      night,
      "2026-03-29T00:20:40Z",
      "2026-03-29T01:00:00.000Z",
    ],
    ["before the clock is put back", night, "2026-10-25T00:15:00Z", "2026-10-25T00:30:00.000Z"],
    ["after it was put back", night, "2026-10-25T01:15:00Z", "2026-10-25T01:30:00.000Z"],
    ["when the clock jumps over its end", night, "2026-03-29T00:30:00Z", "2026-03-29T01:00:00.000Z"],
    [
      "a day later, when it never ends",
      aWindow({ from: 0 }),
      "2026-11-22T12:00:00Z",
      "2026-11-23T12:00:00.000Z",
    ],
  ])("%s", (_name, window, instant, expected) => {
    expect(new Date(endOf(window, ms(instant))).toISOString()).toBe(expected);
  });
});

describe("a window begins", () => {
  test.each<[string, TimeWindow, string, string | null]>([
    ["now, where it holds", office, "2026-11-23T12:34:56Z", "2026-11-23T12:34:56.000Z"],
    ["in the morning", office, "2026-11-23T03:00:00Z", "2026-11-23T06:00:00.000Z"],
    ["after the weekend", office, "2026-11-20T18:00:00Z", "2026-11-23T06:00:00.000Z"],
    [
      "on the wall clock, which was put back meanwhile",
      office,
      "2026-10-23T18:00:00Z",
      "2026-10-26T06:00:00.000Z",
    ],
    [
      "on the wall clock, which was put forward meanwhile",
      { ...office, days: null },
      "2026-03-28T20:00:00Z",
      "2026-03-29T05:00:00.000Z",
    ],
    ["at from, however far that is", yearEnd, "2020-01-01T00:00:00Z", "2026-12-18T15:00:00.000Z"],
    [
      "where the clock jumps over its begin, with what is left",
      night,
      "2026-03-28T02:00:00Z",
      "2026-03-29T00:00:00.000Z",
    ],
    [
      "a day later, where the clock jumps over all of it",
      aWindow({ timezone: "Europe/Oslo", between: { from: at(2), to: at(2, 30) } }),
      "2026-03-29T00:30:00Z",
      "2026-03-30T00:00:00.000Z",
    ],
    [
      "a week later, where the clock jumps over its only day",
      aWindow({ timezone: "Europe/Oslo", days: [0], between: { from: at(2), to: at(2, 30) } }),
      "2026-03-28T12:00:00Z",
      "2026-04-05T00:00:00.000Z",
    ],
    ["never again, when until is over", yearEnd, "2027-01-04T06:00:00Z", null],
    [
      "never, when until comes first",
      { ...sunday, until: ms("2026-11-21T12:00Z") },
      "2026-11-20T12:00Z",
      null,
    ],
  ])("%s", (_name, window, instant, expected) => {
    const start = startOf(window, ms(instant));

    expect(start === null ? null : new Date(start).toISOString()).toBe(expected);
  });
});

describe("a window ends for the first time", () => {
  test.each<[string, TimeWindow, string, string | null]>([
    ["when the time of day ends", office, "2026-11-23T12:34:56Z", "2026-11-23T17:00:00.000Z"],
    [
      "after the last of its days",
      aWindow({ timezone: "Europe/Oslo", days: [6, 0] }),
      "2026-11-21T12:00:00Z",
      "2026-11-22T23:00:00.000Z",
    ],
    [
      "at until, weeks away",
      { ...evening, days: null, between: null, until: ms("2027-03-01T00:00Z") },
      "2026-11-22T20:00:00Z",
      "2027-03-01T00:00:00.000Z",
    ],
    [
      "never, on all days",
      aWindow({ timezone: "Europe/Oslo", days: [0, 1, 2, 3, 4, 5, 6] }),
      "2026-11-22T20:00:00Z",
      null,
    ],
    ["never, where nothing is given", aWindow({}), "2026-11-22T20:00:00Z", null],
  ])("%s", (_name, window, instant, expected) => {
    const end = lastEndOf(window, ms(instant));

    expect(end === null ? null : new Date(end).toISOString()).toBe(expected);
  });
});

describe("laws of time windows", { timeout: 120_000 }, () => {
  const zones = ["Europe/Oslo", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"] as const;
  /** Half of the moments are near a change of clocks somewhere. */
  const changes = [
    "2026-03-08T07:00Z",
    "2026-03-29T01:00Z",
    "2026-04-04T15:00Z",
    "2026-10-03T15:30Z",
    "2026-10-25T01:00Z",
    "2026-11-01T06:00Z",
  ];
  const instant = fc.oneof(
    fc.integer({ min: ms("1970-01-01T00:00Z"), max: ms("2100-01-01T00:00Z") }),
    fc
      .tuple(fc.constantFrom(...changes), fc.integer({ min: -86_400_000, max: 86_400_000 }))
      .map(([change, away]) => ms(change) + away),
  );
  const between = fc
    .tuple(fc.nat(1_439), fc.integer({ min: 1, max: 1_440 }))
    .filter(([from, to]) => from !== to)
    .map(([from, to]) => ({ from, to }));
  const clockWindow = fc.record({
    timezone: fc.constantFrom(...zones),
    days: fc.option(fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 })),
    between: fc.option(between),
    from: fc.constant(null),
    until: fc.constant(null),
  });

  /** What a person reads off a calendar: the weekday and the time of day, from another way through Intl. */
  const read = (timeZone: string, instantMs: number) => {
    const text = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    }).format(instantMs);
    const [, weekday = "", hours = "", minutes = ""] = /^(\w+),? (\d+):(\d+)$/.exec(text) ?? [];
    return {
      day: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"].indexOf(weekday),
      minute: Number(hours) * 60 + Number(minutes),
    };
  };
  const reference = ({ timezone, days, between: time }: TimeWindow, instantMs: number): boolean => {
    const { day, minute } = read(timezone ?? "UTC", instantMs);
    const onDay = (wanted: number) => days === null || days.includes(wanted);
    if (time === null) return onDay(day);
    if (time.from < time.to) return onDay(day) && minute >= time.from && minute < time.to;
    return (onDay(day) && minute >= time.from) || (onDay((day + 6) % 7) && minute < time.to);
  };

  test("a window holds exactly when the calendar on the wall says so", () => {
    fc.assert(
      fc.property(clockWindow, instant, (window, instantMs) => {
        expect(isWithin(window, instantMs)).toBe(reference(window, instantMs));
      }),
      runs(5_000),
    );
  });

  /** Whole minutes from a moment on, for two weeks and a day; windows begin and end on them. */
  function* minutesFrom(instantMs: number) {
    const begin = Math.ceil(instantMs / 60_000) * 60_000;
    for (let minute = 0; minute < 15 * 1_440 - 1; minute += 1) yield begin + minute * 60_000;
  }
  const bounded = fc.tuple(
    clockWindow,
    instant,
    fc.option(fc.nat(20 * 1_440)),
    fc.option(fc.nat(20 * 1_440)),
  );

  test("a window begins now, or in the first minute in which it holds; where it has none, there is none in two weeks", () => {
    fc.assert(
      fc.property(bounded, ([clock, nowMs, from, length]) => {
        const begin = from === null ? null : nowMs + from * 60_000;
        const until = length === null ? null : (begin ?? nowMs) + length * 60_000;
        const window = { ...clock, from: begin, until };

        const start = startOf(window, nowMs);

        const first = [nowMs, ...(begin === null ? [] : [begin])].filter((at) => isWithin(window, at));
        const minutes = minutesFrom(Math.max(nowMs, begin ?? nowMs));
        expect(start).toBe(first[0] ?? [...minutes].find((at) => isWithin(window, at)) ?? null);
      }),
      runs(150),
    );
  });

  test("a window holds in every minute until it ends for the first time, and not then; one without an end has no gap", () => {
    fc.assert(
      fc.property(clockWindow, instant, fc.option(fc.nat(40 * 1_440)), (clock, nowMs, length) => {
        const window = { ...clock, until: length === null ? null : nowMs + length * 60_000 };
        fc.pre(isWithin(window, nowMs));

        const end = lastEndOf(window, nowMs);

        if (end !== null) expect(isWithin(window, end)).toBe(false);
        for (const at of minutesFrom(nowMs))
          if (end === null || at < end) expect(isWithin(window, at)).toBe(true);
      }),
      runs(40),
    );
  });

  test("a window holds in every minute until its end, which is later than now and no more than a day and an hour away", () => {
    fc.assert(
      fc.property(clockWindow, instant, (window, instantMs) => {
        fc.pre(isWithin(window, instantMs));

        const end = endOf(window, instantMs);

        expect(end).toBeGreaterThan(instantMs);
        expect(end - instantMs).toBeLessThanOrEqual(25 * 3_600_000);
        for (let minute = instantMs; minute < end; minute += 60_000) {
          if (!isWithin(window, minute)) expect.fail(`it does not hold at ${new Date(minute).toISOString()}`);
        }
        expect(isWithin(window, end - 1)).toBe(true);
      }),
      runs(500),
    );
  });

  test("where a window has a time of day, its end is the first moment at which it does not hold", () => {
    fc.assert(
      fc.property(clockWindow, between, instant, (window, time, instantMs) => {
        const daily = { ...window, between: time };
        // From 00:00 to 24:00, today and tomorrow, has no such moment.
        fc.pre(isWithin(daily, instantMs) && (time.from !== 0 || time.to !== 1_440));

        expect(isWithin(daily, endOf(daily, instantMs))).toBe(false);
      }),
      runs(1_000),
    );
  });
});
