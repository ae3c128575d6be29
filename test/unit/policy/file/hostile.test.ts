import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildPolicy } from "../../../../shared/policy/file/build-policy.ts";
import { loadPolicy } from "../../../../shared/policy/file/load.ts";
import { formatProblems } from "../../../../shared/policy/file/report.ts";
import { loadBuiltPolicy } from "../../../../shared/policy/index.ts";
import { AKS, aFile, load, problemsOf } from "../builders.ts";

/** A policy that says something of everything. */
const good = `apiVersion: policy/v1
kind: ConnectionPolicy
mode: approveOnly
lists: { subs: [a-*, b] }
approvers: { aks: { groups: [${AKS}] } }
default: { ask: { approvers: { aks: 1 }, timeout: 8h, remindAfter: 1h, escalateTo: [aks], escalateAfter: 2h } }
visibility: { allow: [{ source: sweep }], otherwise: leave }
freeze:
  - name: f1
    when: { time: { from: 2026-12-18T16:00, until: 2027-01-04, timezone: Europe/Oslo } }
    then: wait
rules:
  - name: r1 # a comment
    mode: shadow
    when:
      endpoint: { subscription: { in: subs }, name: "pe-*" }
      consumer: { tags: { cc: { sameAs: cluster.tags.cc } } }
      anyOf: [{ history: { approvedBefore: { atLeast: 1 } } }, { time: { days: [mon], timezone: UTC } }]
    unless: [{ message: { not: [a, b] } }]
    then: approve
`;
const LIST = "- web\n- data # why\n";

const token = fc.constantFrom(
  ..."{ } [ ] : , - ? | > ' \" # & * ! % @ ~".split(" "),
  ..."\n|\n  |\n    |\t|  - |: |&a |*a|!!str |<<: |__proto__: |constructor: |---\n|...\n|%YAML 1.1\n".split(
    "|",
  ),
  ..."rules:|lists:|name: |when: |then: |approve|ask: |reject: |time: |not: |in: |sameAs: |anyOf: |mode: |012|0x1|~|2026-02-30|24:00".split(
    "|",
  ),
  "\u0000",
  "\ufeff",
  "\u2028",
  "\ud800",
  "😀",
  "x".repeat(300),
  "[".repeat(30),
);
const mutated = (text: string) =>
  fc
    .array(
      fc.record({
        at: fc.nat(text.length),
        removed: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(20)),
        added: fc.oneof(
          token,
          fc.nat(text.length).map((from) => text.slice(from, from + 20)),
        ),
      }),
      { minLength: 1, maxLength: 3 },
    )
    .map((edits) =>
      edits.reduce((now, { at, removed, added }) => now.slice(0, at) + added + now.slice(at + removed), text),
    );

const worldOf = () => [Object.getOwnPropertyNames(Object.prototype), Object.keys(globalThis)].flat().join();

