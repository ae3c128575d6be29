import { describe, expect, test } from "vitest";
import { formatProblems } from "../../../../shared/policy/file/report.ts";
import { checkPolicy } from "../../../../shared/policy-tools/lint/check.ts";
import { readTestFile } from "../../../../shared/policy-tools/testing/test-file.ts";
import { aFile, contentOf, problemsOf } from "../builders.ts";

const COMMAND = "\\n::error title=forged::gone";
const when = (block: string) => aFile(`  - { name: r, when: { ${block} }, then: approve }`);

describe("what could begin a line of its own is refused where it stands", () => {
  test.each([
    [
      "a line feed in a tag's name",
      when(`cluster: { tags: { "x${COMMAND}": y } }`),
      '9:43: the character "\\n" is not allowed here',
    ],
    [
      "a tab in a tag's name",
      when('cluster: { tags: { "x\\t": y } }'),
      '9:43: the character "\\t" is not allowed here',
    ],
    [
      "a line feed in a text",
      when(`message: "x${COMMAND}"`),
      '9:33: rules[].when.message: the character "\\n" is not allowed here',
    ],
    [
      "a tab in one of several texts",
      when('message: [a, "b\\tc"]'),
      '9:37: rules[].when.message[]: the character "\\t" is not allowed here',
    ],
    ["an escape", when('message: "\\e[2J"'), '9:33: the character "\\u001b" is not allowed here'],
    [
      "what turns the direction",
      when('message: "a\\u202eb"'),
      '9:33: the character "\\u202e" is not allowed here',
    ],
    [
      "what separates lines",
      when('message: "a\\u2028b"'),
      '9:33: the character "\\u2028" is not allowed here',
    ],
    [
      "what separates paragraphs",
      when('message: "a\\u2029b"'),
      '9:33: the character "\\u2029" is not allowed here',
    ],
    [
      "a carriage return in a reason",
      aFile("", { byDefault: 'reject: { reason: "a\\rb" }' }),
      '6:30: the character "\\r" is not allowed here',
    ],
    [
      "a list's entry",
      aFile("", { more: `lists: { l: ["x${COMMAND}"] }` }),
      '7:14: lists.l[]: the character "\\n" is not allowed here',
    ],
    [
      "a group",
      aFile("", { more: `lists: { l: [a] }` }).replace("[c2a4", '["a\\tb", c2a4'),
      '5:20: approvers.duty.groups[]: the character "\\t" is not allowed here',
    ],
  ])("%s", (_what, text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  test("in a list in text form", () => {
    const text = aFile("  - { name: r, when: { message: { in: l } }, then: approve }");

    expect(problemsOf(text, { "lists/l.txt": "a\nb\u001b[2J\nc\td\n" })).toEqual([
      'lists/l.txt:2:1: list[]: the character "\\u001b" is not allowed here',
      'lists/l.txt:3:1: list[]: the character "\\t" is not allowed here',
    ]);
  });

  test("in a file of tests", () => {
    const text = `apiVersion: policy/v1
kind: ConnectionPolicyTest
policy: p.yaml
tests:
  - { name: "a${COMMAND}", given: { message: "b\\tc" }, expect: { decision: reject, reason: "d\\ne" } }
  - { name: f, cases: [{ name: "g\\nh", expect: { decision: ask } }] }
`;
    const read = readTestFile(text, "p.tests.yaml");

    expect(
      read.kind === "problems" &&
        read.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`),
    ).toEqual([
      '5:13: tests[].name: the character "\\n" is not allowed here',
      '5:64: tests[].given.message: the character "\\t" is not allowed here',
      '6:32: tests[].cases[].name: the character "\\n" is not allowed here',
    ]);
  });

  test("but reasons and descriptions have as many lines as their authors like", () => {
    const text = aFile('  - { name: r, description: "a\\n\\tb", then: { reject: { reason: "c\\n\\td" } } }');

    expect(contentOf(text).rules[0]?.outcome).toEqual({ kind: "reject", reason: "c\n\td" });
  });

  test("no problem has more than its own line and its excerpt, whatever the file and its name hold", () => {
    const texts = [
      when(`cluster: { tags: { "x${COMMAND}": 12 } }`),
      aFile("", { more: `lists: { "q${COMMAND}": [1] }` }),
      aFile("", { more: "more: \u2028::error::\r::error::" }),
      '"\n::error::x',
      "a: *\u0085::error::",
    ];

    for (const text of texts) {
      const problems = checkPolicy(text, "p\n::error::.yaml");
      const lines = formatProblems(problems)
        .split(/[\n\r\u0085\u2028\u2029]/)
        .slice(0, -1);

      expect(problems.length).toBeGreaterThan(0);
      for (const line of lines) expect(line).toMatch(/^p ::error::\.yaml:\d+:\d+: error: | {5,}\d* \| /);
    }
  });
});

describe("what would never match is refused", () => {
  test.each([
    ["an empty text", when('message: ""'), "9:33: rules[].when.message: an empty text would never match"],
    [
      "one of several",
      when('message: [a, ""]'),
      "9:37: rules[].when.message[]: an empty text would never match",
    ],
    [
      "a blank at the end",
      when('message: "a "'),
      '9:33: rules[].when.message: "a " begins or ends with a blank, and would never match',
    ],
    [
      "a blank at the beginning",
      when('message: { not: "\u00a0a" }'),
      '9:40: rules[].when.message.not: "\u00a0a" begins or ends with a blank, and would never match',
    ],
    [
      "in a list",
      aFile("", { more: 'lists: { l: ["", " a"] }' }),
      "7:14: lists.l[]: an empty text would never match",
    ],
  ])("%s", (_what, text, problem) => {
    expect(problemsOf(text)[0]).toBe(problem);
  });

  test("in a list in a file of its own", () => {
    expect(problemsOf(aFile(""), { "lists/l.yaml": '- ""\n- "a "\n' })).toEqual([
      "lists/l.yaml:1:3: list[]: an empty text would never match",
      'lists/l.yaml:2:3: list[]: "a " begins or ends with a blank, and would never match',
    ]);
  });
});
