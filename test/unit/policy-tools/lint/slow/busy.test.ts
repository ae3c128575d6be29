import { describe, expect, test } from "vitest";
import { checkPolicy } from "../../../../../shared/policy-tools/lint/check.ts";

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
