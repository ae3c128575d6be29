import { describe, expect, test } from "vitest";
import { aFile, contentOf, problemsOf } from "../builders.ts";

const more = "lists: { teams: [Web, team-*], unused: [x], one: [y] }";
const when = (lines: string) => aFile(`  - name: r1\n    when: ${lines}\n    then: approve\n`, { more });
const ruleOf = (lines: string) => contentOf(when(lines)).rules[0];

describe("a condition says what it expects, and what tests it", () => {
  test.each<[string, string, object]>([
    ["{ message: Hi }", 'to be "Hi"', { kind: "text", negated: false, texts: ["Hi"] }],
    ["{ message: hi* }", 'to match "hi*"', { kind: "text", negated: false, texts: ["hi*"] }],
    ["{ message: [a, b] }", "to be one of a, b", { kind: "text", negated: false, texts: ["a", "b"] }],
    [
      "{ message: { not: [a, b, c, d, e, f, g] } }",
      "not to be one of a, b, c, d, e and 2 more",
      { kind: "text", negated: true, texts: ["a", "b", "c", "d", "e", "f", "g"] },
    ],
    [
      "{ message: { in: teams } }",
      'to be in list "teams" (2 values)',
      { kind: "list", negated: false, list: "teams" },
    ],
    [
      "{ message: { in: one } }",
      'to be in list "one" (1 value)',
      { kind: "list", negated: false, list: "one" },
    ],
    [
      "{ message: { not: { in: teams } } }",
      'not to be in list "teams" (2 values)',
      { kind: "list", negated: true, list: "teams" },
    ],
    ["{ message: { present: true } }", "to be present", { kind: "present", wanted: true }],
    ["{ message: { present: false } }", "to be absent", { kind: "present", wanted: false }],
    [
      "{ message: { sameAs: requester } }",
      "to be the same as requester",
      { kind: "sameAs", negated: false, other: { name: "requester", path: ["requester"], tag: null } },
    ],
    [
      "{ consumer: { tags: { costCenter: { not: { sameAs: cluster.tags.Cost.Center } } } } }",
      "not to be the same as cluster.tags.Cost.Center",
      {
        kind: "sameAs",
        negated: true,
        other: { name: "cluster.tags.Cost.Center", path: ["cluster", "tags"], tag: "cost.center" },
      },
    ],
    [
      "{ consumer: { managementGroups: [mg-a, mg-b*] } }",
      "to be one of mg-a, mg-b*",
      { kind: "text", negated: false, texts: ["mg-a", "mg-b*"] },
    ],
    [
      "{ history: { approvedBefore: { atLeast: 1 } } }",
      "to be at least 1",
      { kind: "count", atLeast: 1, atMost: null },
    ],
    [
      "{ history: { approvedBefore: { atMost: 3 } } }",
      "to be at most 3",
      { kind: "count", atLeast: null, atMost: 3 },
    ],
    [
      "{ history: { approvedOnCluster: { atLeast: 1, atMost: 3 } } }",
      "to be 1 to 3",
      { kind: "count", atLeast: 1, atMost: 3 },
    ],
    [
      "{ history: { approvedOnCluster: { atLeast: 0, atMost: 0 } } }",
      "to be 0",
      { kind: "count", atLeast: 0, atMost: 0 },
    ],
  ])("%s: %s", (lines, expected, matcher) => {
    expect(ruleOf(lines)?.when).toMatchObject([{ expected, matcher }]);
  });

  test("its field keeps the spelling of a tag, and compares without case", () => {
    expect(ruleOf("{ cluster: { tags: { Env: x } } }")?.when[0]?.field).toEqual({
      name: "cluster.tags.Env",
      path: ["cluster", "tags"],
      tag: "env",
    });
  });

  test("of the lists the content holds those that a condition uses, as written", () => {
    expect(contentOf(when("{ message: { in: teams } }")).lists).toEqual({ teams: ["Web", "team-*"] });
  });

  test("two conditions have the same key exactly when they say the same of their field", () => {
    const keys = ["a", '"a"', "[a]", "{ not: a }", "{ sameAs: requester }", "{ sameAs: source }"].map(
      (text) => ruleOf(`{ message: ${text} }`)?.when[0]?.key,
    );

    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(5);
  });
});

