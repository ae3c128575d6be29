import { describe, expect, test } from "vitest";
import { mergeGiven } from "../../../../shared/policy-tools/testing/gather.ts";
import { readTestFile, type TestFile } from "../../../../shared/policy-tools/testing/test-file.ts";

const aTestFile = (tests: string, more = "") => `apiVersion: policy/v1
kind: ConnectionPolicyTest
policy: ./policy.yaml
${more}
tests:
${tests}
`;

function read(text: string): TestFile {
  const result = readTestFile(text, "p.tests.yaml");
  if (result.kind === "problems") throw new Error(JSON.stringify(result.problems));
  return result.file;
}

function problemsOf(text: string): readonly string[] {
  const result = readTestFile(text, "p.tests.yaml");
  return result.kind === "tests"
    ? []
    : result.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe("a file of tests", () => {
  test("names its policy and its tests, with their lines", () => {
    const file = read(aTestFile("  - name: a\n    expect: { decision: ask, rule: default }"));

    expect(file.policy).toBe("./policy.yaml");
    expect(file.tests).toEqual([
      { name: "a", line: 6, given: [], expect: { decision: "ask", rule: ["default"], terms: [] } },
    ]);
  });

  test("may have cases in cases: each begins with what it stands in, and has its own line", () => {
    const file = read(
      aTestFile(
        `  - name: a
    given: { endpoint: { name: second, location: kept } }
    cases:
      - given: { message: hello }
        expect: { decision: ask }
      - name: inner
        cases:
          - { given: { endpoint: { name: third } }, expect: { decision: approve } }`,
        "given: { endpoint: { name: first }, message: bye }",
      ),
    );

    expect(file.tests.map(({ name, line, given }) => [name, line, ...mergeGiven(given).values()])).toEqual([
      ["a: case 1", 9, said("second"), said("hello"), said("kept")],
      ["a: inner: case 1", 13, said("third"), said("bye"), said("kept")],
    ]);
  });

  const said = (value: string) => ({ kind: "value", value });

  test("may expect everything that a verdict says", () => {
    const [ask, wait, leave] = read(
      aTestFile(`  - name: ask
    expect:
      decision: ask
      rule: [whenUnknown, b]
      because: []
      nearMiss: { rule: c, field: cluster.tags.env }
      approvers: { a or b: 2, c: 1 }
      groups: { c: ABC, b or a: [x, d] }
      distinctPeople: false
      escalateTo: [d, c]
      escalateAfter: 90m
      timeout: 8h
      onTimeout: reject
      remindAfter: null
      reasonRequired: true
      authContext: [c2, c1]
      preventSelfReview: false
      unknown: consumer.tags.costCenter
  - name: wait
    expect: { decision: wait, until: 2027-01-04T07:00:00Z }
  - name: leave
    expect: { decision: leave, wouldHave: approve }`),
    ).tests;

    expect(ask?.expect).toMatchObject({
      decision: "ask",
      rule: ["whenUnknown", "b"],
      because: [],
      nearMiss: { rule: "c", field: "cluster.tags.env" },
      unknown: ["consumer.tags.costCenter"],
    });
    expect(ask?.expect.terms.map(({ what, want }) => `${what}: ${want}`)).toEqual([
      "approvers: 1 of c, 2 of a or b",
      "groups: a or b (d, x), c (abc)",
      "distinctPeople: false",
      "escalateTo: c, d",
      "escalateAfter: 90m",
      "timeout: 8h",
      "onTimeout: reject",
      "remindAfter: nothing",
      "reasonRequired: true",
      "authContext: c1, c2",
      "preventSelfReview: false",
    ]);
    expect(wait?.expect).toEqual({ decision: "wait", until: "2027-01-04T07:00:00Z", terms: [] });
    expect(leave?.expect).toEqual({ decision: "leave", wouldHave: "approve", terms: [] });
  });

  test.each([
    ["", "1:1 the file is empty; it needs at least apiVersion, kind, policy and tests"],
    [
      "apiVersion: policy/v1\nkind: ConnectionPolicy\npolicy: p\ntests: [{ name: a, expect: { decision: ask } }]",
      "2:7 kind: must be ConnectionPolicyTest",
    ],
    [aTestFile("  []"), "6:3 tests: must not be empty"],
    [aTestFile("  - name: a"), '6:5 tests[]: needs either "expect" or "cases"'],
    [
      aTestFile("  - { name: a, expect: { decision: ask }, cases: [{ expect: { decision: ask } }] }"),
      '6:7 tests[]: needs either "expect" or "cases"',
    ],
    [aTestFile("  - expect: { decision: ask }"), '6:5 tests[]: "name" is missing'],
    [
      aTestFile("  - { name: a, expect: { decision: ask } }\n  - { name: a, expect: { decision: ask } }"),
      '7:13 test name "a" is already used on line 6',
    ],
    [aTestFile("  - { name: a, expect: { rule: default } }"), '6:26 tests[].expect: "decision" is missing'],
    [
      aTestFile("  - { name: a, expect: { decision: aprove } }"),
      '6:36 tests[].expect.decision: must be approve, reject, ask, wait or leave; did you mean "approve"?',
    ],
    [
      aTestFile("  - { name: a, expect: { decision: ask, becuase: [] } }"),
      '6:41 unknown field "becuase" in tests[].expect; did you mean "because"?',
    ],
    [
      aTestFile("  - { name: a, expect: { decision: approve, timeout: 8h } }"),
      "6:54 tests[].expect.timeout: only an ask has one",
    ],
    [
      aTestFile("  - { name: a, expect: { decision: ask, reason: no } }"),
      "6:49 tests[].expect.reason: only a reject has one",
    ],
    [
      aTestFile("  - { name: a, expect: { decision: ask, timeout: soon } }"),
      "6:50 tests[].expect.timeout: must be a duration like 30m, 4h or 2d",
    ],
    [
      aTestFile("  - { name: a, expect: { decision: wait, until: tomorrow } }"),
      "6:49 tests[].expect.until: must be a moment like 2026-11-23T10:15:00Z",
    ],
    [
      aTestFile("  - { name: a, expect: { decision: ask, unknown: [cluster.tag.env] } }"),
      '6:51 tests[].expect.unknown: there is no fact "cluster.tag.env"; did you mean "cluster.tags.env"?',
    ],
    [
      aTestFile("  - { name: a, expect: { decision: ask, approvers: { a: many } } }"),
      "6:57 tests[].expect.approvers.a: must be a whole number from 1 to 100",
    ],
    [
      aTestFile("  - { name: a, given: { clutser: {} }, expect: { decision: ask } }"),
      '6:25 unknown field "clutser" in tests[].given; did you mean "cluster"?',
    ],
    [
      aTestFile("  - { name: a, cases: [{ given: { time: now }, expect: { decision: ask } }] }"),
      "6:41 tests[].cases[].given.time: must be a moment like 2026-11-23T10:15:00Z",
    ],
    [
      aTestFile("  - { name: a, expect: { decision: ask } }").replace("policy/v1", "policy/v2"),
      "1:13 apiVersion: must be policy/v1",
    ],
    [
      aTestFile("  - { name: a, expect: { decision: ask } }").replace("./policy.yaml", "[a]"),
      "3:9 policy: expected text; found a list",
    ],
    [
      "policy: p",
      '1:1 test file: "apiVersion" is missing|1:1 test file: "kind" is missing|1:1 test file: "tests" is missing',
    ],
    [
      "apiVersion: policy/v1\nkind: ConnectionPolicyTest\ntests: [{ name: a, expect: { decision: ask } }]",
      '1:1 test file: "policy" is missing',
    ],
    [
      aTestFile("  - { name: a, expect: { decision: ask } }", "given: { clutser: {} }"),
      '4:10 unknown field "clutser" in given; did you mean "cluster"?',
    ],
    [
      aTestFile('  - { name: " ", expect: { decision: ask } }\n  - { name: " ", expect: { decision: ask } }'),
      "6:13 tests[].name: must not be empty|7:13 tests[].name: must not be empty",
    ],
    [
      aTestFile("  - a"),
      '6:5 tests[]: expected a mapping with the keys name, description, given, expect, cases; found the text "a"',
    ],
    [
      aTestFile("  - { name: a, description: [], expect: { decision: ask } }"),
      "6:29 tests[].description: expected text; found a list",
    ],
    [
      aTestFile("  - { name: a, cases: [{ name: [], description: 1, expect: { decision: [] } }] }"),
      '6:32 tests[].cases[].name: expected text; found a list|6:49 tests[].cases[].description: expected text; found the number 1; for the text "1", put it in quotes|6:72 tests[].cases[].expect.decision: must be approve, reject, ask, wait or leave',
    ],
    ...[
      ["rule: 1", 'rule: expected text; found the number 1; for the text "1", put it in quotes'],
      ["rule: [1]", 'rule[]: expected text; found the number 1; for the text "1", put it in quotes'],
      ["because: {}", "because: expected text; found a mapping"],
      ["nearMiss: a", 'nearMiss: expected a mapping with the keys rule, field; found the text "a"'],
      ["nearMiss: { field: time }", 'nearMiss: "rule" is missing'],
      [
        "nearMiss: { rule: [1] }",
        'nearMiss.rule[]: expected text; found the number 1; for the text "1", put it in quotes',
      ],
      ["nearMiss: { rule: a, field: tim }", 'nearMiss.field: there is no fact "tim"; did you mean "time"?'],
      ["approvers: 1", 'approvers: expected text; found the number 1; for the text "1", put it in quotes'],
      ["approvers: { b: many }", "approvers.b: must be a whole number from 1 to 100"],
      ["groups: 1", 'groups: expected text; found the number 1; for the text "1", put it in quotes'],
      ["groups: { b: 1 }", 'groups.b: expected text; found the number 1; for the text "1", put it in quotes'],
      ["distinctPeople: yes", "distinctPeople: must be true or false"],
      ["escalateTo: {}", "escalateTo: expected text; found a mapping"],
      ["escalateAfter: soon", "escalateAfter: must be a duration like 30m, 4h or 2d"],
      ["remindAfter: 0m", "remindAfter: must be a duration like 30m, 4h or 2d"],
      ["reasonRequired: 1", "reasonRequired: must be true or false"],
      ["preventSelfReview: null", "preventSelfReview: must be true or false"],
      ["onTimeout: expired", 'onTimeout: must be expire or reject; did you mean "expire"?'],
      ["wouldHave: asks", 'wouldHave: must be approve, reject or ask; did you mean "ask"?'],
      ["wouldHave: [ask]", "wouldHave: expected approve, reject, ask or null; found a list"],
      ["unknown: cluster.tags", 'unknown: there is no fact "cluster.tags"; did you mean "cluster.name"?'],
      ["unknown: [1]", 'unknown[]: expected text; found the number 1; for the text "1", put it in quotes'],
    ].map(
      ([line, problem]) =>
        [
          aTestFile(`  - { name: a, expect: { decision: ask, ${line} } }`),
          expect.stringMatching(
            new RegExp(`^6:\\d\\d tests\\[\\]\\.expect\\.${problem?.replace(/[[\](){}?.|]/g, "\\$&")}$`),
          ),
        ] as [string, string],
    ),
    [
      aTestFile("  - { name: a, expect: { decision: reject, reason: 1 } }"),
      '6:52 tests[].expect.reason: expected text; found the number 1; for the text "1", put it in quotes',
    ],
  ])("is refused with the place of each problem: %s", (text, problem) => {
    expect(problemsOf(text).join("|")).toEqual(problem);
  });

  test("cases in cases are named by their numbers or their own names", () => {
    const { tests } = read(
      aTestFile(
        "  - { name: a, cases: [{ name: b, cases: [{ expect: { decision: ask } }] }, { expect: { decision: ask } }] }",
      ),
    );

    expect(tests.map(({ name }) => name)).toEqual(["a: b: case 1", "a: case 2"]);
  });

  test("finds names that the policy does not have, and what was probably meant", () => {
    const file = read(
      aTestFile(`  - name: a
    expect: { decision: ask, rule: [default, paymnts], because: sandbox, nearMiss: { rule: payments } }
  - name: b
    expect: { decision: ask, approvers: { network or securty: 1 }, groups: { netwrk: x }, escalateTo: secrity }`),
    );

    const problems = file.unknownNames({ rule: ["default", "payments"], approvers: ["network", "security"] });

    expect(problems.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
      '7:46 the policy has no rule "paymnts"; did you mean "payments"?',
      '7:65 the policy has no rule "sandbox"',
      '9:43 the policy asks no approvers "securty"; did you mean "security"?',
      '9:78 the policy asks no approvers "netwrk"; did you mean "network"?',
      '9:103 the policy asks no approvers "secrity"; did you mean "security"?',
    ]);
  });
});