describe("no text makes the reader fail, and none changes anything outside of it", {
  timeout: 120_000,
}, () => {
  const before = worldOf();
  const isSound = (loaded: ReturnType<typeof loadPolicy>): void => {
    if (loaded.kind === "policy") expect(loaded.policy.hash).toMatch(/^[0-9a-f]{64}$/);
    else expect(formatProblems(loaded.problems)).toMatch(/^\S+:\d+:\d+: error: ./);
    expect(worldOf()).toBe(before);
  };
  /** The same, and every problem has its place in the text. */
  const isSoundPolicy = (text: string): void => {
    const loaded = loadPolicy(text, "p.yaml");

    isSound(loaded);
    const lines = text.split("\n");
    for (const { line, column } of loaded.kind === "problems" ? loaded.problems : []) {
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
    }
  };

  test("any text at all", () => {
    const text = fc.oneof(
      fc.array(token, { maxLength: 40 }).map((parts) => parts.join("")),
      fc.string({ unit: "binary" }),
    );

    fc.assert(fc.property(text, isSoundPolicy), { numRuns: 500 });
  });

  test("a policy file with a few slips", () => {
    load(good);

    fc.assert(fc.property(mutated(good), isSoundPolicy), { numRuns: 500 });
  });

  test("a list file with a few slips", () => {
    const text = aFile("  - { name: r, when: { message: { in: teams } }, then: approve }");

    fc.assert(
      fc.property(mutated(LIST), fc.constantFrom("yaml", "txt"), (list, extension) =>
        isSound(loadPolicy(text, "p.yaml", new Map([[`lists/teams.${extension}`, list]]))),
      ),
      { numRuns: 500 },
    );
  });

  test("a built policy with a few slips is refused", () => {
    const built = buildPolicy(good, "p.yaml");
    const json = built.kind === "built" ? built.json : "";

    fc.assert(
      fc.property(mutated(json), (text) => {
        fc.pre(text.trim() !== json.trim());

        const loaded = loadBuiltPolicy(text, "built.json");

        isSound(loaded);
        // Blanks outside of texts change nothing.
        if (loaded.kind === "policy") expect(JSON.parse(text)).toEqual(JSON.parse(json));
      }),
      { numRuns: 500 },
    );
  });
});

describe("what has brought other engines down is a problem with a place", () => {
  const when = (lines: string) => aFile(`  - { name: r, when: ${lines}, then: approve }`);

  test.each<[string, string, string[]]>([
    [
      "a tag __proto__, without which nothing would be left of the condition",
      when("{ cluster: { tags: { __proto__: prod } } }"),
      ['9:43: the key "__proto__" is not allowed'],
    ],
    [
      "a block __proto__",
      when("{ __proto__: { message: x } }"),
      ['9:24: the key "__proto__" is not allowed'],
    ],
    ["a merge key", when('{ "<<": { message: x } }'), ['9:24: the key "<<" is not allowed']],
    [
      "an alias that repeats itself",
      aFile("", { more: "lists: { a: &a [x, *a, *a], b: *a }" }),
      [
        '7:16: a text that begins with "&" needs quotes: "&a"; a value cannot be given a name',
        '7:32: a text that begins with "*" needs quotes: "*a"; a value cannot be repeated by a name',
      ],
    ],
    [
      "empty tags",
      when("{ cluster: { tags: {} } }"),
      ["9:41: an empty mapping says nothing; leave the key out"],
    ],
    ["empty conditions", when("{}"), ["9:22: an empty mapping says nothing; leave the key out"]],
    [
      "an empty exception",
      when("{ message: x }, unless: [{}]"),
      ["9:47: an empty mapping says nothing; leave the key out"],
    ],
    [
      "a condition with nothing in it",
      when("{ message: {} }"),
      ["9:33: an empty mapping says nothing; leave the key out"],
    ],
    ["1 MB", when(`{ message: "${"x".repeat(1_000_000)}" }`), ["1:1: the file is larger than 256 KiB"]],
    [
      "brackets without end",
      when(`{ message: ${"[".repeat(100_000)} }`),
      [expect.stringMatching(/^9:\d+: mappings and lists are nested too deeply$/)],
    ],
  ])("%s", (_name, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  test("a byte order mark is no fault, nor a column", () => {
    expect(problemsOf(`\ufeff${aFile("")}`)).toEqual([]);
    expect(problemsOf(`\ufeff${aFile("").replace("policy/v1", "v1")}`)).toEqual([
      "1:13: apiVersion: must be policy/v1",
    ]);
  });

  test("a pattern of twelve stars is a pattern like any other", () => {
    expect(problemsOf(when(`{ message: "${"*a".repeat(12)}*b" }`))).toEqual([]);
  });

  test("thousands of problems on one line of blanks are told, or counted", () => {
    const text = aFile("").replace("rules: []", `rules: [${"{},".repeat(2_000)}${" ".repeat(50_000)}]`);

    expect(problemsOf(text).at(-1)).toMatch(/: 1900 more in this file are not shown; mend the others first$/);
  });
});
