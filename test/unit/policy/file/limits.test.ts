import { describe, expect, test } from "vitest";
import { aFile, problemsOf } from "../builders.ts";

describe("what all patterns of a policy may cost together", () => {
  const LONGEST = 255;
  /** Each costs 256 steps for each character of a text. */
  const costly = (count: number, letter = "a") =>
    Array.from({ length: count }, (_, index) => `*${String(index).padStart(LONGEST, letter)}`);
  const listed = (patterns: readonly string[], rules: string) =>
    aFile(rules, { more: `lists: { l: [${patterns.map((pattern) => `"${pattern}"`).join(", ")}] }` });
  const using = "  - { name: r, when: { message: { in: l } }, then: approve }";
  const told =
    "the patterns of a policy may cost 32,768 steps for each character of a text, each its longest part between stars and 1; with these they cost more";

  test("is bounded, so that no stranger's text keeps the app busy", () => {
    expect(problemsOf(listed(costly(128), using))).toEqual([]);
    expect(problemsOf(listed([...costly(128), "a?"], using))).toEqual([`7:10: ${told}`]);
  });

  test("counts each pattern once, whatever its case, and texts not at all", () => {
    const same = costly(128).map((pattern) => pattern.toUpperCase());
    const patterns = [...costly(128), ...same, "b".repeat(256)];

    expect(problemsOf(listed(patterns, using))).toEqual([]);
  });

  test("counts the longest part of each pattern", () => {
    const parts = Array.from({ length: 1_800 }, (_, index) => `*${index}*${"a*".repeat(20)}`);

    expect(problemsOf(listed([...costly(100), ...parts.slice(0, 1_400)], using))).toEqual([]);
    expect(problemsOf(listed([...costly(100), ...parts], using))).toEqual([`7:10: ${told}`]);
  });

  test("is told once, where the patterns become too many", () => {
    const texts = `[${costly(3, "b")
      .map((pattern) => `"${pattern}"`)
      .join(", ")}]`;
    const rules = [
      using,
      `  - { name: s, when: { source: ${texts} }, then: approve }`,
      `  - { name: t, when: { source: { not: "*cc" } }, then: approve }`,
      "  - { name: u, when: { source: { in: l } }, then: approve }",
    ];

    expect(problemsOf(listed(costly(126), rules.join("\n")))).toEqual([`10:32: ${told}`]);
  });

  test("does not count a list that no condition uses", () => {
    expect(problemsOf(listed(costly(200), ""))).toEqual([]);
  });

  test("is told of a list in a file of its own in that file", () => {
    expect(problemsOf(aFile(using), { "lists/l.txt": costly(200).join("\n") })).toEqual([
      `lists/l.txt:1:1: ${told}`,
    ]);
  });
});

describe("time zones", () => {
  const zones = Intl.supportedValuesOf("timeZone").slice(0, 21);
  const rulesIn = (names: readonly string[]) =>
    names
      .map(
        (name, index) =>
          `  - { name: r${index}, when: { time: { days: mon, timezone: ${name} } }, then: approve }`,
      )
      .join("\n");

  test("may be 20 different ones, in whatever case", () => {
    const twenty = zones.slice(0, 20);

    expect(problemsOf(aFile(rulesIn([...twenty, ...twenty.map((zone) => zone.toUpperCase())])))).toEqual([]);
  });

  test("may not be 21", () => {
    expect(problemsOf(aFile(rulesIn([...zones, zones[20] ?? ""])))).toEqual([
      "29:55: rules[].when.time.timezone: a policy may have 20 different time zones; this one is too many",
    ]);
  });
});

describe("a freeze that waits", () => {
  const freeze = (window: string) =>
    aFile("", { more: `freeze: [{ name: f, when: { time: { ${window} } }, then: wait }]` });

  test("has an end", () => {
    expect(problemsOf(freeze("from: 2027-01-01, timezone: UTC"))).toEqual([
      '7:80: freeze[].then: wait needs "until", "days" or "between" in its "time", else it never ends',
    ]);
  });

  test.each(["until: 2027-01-01", "days: mon", 'between: "07:00-18:00"'])("such as %s", (end) => {
    expect(problemsOf(freeze(`${end}, timezone: UTC`))).toEqual([]);
  });

  test("is told once what is wrong with its end", () => {
    expect(problemsOf(freeze("from: 2027-01-01, until: tomorrow, timezone: UTC"))).toHaveLength(1);
  });
});
