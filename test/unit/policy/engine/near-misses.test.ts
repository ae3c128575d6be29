import { describe, expect, test } from "vitest";
import { nearestBlock, nearMisses } from "../../../../shared/policy/engine/near-misses.ts";
import type { ConditionFinding, RuleFinding } from "../../../../shared/policy/verdict.ts";

const RESULTS = { y: "yes", n: "no", u: "unknown" } as const;

/** A block by its conditions' results: `yn` is one that held and one that did not. */
const block = (results: string): ConditionFinding[] =>
  [...results].map((letter, index) => ({
    field: `${results}${index}`,
    expected: "to be",
    actual: { kind: "absent" },
    result: RESULTS[letter as keyof typeof RESULTS],
  }));

interface More {
  readonly anyOf?: readonly string[];
  readonly unless?: readonly string[];
  readonly outcome?: RuleFinding["outcome"];
  readonly result?: RuleFinding["result"];
}
const rule = (name: string, when: string, more: More = {}): RuleFinding => ({
  name,
  line: 1,
  mode: "enforce",
  outcome: more.outcome ?? "reject",
  result: more.result ?? "notMatched",
  when: block(when),
  anyOf: (more.anyOf ?? []).map(block),
  unless: (more.unless ?? []).map(block),
});
const namesOf = (...rules: RuleFinding[]) => nearMisses(rules).map(({ name }) => name);

describe("a rule is a near miss when at most as much stood in the way as held", () => {
  test.each<[string, RuleFinding, boolean]>([
    ["as much", rule("r", "yn"), true],
    ["more", rule("r", "ynn"), false],
    ["nothing held", rule("r", "n"), false],
    ["what is unknown counts for neither", rule("r", "ynuu"), true],
    ["what is unknown is nothing that held", rule("r", "ynnu"), false],
    ["an exception stands in the way", rule("r", "y", { unless: ["yy"] }), true],
    ["each exception does", rule("r", "y", { unless: ["y", "y"] }), false],
    ["beside a condition, too", rule("r", "yyn", { unless: ["y", "y"] }), false],
    ["half an exception does not", rule("r", "yn", { unless: ["yn", "yu"] }), true],
    ["a block of anyOf counts with the others", rule("r", "y", { anyOf: ["n"] }), true],
    ["in what stood in the way", rule("r", "yn", { anyOf: ["n"] }), false],
    ["and in what held", rule("r", "yn", { anyOf: ["ny"] }), true],
    ["only the nearest block counts", rule("r", "y", { anyOf: ["nnn", "yn", "nn"] }), true],
    ["one that matched is none", rule("r", "y", { result: "matched" }), false],
    ["one that is undecided is none", rule("r", "yyu", { result: "undecided" }), false],
  ])("%s", (_name, some, expected) => {
    expect(namesOf(some)).toEqual(expected ? ["r"] : []);
  });
});

test("the fewer obstacles the nearer, then the more that held, then as they come", () => {
  expect(
    namesOf(rule("two", "yyynn"), rule("one", "yn"), rule("another", "yn"), rule("more-held", "yyn")),
  ).toEqual(["more-held", "one", "another"]);
});

test("the nearest that approves takes the last place", () => {
  const approves = { outcome: "approve" } as const;
  const nearer = [rule("a", "yn"), rule("b", "yn"), rule("c", "yn")];

  expect(namesOf(...nearer, rule("far", "yynn", approves), rule("farther", "yyynnn", approves))).toEqual([
    "a",
    "b",
    "far",
  ]);
  expect(namesOf(rule("first", "yn", approves), ...nearer)).toEqual(["first", "a", "b"]);
  expect(namesOf(rule("no", "yn"), rule("yes", "yn", approves))).toEqual(["no", "yes"]);
});

test("it says what stood in the way: of when, of the nearest block of anyOf, and each exception that held", () => {
  const some = rule("r", "yyyn", { anyOf: ["nn", "ny"], unless: ["yn", "yy", "u"] });

  expect(nearMisses([some])).toEqual([
    {
      name: "r",
      line: 1,
      outcome: "reject",
      failed: [some.when[3], some.anyOf[1]?.[0]],
      blockedBy: [some.unless[1]],
    },
  ]);
});

test.each<[string[], string]>([
  [[], ""],
  [["n"], "n"],
  [["nn", "yn"], "yn"],
  [["yn", "yyn", "n"], "yyn"],
  [["n", "u"], "u"],
])("of %j the nearest block is %j", (anyOf, expected) => {
  expect(nearestBlock(anyOf.map(block))).toEqual(block(expected));
});