describe("alternatives", () => {
  test("a rule has lines that must all hold, blocks of which one must, and blocks of which none may", () => {
    const [rule] = contentOf(
      aFile(`  - name: r1
    when: { message: a, anyOf: [{ source: sweep }, { source: event, requester: b }] }
    unless: [{ endpoint: { name: c } }]
    then: approve`),
    ).rules;

    const fields = (blocks: readonly (readonly { field: { name: string } }[])[] = []) =>
      blocks.map((block) => block.map(({ field }) => field.name));
    expect(fields(rule && [rule.when])).toEqual([["message"]]);
    expect(fields(rule?.anyOf)).toEqual([["source"], ["source", "requester"]]);
    expect(fields(rule?.unless)).toEqual([["endpoint.name"]]);
  });

  test("are conditions enough for an approve rule", () => {
    expect(problemsOf(when("{ anyOf: [{ message: a }] }"))).toEqual([]);
  });

  test.each<[string, string, string[]]>([
    ["none", "{ anyOf: [] }", ["10:20: rules[].when.anyOf: must not be empty"]],
    ["an empty one", "{ anyOf: [{}] }", ["10:21: an empty mapping says nothing; leave the key out"]],
    [
      "a block instead of a list",
      "{ anyOf: { message: a } }",
      ["10:20: rules[].when.anyOf: expected a list; found a mapping"],
    ],
    [
      "alternatives of alternatives",
      "{ anyOf: [{ anyOf: [{ message: a }] }] }",
      ['10:23: rules[].when.anyOf[]: "anyOf" can only stand directly under the "when" of a rule'],
    ],
    [
      "a misspelt field",
      "{ anyOf: [{ mesage: a }] }",
      ['10:23: unknown field "mesage" in rules[].when.anyOf[]; did you mean "message"?'],
    ],
    [
      "inside a block of fields",
      "{ endpoint: { anyOf: [{ name: a }] } }",
      ['10:25: unknown field "anyOf" in rules[].when.endpoint'],
    ],
  ])("%s", (_name, lines, expected) => {
    expect(problemsOf(when(lines))).toEqual(expected);
  });
});

describe("a condition that is not sound", () => {
  test.each<[string, string, string[]]>([
    [
      "the same as a field that is not there",
      "{ message: { sameAs: requestor } }",
      [
        '10:32: rules[].when.message.sameAs: "requestor" is no field that holds one text; did you mean "requester"?',
      ],
    ],
    [
      "the same as a tag of nobody",
      "{ message: { sameAs: clutser.tags.env } }",
      [
        '10:32: rules[].when.message.sameAs: "clutser.tags.env" is no field that holds one text; did you mean "cluster.tags.env"?',
      ],
    ],
    ...["cluster", "history.approvedBefore", "time", "constructor", "__proto__", ""].map(
      (name): [string, string, string[]] => [
        `the same as ${name}`,
        `{ message: { sameAs: "${name}" } }`,
        [`10:32: rules[].when.message.sameAs: "${name}" is no field that holds one text`],
      ],
    ),
    [
      "the same as all tags",
      "{ message: { sameAs: cluster.tags } }",
      [
        '10:32: rules[].when.message.sameAs: "cluster.tags" is no field that holds one text; did you mean "cluster.name"?',
      ],
    ],
    [
      "the same as a tag without a name",
      "{ message: { sameAs: cluster.tags. } }",
      [
        '10:32: rules[].when.message.sameAs: "cluster.tags." is no field that holds one text; did you mean "cluster.name"?',
      ],
    ],
    [
      "the same as several texts",
      "{ message: { sameAs: consumer.managementGroups } }",
      ['10:32: rules[].when.message.sameAs: "consumer.managementGroups" is no field that holds one text'],
    ],
    [
      "the same as itself",
      "{ cluster: { tags: { Env: { not: { sameAs: cluster.tags.ENV } } } } }",
      ["10:54: rules[].when.cluster.tags.Env.not.sameAs: every field is the same as itself"],
    ],
    [
      "the same as a number",
      "{ message: { sameAs: 1 } }",
      [
        '10:32: rules[].when.message.sameAs: expected text; found the number 1; for the text "1", put it in quotes',
      ],
    ],
    [
      "a tag without tags",
      "{ cluster: { env: prod }, endpoint: { env: prod } }",
      [
        '10:24: unknown field "env" in rules[].when.cluster; did you mean tags: { env: … }?',
        '10:49: unknown field "env" in rules[].when.endpoint',
      ],
    ],
    [
      "a count that is a number",
      "{ history: { approvedBefore: 1 } }",
      ["10:40: rules[].when.history.approvedBefore: write { atLeast: 1 } or { atMost: 1 }"],
    ],
    ...["-1", "1.5", "1000001", "'1'", "[1]", ".inf", ".nan", "~"].map(
      (bound): [string, string, string[]] => [
        `at least ${bound}`,
        `{ history: { approvedBefore: { atLeast: ${bound} } } }`,
        ["10:51: rules[].when.history.approvedBefore.atLeast: must be a whole number from 0 to 1000000"],
      ],
    ),
    [
      "more than at most",
      "{ history: { approvedBefore: { atLeast: 2, atMost: 1 } } }",
      ["10:42: rules[].when.history.approvedBefore: atLeast must not be greater than atMost"],
    ],
    [
      "a misspelt bound",
      "{ history: { approvedBefore: { atLest: 2 } } }",
      ['10:42: unknown field "atLest" in rules[].when.history.approvedBefore; did you mean "atLeast"?'],
    ],
    [
      "a bare block of history",
      "{ history: { approvedOnCluster: {} } }",
      ["10:43: an empty mapping says nothing; leave the key out"],
    ],
    [
      "a condition under __proto__",
      "{ __proto__: { message: x } }",
      ['10:13: the key "__proto__" is not allowed'],
    ],
  ])("%s", (_name, lines, expected) => {
    expect(problemsOf(when(lines))).toEqual(expected);
  });
});
