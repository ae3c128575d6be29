import { describe, expect, test } from "vitest";
import { checkPolicy } from "../../../../shared/policy/index.ts";
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

describe("a file made to keep the linter busy is done with in seconds", { timeout: 20_000 }, () => {
  const HEAD = `apiVersion: policy/v1
kind: ConnectionPolicy
approvers: { aks: { groups: [6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61] } }
default: { ask: { approvers: [aks] } }
`;
  const many = (count: number, of: (index: number) => string, between: string) =>
    Array.from({ length: count }, (_, index) => of(index)).join(between);
  const pattern = (index: number) => `"${"a*".repeat(110)}${index}*z"`;
  const REJECT = "then: { reject: { reason: x } }";

  test.each([
    [
      "patterns that could all meet",
      `lists: { l: [${many(300, pattern, ", ")}], m: [${many(300, (index) => pattern(index + 1_000), ", ")}] }
rules:
  - { name: r, when: { endpoint: { name: { in: l } }, anyOf: [{ endpoint: { name: { in: m } } }] }, then: approve }
`,
    ],
    [
      "rules with exceptions",
      `rules:
${many(700, (index) => `  - { name: a${index}, when: { message: m${index} }, unless: [{ requester: x, source: y }], then: approve }`, "\n")}
${many(700, (index) => `  - { name: b${index}, unless: [{ source: u${index}, requester: w }], ${REJECT} }`, "\n")}
`,
    ],
    [
      "one rule with alternatives and exceptions",
      `rules:
  - name: r
    when: { anyOf: [${many(1_900, (index) => `{ message: m${index} }`, ", ")}] }
    unless: [${many(1_900, (index) => `{ message: u${index} }`, ", ")}]
    then: approve
`,
    ],
  ])("%s", (_what, text) => {
    const started = performance.now();

    const problems = checkPolicy(HEAD + text, "policy.yaml");

    expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  test("and is told nothing that was not proved", () => {
    const dev = many(1_900, (index) => `{ cluster: { tags: { env: dev${index} } } }`, ", ");
    const exceptions = many(1_900, (index) => `{ message: u${index} }`, ", ");
    const rule = `  - { name: r, when: { anyOf: [${dev}] }, unless: [${exceptions}], then: approve }`;

    expect(checkPolicy(`${HEAD}rules:\n${rule}\n`, "policy.yaml")).toEqual([]);
  });
});
