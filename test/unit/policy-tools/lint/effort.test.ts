import { describe, expect, test } from "vitest";
import { choiceOf, covers, isApart } from "../../../../shared/policy-tools/lint/choice.ts";
import { Effort } from "../../../../shared/policy-tools/lint/effort.ts";

describe("the effort for one file", () => {
  test("is taken step by step, and never more than there is", () => {
    const effort = new Effort(3);

    expect([effort.take(2), effort.isSpent]).toEqual([true, false]);
    expect([effort.take(2), effort.isSpent]).toEqual([false, true]);
    expect(effort.take(0)).toBe(false);
  });

  test("once it is spent nothing more is proved", () => {
    const [some, spent] = [new Effort(), new Effort(0)];

    expect([covers(choiceOf(["a"]), "a", some), covers(choiceOf(["a"]), "a", spent)]).toEqual([true, false]);
    expect([covers(choiceOf(["a*"]), "ab*", some), covers(choiceOf(["a*"]), "ab*", spent)]).toEqual([
      true,
      false,
    ]);
    expect([isApart(choiceOf(["a"]), "b", some), isApart(choiceOf(["a"]), "b", spent)]).toEqual([
      true,
      false,
    ]);
    expect([isApart(choiceOf(["a*"]), "b*", some), isApart(choiceOf(["a*"]), "b*", spent)]).toEqual([
      true,
      false,
    ]);
    expect([isApart(choiceOf(["*a"]), "*b", some), isApart(choiceOf(["*a"]), "*b", spent)]).toEqual([
      true,
      false,
    ]);
    expect([isApart(choiceOf(["*aa*"]), "?", some), isApart(choiceOf(["*aa*"]), "?", spent)]).toEqual([
      true,
      false,
    ]);
  });
});

describe("what a question costs", () => {
  const isProved = (ask: typeof covers, choice: readonly string[], entry: string, steps: number) =>
    ask(choiceOf(choice), entry, new Effort(steps));

  test.each<[string, typeof covers, string[], string, number]>([
    ["to find a text among texts", covers, ["a", "b", "c"], "a", 20],
    ["to find a text among patterns and texts", covers, ["a*", "?bc*", "b"], "ab", 20 + (2 + 4) * 2],
    ["to find a pattern", covers, ["x*", "a*"], "ab*", 2 * 20],
    ["not to find a text", isApart, ["b*", "c"], "ab", 20 + 2 * 2],
    ["patterns that begin differently", isApart, ["a*"], "b*", 4 * 20],
    ["one that begins as the other goes on", isApart, ["ab*"], "b*", 4 * 20],
    ["the same, turned around", isApart, ["b*"], "ab*", 4 * 20],
    ["patterns that end differently", isApart, ["*a"], "*b", 4 * 20],
    ["one that ends as the other goes on", isApart, ["*ab"], "*a", 4 * 20],
    ["the same, turned around", isApart, ["*a"], "?ab", 4 * 20],
    ["patterns that begin and end alike", isApart, ["a*bb*a"], "a?a", 4 * 20 + 6 * 3],
    ["several patterns", isApart, ["a*", "c*"], "b*", 2 * 4 * 20],
  ])("%s", (_what, ask, choice, entry, steps) => {
    expect(isProved(ask, choice, entry, steps)).toBe(false);
    expect(isProved(ask, choice, entry, steps + 1)).toBe(true);
  });
});
