import { describe, expect, test } from "vitest";
import type { PolicyContent } from "../../../../shared/policy/content.ts";
import { freezesAt } from "../../../../shared/policy/engine/freezes.ts";
import { explain } from "../../../../shared/policy/index.ts";
import { aFreeze, aPolicy, asks, during, is, someFacts } from "./content.ts";

const ms = (moment: string) => Date.parse(moment);
const minutes = (hours: number) => hours * 60;

const YEAR_END = aFreeze(
  "year-end",
  { time: during({ from: ms("2026-12-18T15:00Z"), until: ms("2027-01-04T06:00Z") }) },
  { kind: "wait" },
  3,
);
/** Each night in Oslo, in production. */
const NIGHTS = aFreeze(
  "nights",
  {
    time: during({ timezone: "Europe/Oslo", between: { from: minutes(22), to: minutes(6) } }),
    "cluster.tags.env": "prod",
  },
  asks(["duty"]),
  9,
);
const OUTSIDE_OFFICE = aFreeze(
  "outside-office",
  {
    time: during(
      { timezone: "Europe/Oslo", days: [1, 2, 3, 4, 5], between: { from: minutes(7), to: minutes(18) } },
      true,
    ),
  },
  asks(["duty"]),
);
const ALWAYS = aFreeze("always", { source: "message" }, asks(["duty"]));

const at = (moment: string, ...freezes: PolicyContent["freezes"]) =>
  freezesAt(aPolicy({ freezes }), ms(moment));

describe("the freezes of a policy", () => {
  test("are none where it has none", () => {
    expect(at("2026-11-24T12:00Z")).toEqual({ now: [], next: null });
  });

  test("that is on says until when, what becomes of an approval, and whether it is for all", () => {
    expect(at("2026-12-24T12:00Z", YEAR_END, NIGHTS)).toEqual({
      now: [
        { name: "year-end", line: 3, outcome: "wait", isForAll: true, until: "2027-01-04T06:00:00.000Z" },
      ],
      next: {
        name: "nights",
        line: 9,
        outcome: "ask",
        isForAll: false,
        from: "2026-12-24T21:00:00.000Z",
        until: "2026-12-25T05:00:00.000Z",
      },
    });
  });

  test("may be on together, and next is one that is on, once it is over", () => {
    const { now, next } = at("2026-12-24T23:00Z", YEAR_END, NIGHTS);

    expect(now.map(({ name, until }) => [name, until])).toEqual([
      ["nights", "2026-12-25T05:00:00.000Z"],
      ["year-end", "2027-01-04T06:00:00.000Z"],
    ]);
    expect(next).toMatchObject({ name: "nights", from: "2026-12-25T21:00:00.000Z" });
  });

  test.each([
    [
      "the day before the clock is put forward",
      "2026-03-27T12:00Z",
      "2026-03-27T21:00:00.000Z",
      "2026-03-28T05:00:00.000Z",
    ],
    [
      "in the night in which it is",
      "2026-03-28T12:00Z",
      "2026-03-28T21:00:00.000Z",
      "2026-03-29T04:00:00.000Z",
    ],
    ["after it was", "2026-03-29T12:00Z", "2026-03-29T20:00:00.000Z", "2026-03-30T04:00:00.000Z"],
  ])("go by the wall clock of their time zone: %s", (_when, moment, from, until) => {
    expect(at(moment, NIGHTS).next).toMatchObject({ from, until });
  });

  test("that is over, and does not come again, is neither", () => {
    expect(at("2027-01-04T06:00Z", YEAR_END)).toEqual({ now: [], next: null });
  });

  test.each([
    ["in the office", "2026-11-24T12:00Z", null, "2026-11-24T17:00:00.000Z"],
    ["in the evening", "2026-11-24T20:00Z", "2026-11-25T06:00:00.000Z", "2026-11-25T17:00:00.000Z"],
    ["on a Saturday", "2026-11-28T12:00Z", "2026-11-30T06:00:00.000Z", "2026-11-30T17:00:00.000Z"],
  ])("that is on outside a time, %s", (_when, moment, until, from) => {
    const { now, next } = at(moment, OUTSIDE_OFFICE);

    expect(now.map((freeze) => freeze.until)).toEqual(until === null ? [] : [until]);
    expect(next).toMatchObject({ name: "outside-office", from });
  });

  test("without a time is always on, without an end, and never next", () => {
    expect(at("2026-11-24T12:00Z", ALWAYS)).toMatchObject({
      now: [{ name: "always", until: null, isForAll: false }],
      next: null,
    });
  });

  test("are on exactly when the policy holds approvals back because of them", () => {
    const policy = aPolicy({ freezes: [YEAR_END, OUTSIDE_OFFICE], rules: [] });
    for (let hour = 0; hour < 24 * 60; hour += 7) {
      const moment = new Date(ms("2026-11-20T00:00Z") + hour * 3_600_000).toISOString();
      const { gates } = explain(policy, someFacts({ time: is(moment) }));

      const holding = gates.filter(({ result }) => result === "yes").map(({ name }) => name);
      expect(freezesAt(policy, ms(moment)).now.map(({ name }) => name)).toEqual(holding);
    }
  });
});
