import { describe, expect, test } from "vitest";
import { checkPolicy } from "../../../../../shared/policy-tools/lint/check.ts";

// With all the time in the world the last file alone would take minutes, on any machine: then it is the test's own
// time limit that ends it.
describe("of a file made to keep the linter busy it tells nothing that it had no time to prove", () => {
  const HEAD = `apiVersion: policy/v1
kind: ConnectionPolicy
approvers: { aks: { groups: [6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61] } }
default: { ask: { approvers: [aks] } }
`;
  const many = (count: number, of: (index: number) => string, between = ", ") =>
    Array.from({ length: count }, (_, index) => of(index)).join(between);
  const pattern = (index: number) => `"${"a*".repeat(110)}${index}*z"`;
  const alternatives = many(1_900, (index) => `{ message: m${index} }`);
  const exceptions = many(1_900, (index) => `{ requester: u${index}, source: event }`);
  const REJECT = "then: { reject: { reason: x } }";

  test.each([
    [
      "patterns that could all meet",
      `lists: { l: [${many(300, pattern)}], m: [${many(300, (index) => pattern(index + 1_000))}] }
rules:
  - { name: r, when: { endpoint: { name: { in: l } }, anyOf: [{ endpoint: { name: { in: m } } }] }, then: approve }
`,
      "can never",
    ],
    [
      "rules with exceptions",
      `rules:
${many(700, (index) => `  - { name: a${index}, when: { message: m${index} }, unless: [{ requester: x, source: event }], then: approve }`, "\n")}
${many(700, (index) => `  - { name: b${index}, unless: [{ requester: u${index}, endpoint: { name: w } }], ${REJECT} }`, "\n")}
`,
      "can never",
    ],
    [
      "one rule with alternatives and exceptions",
      `rules:
  - name: r
    when: { anyOf: [${alternatives}] }
    unless: [${many(1_900, (index) => `{ message: u${index} }`)}]
    then: approve
`,
      "any consumer",
    ],
    [
      "one rule that would have to be compared with another by all their exceptions",
      `rules:
  - { name: r, when: { anyOf: [${alternatives}] }, unless: [${exceptions}], then: approve }
  - { name: s, unless: [${exceptions}], ${REJECT} }
`,
      "can never",
    ],
  ])("%s", (_what, text, unproved) => {
    const problems = checkPolicy(HEAD + text, "policy.yaml");

    expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(problems.filter(({ message }) => message.includes(unproved))).toEqual([]);
  });

  test("one rule that is open to everybody, but for many exceptions", () => {
    const dev = many(1_900, (index) => `{ cluster: { tags: { env: dev${index} } } }`);
    const unless = many(1_900, (index) => `{ message: u${index} }`);
    const rule = `  - { name: r, when: { anyOf: [${dev}] }, unless: [${unless}], then: approve }`;

    expect(checkPolicy(`${HEAD}rules:\n${rule}\n`, "policy.yaml")).toEqual([]);
  });
});
