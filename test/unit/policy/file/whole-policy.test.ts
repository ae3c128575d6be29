import { describe, expect, test } from "vitest";
import { aFile, contentOf, load, problemsOf } from "../builders.ts";

const withMore = (more: string, rules = "") => aFile(rules, { more });
const REJECT = "{ reject: { reason: No. } }";
const hashOf = (more: string) => load(withMore(more)).hash;

describe("mode", () => {
  test.each<[string, string, string]>([
    ["enforce", "enforce", "enforce"],
    ["enforce", "approveOnly", "approveOnly"],
    ["enforce", "shadow", "shadow"],
    ["approveOnly", "enforce", "approveOnly"],
    ["approveOnly", "shadow", "shadow"],
    ["shadow", "enforce", "shadow"],
    ["shadow", "approveOnly", "shadow"],
  ])("of %s for all and %s of its own, a rule does as %s", (all, own, effective) => {
    const content = contentOf(
      withMore(
        `mode: ${all}`,
        `  - { name: r1, mode: ${own}, then: ${REJECT} }\n  - { name: r2, then: ${REJECT} }`,
      ),
    );

    expect(content.mode).toBe(all);
    expect(content.rules.map(({ mode }) => mode)).toEqual([effective, all]);
  });

  test("is enforce when the file does not say", () => {
    expect(contentOf(aFile("")).mode).toBe("enforce");
  });
});

describe("visibility", () => {
  test("one of its blocks must hold, or else the request is left alone", () => {
    expect(
      contentOf(withMore("visibility: { allow: [{ message: a }, { source: b }] }")).visibility,
    ).toMatchObject({
      line: 7,
      anyOf: [[{ field: { name: "message" } }], [{ field: { name: "source" } }]],
      otherwise: { kind: "leave" },
    });
  });

  test("one block needs no list, and strangers may be rejected", () => {
    const visibility =
      "visibility: { allow: { message: a }, otherwise: { reject: { reason: Who are you? } } }";

    expect(contentOf(withMore(visibility)).visibility).toMatchObject({
      anyOf: [[{ field: { name: "message" } }]],
      otherwise: { kind: "reject", reason: "Who are you?" },
    });
  });

  test.each<[string, string, string[]]>([
    ["nobody at all", "{ allow: [] }", ["7:22: visibility.allow: must not be empty"]],
    ["everybody", "{ allow: {} }", ["7:22: an empty mapping says nothing; leave the key out"]],
    ["no block", "{ otherwise: leave }", ['7:15: visibility: "allow" is missing']],
    [
      "a text",
      "all",
      ['7:13: visibility: expected a mapping with the keys allow, otherwise; found the text "all"'],
    ],
    [
      "an ask",
      "{ allow: { message: a }, otherwise: { ask: { approvers: [aks] } } }",
      ['7:51: unknown field "ask" in visibility.otherwise'],
    ],
    [
      "a misspelt word",
      "{ allow: { message: a }, otherwise: leav }",
      [
        '7:49: visibility.otherwise: expected leave, or a mapping with reject; found the text "leav"; did you mean "leave"?',
      ],
    ],
    [
      "a reject without its reason",
      "{ allow: { message: a }, otherwise: reject }",
      [
        '7:49: visibility.otherwise: expected leave, or a mapping with reject; found the text "reject"; a reject needs a reason',
      ],
    ],
    [
      "alternatives inside a block",
      "{ allow: { anyOf: [{ message: a }] } }",
      ['7:24: visibility.allow: "anyOf" can only stand directly under the "when" of a rule'],
    ],
  ])("%s", (_name, visibility, expected) => {
    expect(problemsOf(withMore(`visibility: ${visibility}`))).toEqual(expected);
  });
});

describe("freeze", () => {
  const TIME = "time: { until: 2027-01-04T07:00Z }";

  test("makes an approval wait, or asks people", () => {
    const freeze = `freeze:
  - { name: year-end, description: Nobody is here., when: { ${TIME}, cluster: { tags: { env: prod } } }, then: wait }
  - { name: careful, when: { message: a }, then: { ask: { approvers: [duty] } } }`;

    expect(contentOf(withMore(freeze)).freezes).toMatchObject([
      {
        name: "year-end",
        line: 8,
        when: [{ field: { name: "time" } }, { field: { name: "cluster.tags.env" } }],
        outcome: { kind: "wait" },
      },
      {
        name: "careful",
        line: 9,
        outcome: { kind: "ask", ask: { requirements: [{ approvers: ["duty"] }] } },
      },
    ]);
  });

  test("there may be none", () => {
    expect(contentOf(withMore("freeze: []")).freezes).toEqual([]);
  });

  const END = 'wait needs a "time" under "when" (not under "not"), to know its end';
  test.each<[string, string, string[]]>([
    ["a wait without end", "{ name: f, when: { message: a }, then: wait }", [`8:44: freeze[].then: ${END}`]],
    [
      "a wait whose end is not told",
      "{ name: f, when: { time: { not: { until: 2027-01-04T07:00Z } } }, then: wait }",
      [`8:77: freeze[].then: ${END}`],
    ],
    ["no conditions", "{ name: f, then: wait }", ['8:7: freeze[]: "when" is missing']],
    ["no outcome", `{ name: f, when: { ${TIME} } }`, ['8:7: freeze[]: "then" is missing']],
    [
      "a reject",
      `{ name: f, when: { ${TIME} }, then: { reject: { reason: No. } } }`,
      ['8:70: unknown field "reject" in freeze[].then'],
    ],
    [
      "an approve",
      `{ name: f, when: { ${TIME} }, then: approve }`,
      ['8:68: freeze[].then: expected wait, or a mapping with ask; found the text "approve"'],
    ],
    [
      "a reserved name",
      `{ name: KillSwitch, when: { ${TIME} }, then: wait }`,
      ['8:13: freeze name "KillSwitch" is reserved'],
    ],
    [
      "the name of a rule",
      `{ name: R1, when: { ${TIME} }, then: wait }`,
      ['8:13: freeze name "R1" is already used on line 10'],
    ],
    [
      "a mode of its own",
      `{ name: f, mode: shadow, when: { ${TIME} }, then: wait }`,
      ['8:16: unknown field "mode" in freeze[]'],
    ],
    [
      "alternatives",
      "{ name: f, when: { anyOf: [{ message: a }] }, then: { ask: { approvers: [duty] } } }",
      ['8:24: freeze[].when: "anyOf" can only stand directly under the "when" of a rule'],
    ],
  ])("%s", (_name, freeze, expected) => {
    const text = withMore(`freeze:\n  - ${freeze}`, `  - { name: r1, then: ${REJECT} }`);

    expect(problemsOf(text)).toEqual(expected);
  });

  test("its order in the file means nothing", () => {
    const [a, b] = ["a", "b"].map((name) => `  - { name: ${name}, when: { ${TIME} }, then: wait }`);

    expect(hashOf(`freeze:\n${a}\n${b}`)).toBe(hashOf(`freeze:\n${b}\n${a}`));
    expect(hashOf(`freeze:\n${a}\n${b}`)).not.toBe(hashOf(`freeze:\n${a}`));
  });
});

test.each(["default", "whenUnknown", "visibility", "killSwitch", "system", "KILLSWITCH"])(
  "no rule may be called %s",
  (name) => {
    expect(problemsOf(aFile(`  - { name: ${name}, then: ${REJECT} }`))).toEqual([
      `9:13: rule name "${name}" is reserved`,
    ]);
  },
);
