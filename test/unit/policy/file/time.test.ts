import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isTimezone, momentOf } from "../../../../shared/policy/file/local-time.ts";
import { aFile, contentOf, problemsOf } from "../builders.ts";
import { runs } from "../runs.ts";

const when = (time: string) => aFile(`  - name: r1\n    when: { time: ${time} }\n    then: approve\n`);
const timeOf = (time: string) => {
  const [condition] = contentOf(when(time)).rules[0]?.when ?? [];
  if (condition?.matcher.kind !== "time") throw new Error("no condition on the time");
  return { expected: condition.expected, negated: condition.matcher.negated, ...condition.matcher.window };
};
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

describe("a window of time", () => {
  test("has days, hours of the day and a time zone", () => {
    expect(timeOf('{ days: [wed, mon, tue], between: "07:00-18:00", timezone: Europe/Oslo }')).toEqual({
      expected: "to be on wed, mon or tue between 07:00 and 18:00 (Europe/Oslo)",
      negated: false,
      timezone: "Europe/Oslo",
      days: [1, 2, 3],
      between: { from: 420, to: 1_080 },
      from: null,
      until: null,
    });
  });

  test("has a beginning and an end, shown as they were written", () => {
    const time = timeOf('{ not: { from: "2026-12-18T16:00", until: 2027-01-04, timezone: Europe/Oslo } }');

    expect(time).toMatchObject({
      expected: "not to be from 2026-12-18T16:00 until 2027-01-04 (Europe/Oslo)",
      negated: true,
    });
    expect([iso(time.from), iso(time.until)]).toEqual([
      "2026-12-18T15:00:00.000Z",
      "2027-01-03T23:00:00.000Z",
    ]);
  });

  test.each<[string, string, object]>([
    ["one day needs no list", "{ days: sun, timezone: UTC }", { days: [0] }],
    ["all days", "{ days: [sat, sun, mon], timezone: UTC }", { days: [0, 1, 6] }],
    ["until midnight", "{ between: 18:00-24:00, timezone: UTC }", { between: { from: 1_080, to: 1_440 } }],
    ["past midnight", "{ between: 22:00-06:00, timezone: UTC }", { between: { from: 1_320, to: 360 } }],
    ["the whole day", "{ between: 00:00-24:00, timezone: UTC }", { between: { from: 0, to: 1_440 } }],
    ["a zone in another case", "{ days: mon, timezone: europe/oslo }", { timezone: "europe/oslo" }],
    ["exact times need no zone", '{ from: "2026-12-18T16:00Z" }', { timezone: null, until: null }],
    ["nor does an offset", "{ until: 2026-12-18T16:00+01:00 }", { until: Date.UTC(2026, 11, 18, 15) }],
  ])("%s", (_name, time, expected) => {
    expect(timeOf(time)).toMatchObject(expected);
  });
});

