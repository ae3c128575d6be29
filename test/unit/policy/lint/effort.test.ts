import { describe, expect, test } from "vitest";
import { choiceOf, covers, isApart } from "../../../../shared/policy/lint/choice.ts";
import { Effort } from "../../../../shared/policy/lint/effort.ts";

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
