import { describe, expect, test } from "vitest";
import { compactVerdict, describeVerdict, evaluate, Verdict } from "../../../shared/policy/index.ts";
import { aFile, is, load, type Said, someFacts, tagged, unknown } from "./builders.ts";

const policy = load(
  aFile(
    [
      "  - { name: no-x, when: { endpoint: { name: x* } }, then: { reject: { reason: Never x. } } }",
      "  - { name: ask-y, when: { message: y* }, then: { ask: { approvers: [duty], quorum: 2, timeout: 8h, onTimeout: reject } } }",
      "  - { name: yes-z, when: { cluster: { tags: { z: yes } }, endpoint: { name: z* } }, then: approve }",
    ].join("\n"),
  ),
);

describe("a verdict on one line", () => {
  const z = { tags: tagged({ z: "yes" }) };

  test.each<[string, Said, string]>([
    ["approve", { endpoint: { name: is("z1") }, cluster: z }, "approve by yes-z (line 11)"],
    ["reject", { endpoint: { name: is("x1") } }, "reject by no-x (line 9): Never x."],
    ["ask", { message: is("y") }, "ask by ask-y (line 10): 2 of duty, within 8h or else it is rejected"],
    ["default", {}, "ask by default (line 6): 1 of aks, within 24h"],
    [
      "near miss",
      { cluster: z },
      'ask by default (line 6): 1 of aks, within 24h; near miss yes-z (line 11, would approve): endpoint.name is "pe-some", expected to match "z*"',
    ],
    [
      "unknown",
      { endpoint: { name: unknown() } },
      "ask by whenUnknown (line 6), because of no-x: 1 of aks, within 24h",
    ],
  ])("%s", (_name, said, expected) => {
    expect(describeVerdict(evaluate(policy, someFacts(said)))).toBe(expected);
  });

  test("a name that tries to forge a line, hide or turn the text is quoted, escaped and cut", () => {
    const forged = `\nreject by nobody\u202e\u200b\u001b[2J${"a".repeat(500)}`;

    const line = describeVerdict(evaluate(policy, someFacts({ cluster: z, endpoint: { name: is(forged) } })));

    expect(line).toContain('endpoint.name is "\\nreject by nobody\\u202e\\u200b\\u001b[2Ja');
    expect(line).not.toMatch(/\p{Cc}|\p{Cf}/u);
    expect(line.length).toBeLessThan(400);
  });
});

describe("the compact verdict", () => {
  const rules = Array.from(
    { length: 1_000 },
    (_, index) =>
      `  - { name: r${index}, when: { message: m${index}, endpoint: { name: pe-* } }, then: approve }`,
  );
  const full = evaluate(load(aFile(rules.join("\n"))), someFacts({ message: is("m7") }));
  const compact = compactVerdict(full);

  test("it keeps the decision and says how much it left out", () => {
    expect(compact).toMatchObject({
      kind: "approve",
      decidedBy: full.decidedBy,
      because: full.because,
      policyHash: full.policyHash,
    });
    expect(compact.rules.map(({ name }) => name)).toEqual(["r0", "r1", "r10", "r7"]);
    expect(compact.rulesOmitted).toBe(996);
    expect(Verdict.parse(compact)).toEqual(compact);
  });

  test("it is small even when everything is undecided", () => {
    const undecided = compactVerdict(
      evaluate(
        load(aFile(rules.join("\n"))),
        someFacts({ message: unknown(), endpoint: { name: unknown() } }),
      ),
    );

    expect(undecided.rules).toHaveLength(20);
    expect(JSON.stringify(undecided).length).toBeLessThan(20_000);
  });

  test("to make it compact again changes nothing", () => {
    expect(compactVerdict(compact)).toEqual(compact);
  });
});