describe("times on the wall clock, when it changes", () => {
  test.each<[string, string, string, string]>([
    ["in winter", "Europe/Oslo", "2026-01-15T12:00", "2026-01-15T11:00:00.000Z"],
    ["in summer", "Europe/Oslo", "2026-07-15T12:00", "2026-07-15T10:00:00.000Z"],
    ["just before spring", "Europe/Oslo", "2026-03-29T01:59", "2026-03-29T00:59:00.000Z"],
    [
      "a time that spring skips moves forward by an hour",
      "Europe/Oslo",
      "2026-03-29T02:30",
      "2026-03-29T01:30:00.000Z",
    ],
    ["just after spring", "Europe/Oslo", "2026-03-29T03:00", "2026-03-29T01:00:00.000Z"],
    ["a skip at midnight", "America/Santiago", "2026-09-06", "2026-09-06T04:00:00.000Z"],
    ["a skip of half an hour", "Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45:00.000Z"],
    ["a whole day that was skipped", "Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00:00.000Z"],
    ["a zone of three quarters", "Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15:00.000Z"],
  ])("%s", (_name, timezone, written, expected) => {
    expect(iso(timeOf(`{ from: "${written}", timezone: ${timezone} }`).from)).toBe(expected);
    expect(iso(timeOf(`{ until: "${written}", timezone: ${timezone} }`).until)).toBe(expected);
  });

  test("of a time that autumn shows twice, from is the earlier and until the later", () => {
    const { from, until } = timeOf(
      "{ from: 2026-10-25T02:30, until: 2026-10-25T02:30, timezone: Europe/Oslo }",
    );

    expect([iso(from), iso(until)]).toEqual(["2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z"]);
  });

  test("the clock shows what was written, or, where it skips that, at most a day later", () => {
    const wall = fc.date({ min: new Date("1975-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
    const zone = fc.constantFrom(
      "Europe/Oslo",
      "America/New_York",
      "Australia/Lord_Howe",
      "Pacific/Apia",
      "UTC",
    );

    fc.assert(
      fc.property(
        wall,
        zone,
        fc.constantFrom("earlier" as const, "later" as const),
        (date, timezone, ofTwo) => {
          const wallMs = Math.floor(date.getTime() / 60_000) * 60_000;

          const shown = clockAt(momentOf(wallMs, timezone, ofTwo), timezone);

          expect(shown).toBeGreaterThanOrEqual(wallMs);
          expect(shown - wallMs).toBeLessThanOrEqual(86_400_000);
        },
      ),
      runs(1_000),
    );
  });
});

/** What the clock on the wall shows, as if it were in UTC; reckoned from its text, not from an offset. */
function clockAt(ms: number, timeZone: string): number {
  const text = new Date(ms).toLocaleString("sv-SE", { timeZone });
  return Date.parse(`${text.replace(" ", "T")}Z`);
}

describe("a time that is not sound", () => {
  test.each<[string, string, string[]]>([
    [
      "nothing but a zone",
      "{ timezone: UTC }",
      ["10:21: rules[].when.time: needs at least one of: days, between, from, until"],
    ],
    ["no zone for days", "{ days: mon }", ['10:21: rules[].when.time: "timezone" is missing']],
    ["no zone for hours", "{ between: 07:00-18:00 }", ['10:21: rules[].when.time: "timezone" is missing']],
    [
      "no zone for a local time",
      "{ from: 2026-12-18T16:00Z, until: 2026-12-19 }",
      ['10:21: rules[].when.time: "timezone" is missing'],
    ],
    [
      "a zone that nobody needs",
      "{ from: 2026-12-18T16:00Z, timezone: UTC }",
      ["10:56: rules[].when.time.timezone: nothing here needs a time zone"],
    ],
    [
      "a misspelt zone",
      "{ days: mon, timezone: Europe/Olso }",
      [
        '10:42: rules[].when.time.timezone: "Europe/Olso" is not an IANA time zone; did you mean "Europe/Oslo"?',
      ],
    ],
    [
      "an offset for a zone",
      '{ days: mon, timezone: "+01:00" }',
      ['10:42: rules[].when.time.timezone: "+01:00" is not an IANA time zone'],
    ],
    [
      "a zone that is no text",
      "{ days: mon, timezone: 1 }",
      [
        '10:42: rules[].when.time.timezone: expected text; found the number 1; for the text "1", put it in quotes',
      ],
    ],
    [
      "a misspelt day",
      "{ days: [mon, tues], timezone: UTC }",
      ['10:33: rules[].when.time.days[]: must be sun, mon, tue, wed, thu, fri or sat; did you mean "tue"?'],
    ],
    [
      "a day by its number",
      "{ days: 1, timezone: UTC }",
      [
        '10:27: rules[].when.time.days: expected a list; found the number 1; for the text "1", put it in quotes',
      ],
    ],
    [
      "a day twice",
      "{ days: [mon, tue, mon], timezone: UTC }",
      ["10:38: rules[].when.time.days: mon is already in this list"],
    ],
    ["no days", "{ days: [], timezone: UTC }", ["10:27: rules[].when.time.days: must not be empty"]],
    ...["7:00-18:00", "07:00 - 18:00", "24:00-06:00", "07:00-24:01", "07:60-08:00", "07:00", "0700-1800"].map(
      (between): [string, string, string[]] => [
        `hours written as ${between}`,
        `{ between: "${between}", timezone: UTC }`,
        ["10:30: rules[].when.time.between: must look like 07:00-18:00"],
      ],
    ),
    [
      "hours as a number",
      "{ between: 7, timezone: UTC }",
      ["10:30: rules[].when.time.between: must look like 07:00-18:00"],
    ],
    [
      "no time at all",
      "{ between: 07:00-07:00, timezone: UTC }",
      ["10:30: rules[].when.time.between: begins and ends at the same time"],
    ],
    [
      "whole names of days",
      "{ days: [monday], timezone: UTC }",
      ['10:28: rules[].when.time.days[]: must be sun, mon, tue, wed, thu, fri or sat; did you mean "mon"?'],
    ],
    ...["2026-13-01", "2026-02-30", "2026-12-18T24:00", "2026-12-18T16:00+25:00"].map(
      (from): [string, string, string[]] => [
        `a beginning at ${from}`,
        `{ from: "${from}", timezone: UTC }`,
        ["10:27: rules[].when.time.from: the calendar has no such moment"],
      ],
    ),
    ...["2026-12-18T16", "2026-12-18Z", "18.12.2026", "tomorrow", ""].map(
      (from): [string, string, string[]] => [
        `a beginning written as ${from}`,
        `{ from: "${from}", timezone: UTC }`,
        ["10:27: rules[].when.time.from: must look like 2026-12-18, 2026-12-18T16:00 or 2026-12-18T16:00Z"],
      ],
    ),
    [
      "a year",
      "{ until: 2026 }",
      ["10:28: rules[].when.time.until: must look like 2026-12-18, 2026-12-18T16:00 or 2026-12-18T16:00Z"],
    ],
    [
      "an end before the beginning",
      "{ from: 2026-12-18, until: 2026-12-17, timezone: UTC }",
      ["10:27: rules[].when.time.from: must be before until"],
    ],
    [
      "an end at the beginning",
      "{ from: 2026-12-18T16:00Z, until: 2026-12-18T17:00+01:00 }",
      ["10:27: rules[].when.time.from: must be before until"],
    ],
    [
      "something beside not",
      "{ not: { days: mon, timezone: UTC }, days: tue }",
      ['10:56: rules[].when.time: nothing can stand beside "not"'],
    ],
    ["not not", "{ not: { not: { days: mon } } }", ['10:28: unknown field "not" in rules[].when.time.not']],
    [
      "a text",
      "monday",
      [
        '10:19: rules[].when.time: expected a mapping with the keys days, between, timezone, from, until; found the text "monday"',
      ],
    ],
    [
      "a misspelt key",
      "{ day: mon }",
      ['10:21: unknown field "day" in rules[].when.time; did you mean "days"?'],
    ],
  ])("%s", (_name, time, expected) => {
    expect(problemsOf(when(time))).toEqual(expected);
  });
});

test("every time zone that Intl names is one", () => {
  expect(Intl.supportedValuesOf("timeZone").filter((name) => !isTimezone(name))).toEqual([]);
});
