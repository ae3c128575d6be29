import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { formatProblems } from "../../../../shared/policy/file/report.ts";
import { checkPolicy } from "../../../../shared/policy-tools/lint/check.ts";
import { AKS, aFile, ask, found, fromUs, reject } from "./warnings.ts";

describe("checking a policy file", () => {
  test("the policy of this repository has nothing to be warned of", () => {
    const text = readFileSync(new URL("../../../../policy.yaml", import.meta.url), "utf8");

    expect(checkPolicy(text, "policy.yaml")).toEqual([]);
  });

  test("a file with errors gets its errors and no warnings", () => {
    const problems = checkPolicy(aFile(["name: a, then: approve"], "lists: { unused: [x] }"), "policy.yaml");

    expect(problems.map(({ severity }) => severity)).toEqual(["error"]);
  });

  test("a warning shows its place, in words and in the line itself", () => {
    const problems = checkPolicy(
      aFile([], "lists: { unused: [x] }").replace("rules:\n", "rules: []"),
      "policy.yaml",
    );

    expect(formatProblems(problems)).toBe(`policy.yaml:5:10: warning: no condition uses list "unused"
     5 | lists: { unused: [x] }
       |          ^^^^^^
`);
  });

  test("warnings of several kinds come in the order of the file", () => {
    const rules = [
      `name: a, when: { ${fromUs}, message: { not: "*" }, source: "*" }, ${ask}`,
      "name: b, when: { message: x }, then: approve",
    ];

    expect(found(rules, "lists: { l: [a, b] }").map((text) => text.split(":")[0])).toEqual(["5", "7", "8"]);
  });
});

describe("a rule that can never match", () => {
  const contradiction = (rule: string) => found([`name: r, ${rule}, ${ask}`]).length;
  const warned = ['7:13 rule "r" can never match: its conditions contradict each other'];

  test("says so at its name", () => {
    expect(
      found([
        `name: r, when: { cluster: { tags: { env: prod } } }, unless: [{ cluster: { tags: { Env: "p*" } } }], ${ask}`,
      ]),
    ).toEqual(warned);
  });

  test.each([
    ["two texts that exclude each other", "when: { message: a, anyOf: [{ message: b }] }"],
    ["a text and a pattern that does not fit", "when: { message: [a, b], anyOf: [{ message: c* }] }"],
    ["patterns that begin differently", "when: { message: a*b, anyOf: [{ message: b* }] }"],
    ["a text and its absence", "when: { message: a, anyOf: [{ message: { present: false } }] }"],
    ["all that a text can be, left out", 'when: { message: { present: true } }, unless: [{ message: "*" }]'],
    ["each of the texts left out", "when: { message: [a, b] }, unless: [{ message: a }, { message: B }]"],
    [
      "counts that do not meet",
      "when: { history: { approvedBefore: { atLeast: 3 } }, anyOf: [{ history: { approvedBefore: { atMost: 2 } } }] }",
    ],
    [
      "the time and its opposite",
      "when: { time: { days: mon, timezone: UTC } }, unless: [{ time: { days: [mon], timezone: UTC } }]",
    ],
    [
      "a field that is and is not the same",
      "when: { message: { sameAs: requester } }, unless: [{ message: { sameAs: requester } }]",
    ],
    ["each block of anyOf", "when: { message: a, anyOf: [{ message: b }, { message: c }] }"],
    [
      "a block of unless with several lines, all of which hold",
      "when: { message: a, source: b }, unless: [{ message: a*, source: [b, c] }]",
    ],
    [
      "management groups of which none is there",
      "when: { consumer: { managementGroups: a } }, unless: [{ consumer: { managementGroups: a* } }]",
    ],
  ])("for %s", (_why, rule) => {
    expect(found([`name: r, ${rule}, ${ask}`])).toEqual(warned);
  });

  test.each([
    ["a text and a pattern that fits", "when: { message: a, anyOf: [{ message: a* }] }"],
    ["patterns that may meet", 'when: { message: "a*", anyOf: [{ message: "*b" }] }'],
    ["one block of anyOf that can hold", "when: { message: a, anyOf: [{ message: b }, { source: c }] }"],
    ["one of the texts left", "when: { message: [a, b] }, unless: [{ message: a }]"],
    ["what is absent, left out", "when: { message: { not: a } }, unless: [{ message: { present: true } }]"],
    [
      "two management groups, which may both be there",
      "when: { consumer: { managementGroups: a }, anyOf: [{ consumer: { managementGroups: b } }] }",
    ],
    [
      "counts that meet",
      "when: { history: { approvedBefore: { atLeast: 2 } }, anyOf: [{ history: { approvedBefore: { atMost: 2 } } }] }",
    ],
    [
      "a block of unless of which one line may fail",
      "when: { message: a }, unless: [{ message: a, source: b }]",
    ],
    [
      "tags of the cluster and of the consumer",
      "when: { cluster: { tags: { env: a } } }, unless: [{ consumer: { tags: { env: a } } }]",
    ],
  ])("but not for %s", (_why, rule) => {
    expect(contradiction(rule)).toBe(0);
  });
});

describe("a rule that can never decide, because a stricter one covers it", () => {
  const covered = (rule: string, stricter: string) =>
    found([`name: r, ${rule}`, `name: s, ${stricter}`], "lists: { l: [a, b*], m: [A, bc, b?d*] }").filter(
      (text) => text.includes("never decide"),
    );

  test("says which, where it is, and what it does", () => {
    expect(
      covered(`when: { ${fromUs}, message: abc }, then: approve`, `when: { message: "a*" }, ${reject}`),
    ).toEqual([
      '7:13 rule "r" can never decide: whatever it matches, rule "s" (line 8) matches, too, and rejects',
    ]);
  });

  test("says of one in mode approveOnly that it keeps the other from approving", () => {
    const rules = [
      `name: r, when: { ${fromUs}, message: abc }, then: approve`,
      `name: s, when: { message: "a*" }, ${reject}`,
    ];

    expect(found(rules, "mode: approveOnly")).toEqual([
      '7:13 rule "r" can never decide: whatever it matches, rule "s" (line 8) matches, too, and keeps it from being approved',
    ]);
  });

  const approve = (block: string) => `when: { ${fromUs}, ${block} }, then: approve`;

  test.each([
    ["the same line", approve("message: a"), `when: { message: A }, ${ask}`],
    ["no lines at all", approve("message: a"), ask],
    ["more texts", approve("message: [a, b]"), `when: { message: [c, b, a] }, ${ask}`],
    [
      "a list that holds the other's entries",
      approve("message: { in: m }"),
      `when: { message: { in: l } }, ${ask}`,
    ],
    ["a wider pattern", approve("message: ab*c"), `when: { message: a* }, ${ask}`],
    ["anything, for what is there", approve("message: { present: true }"), `when: { message: "*" }, ${ask}`],
    [
      "absence, for what fits nothing",
      approve('message: { not: "*" }'),
      `when: { message: { present: false } }, ${ask}`,
    ],
    ["anything", approve("message: { in: m }"), `when: { message: "*" }, ${ask}`],
    ["presence", approve("message: a*"), `when: { message: { present: true } }, ${ask}`],
    ["not another text", approve("message: a*"), `when: { message: { not: [b, c*] } }, ${ask}`],
    ["not the same texts", approve("message: { not: a* }"), `when: { message: { not: ab } }, ${ask}`],
    ["absence", approve("message: { present: false }"), `when: { message: { not: { in: l } } }, ${ask}`],
    [
      "one of its alternatives",
      approve("message: a"),
      `when: { anyOf: [{ source: x }, { message: a }] }, ${ask}`,
    ],
    [
      "each of the other's alternatives",
      approve("anyOf: [{ message: a }, { message: b }]"),
      `when: { message: [a, b] }, ${ask}`,
    ],
    [
      "a wider count",
      approve("history: { approvedBefore: { atLeast: 3, atMost: 4 } }"),
      `when: { history: { approvedBefore: { atLeast: 1 } } }, ${ask}`,
    ],
    [
      "the same time",
      approve("time: { days: mon, timezone: UTC }"),
      `when: { time: { days: [mon], timezone: UTC } }, ${ask}`,
    ],
    [
      "the same other field",
      approve("message: { sameAs: requester }"),
      `when: { message: { sameAs: requester } }, ${ask}`,
    ],
    [
      "an exception that the other rules out",
      approve("message: a, source: b"),
      `when: { message: a }, unless: [{ source: c }], ${ask}`,
    ],
    [
      "an exception that is the other's, too",
      `${approve("message: a")}, unless: [{ source: b*, requester: c }]`,
      `when: { message: a }, unless: [{ source: bb, requester: c }], ${ask}`,
    ],
    [
      "a management group",
      approve("consumer: { managementGroups: [a, b] }"),
      `when: { consumer: { managementGroups: [a, b, c] } }, ${ask}`,
    ],
    ["reject over ask", `when: { message: a }, ${ask}`, `when: { message: a* }, ${reject}`],
    ["the same mode", `mode: shadow, ${approve("message: a")}`, `mode: shadow, when: { message: a }, ${ask}`],
  ])("by %s", (_how, rule, stricter) => {
    expect(covered(rule, stricter)).toHaveLength(1);
  });

  test.each([
    [
      "being the same as another field",
      approve("message: { sameAs: requester }"),
      `when: { message: { sameAs: source } }, ${ask}`,
    ],
    ["a narrower text", approve("message: [a, b]"), `when: { message: a }, ${ask}`],
    ["a pattern that may miss", approve('message: "*a"'), `when: { message: "a*" }, ${ask}`],
    ["a line more", approve("message: a"), `when: { message: a, source: b }, ${ask}`],
    [
      "not another management group",
      approve("consumer: { managementGroups: a }"),
      `when: { consumer: { managementGroups: { not: b } } }, ${ask}`,
    ],
    [
      "an alternative that covers only one of the other's",
      approve("anyOf: [{ message: a }, { message: b }]"),
      `when: { anyOf: [{ message: a }] }, ${ask}`,
    ],
    [
      "an exception that may hold",
      approve("message: a"),
      `when: { message: a }, unless: [{ source: c }], ${ask}`,
    ],
    [
      "presence where the other does without",
      approve("message: { not: a }"),
      `when: { message: { present: true } }, ${ask}`,
    ],
    [
      "a narrower count",
      approve("history: { approvedBefore: { atLeast: 1 } }"),
      `when: { history: { approvedBefore: { atLeast: 2 } } }, ${ask}`,
    ],
    [
      "another time",
      approve("time: { days: mon, timezone: UTC }"),
      `when: { time: { days: [mon, tue], timezone: UTC } }, ${ask}`,
    ],
    [
      "another rule that approves",
      approve("message: a"),
      `when: { message: a, ${fromUs}, source: "*" }, then: approve`,
    ],
    [
      "an ask, which adds up with another ask",
      `when: { message: a }, ${ask}`,
      `when: { message: a* }, ${ask}`,
    ],
    ["a rule that is only tried", approve("message: a"), `mode: shadow, when: { message: a }, ${reject}`],
    [
      "a rule that leaves, as the other does",
      `mode: approveOnly, when: { message: a }, ${ask}`,
      `mode: approveOnly, when: { message: a* }, ${reject}`,
    ],
  ])("but not by %s", (_how, rule, stricter) => {
    expect(covered(rule, stricter)).toEqual([]);
  });
});

describe("a rule that can never decide, because visibility keeps out whatever it matches", () => {
  const keptOut = (rule: string) =>
    found([`name: r, ${rule}`], `visibility: { allow: [{ ${fromUs} }, { source: [a, b*] }] }`);
  const block = "endpoint: { subscription: other }, source: c";

  test.each([
    ["approves", `when: { ${block} }, then: approve`],
    ["asks", `when: { ${block} }, ${ask}`],
    [
      "shares its exceptions",
      `when: { message: x }, unless: [{ ${fromUs} }, { source: a }, { source: b* }], ${ask}`,
    ],
  ])("is one that %s", (_what, rule) => {
    expect(keptOut(rule)).toContain(
      '7:13 rule "r" can never decide: visibility (line 5) keeps out whatever it matches',
    );
  });

  test.each([
    ["rejects, which comes first", `when: { ${block} }, ${reject}`],
    ["one block lets through", `when: { endpoint: { subscription: other }, source: "*" }, ${ask}`],
  ])("is not one that %s", (_what, rule) => {
    expect(keptOut(rule)).toEqual([]);
  });
});

describe("what stands there twice", () => {
  test("rules that do the same under the same conditions, in whatever order", () => {
    const rules = [
      `name: a, when: { ${fromUs}, message: [x, y] }, unless: [{ source: a }, { source: b }], then: approve`,
      `name: b, when: { message: [Y, x], ${fromUs} }, unless: [{ source: b }, { source: a }], then: approve`,
    ];

    expect(found(rules)).toEqual([
      '8:13 rule "b" repeats rule "a" (line 7): both approve, under the same conditions',
    ]);
  });

  test("but not rules that do something else, or are in another mode", () => {
    const when = `when: { ${fromUs} }`;

    expect(
      found([`name: a, ${when}, then: approve`, `name: b, mode: shadow, ${when}, then: approve`]),
    ).toEqual([]);
    expect(found([`name: a, mode: shadow, ${when}, ${reject}`, `name: b, ${when}, ${ask}`])).toEqual([]);
  });

  test("nor asks that add up, or rejects that give another reason", () => {
    const when = `when: { ${fromUs} }`;

    expect(
      found([
        `name: a, ${when}, then: { ask: { approvers: [aks], quorum: 2 } }`,
        `name: b, ${when}, then: { ask: { approvers: [aks], timeout: 8h } }`,
      ]),
    ).toEqual([]);
    expect(
      found([`name: a, ${when}, ${reject}`, `name: b, ${when}, then: { reject: { reason: Never. } }`]),
    ).toEqual([]);
    expect(found([`name: a, ${when}, ${ask}`, `name: b, ${when}, ${ask}`])).toEqual([
      '8:13 rule "b" repeats rule "a" (line 7): both ask, under the same conditions',
    ]);
  });

  test("blocks of one list of blocks", () => {
    const blocks = "[{ source: a }, { source: b }, { source: [A] }]";

    expect(
      found(
        [`name: r, when: { message: m, anyOf: ${blocks} }, unless: [{ source: c }, { source: c }], ${ask}`],
        `visibility: { allow: ${blocks} }`,
      ),
    ).toEqual([
      "5:55 this block says the same as the one on line 5",
      "7:76 this block says the same as the one on line 7",
      "7:120 this block says the same as the one on line 7",
    ]);
  });

  test("entries of a list, and texts of a condition, whatever their case", () => {
    const rules = [`name: r, when: { message: { in: l }, source: [a, b, A] }, ${ask}`];

    expect(found(rules, "lists: { l: [one, two, ONE, three, two, Three, four, Four] }")).toEqual([
      '5:10 list "l" holds "ONE", "two", "Three" and 1 more twice',
      '7:52 source holds "A" twice',
    ]);
  });

  test("entries of a list in a file of its own, at the top of that file", () => {
    const text = aFile([`name: r, when: { message: { in: l } }, ${ask}`]);

    expect(formatProblems(checkPolicy(text, "policy.yaml", new Map([["lists/l.txt", "one\nOne\n"]])))).toBe(
      `lists/l.txt:1:1: warning: list "l" holds "One" twice
     1 | one
       | ^
`,
    );
  });
});

describe("names and modes", () => {
  test("lists that no condition uses, in files, too", () => {
    const problems = checkPolicy(
      aFile([`name: r, ${ask}`], "lists: { inline: [a] }"),
      "policy.yaml",
      new Map([["lists/own.yaml", "- a\n"]]),
    );

    expect(problems.map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual([
      'policy.yaml:5 no condition uses list "inline"',
      'lists/own.yaml:1 no condition uses list "own"',
    ]);
  });

  test("approvers that nothing asks, not even an escalation", () => {
    const text = aFile([
      `name: r, then: { ask: { approvers: [aks], escalateTo: [duty], escalateAfter: 1h } }`,
    ]).replace("approvers: {", `approvers: { idle: { groups: [${AKS}] }, duty: { groups: [${AKS}] },`);

    expect(
      checkPolicy(text, "policy.yaml").map(({ line, column, message }) => `${line}:${column} ${message}`),
    ).toEqual(['3:14 nothing asks approvers "idle"']);
  });

  test("all approvers are asked about unknown facts when the default rejects", () => {
    const text = aFile([])
      .replace("rules:\n", "rules: []")
      .replace("{ ask: { approvers: [aks] } }", "{ reject: { reason: No. } }");

    expect(checkPolicy(text, "policy.yaml")).toEqual([]);
  });

  test("groups that nobody is in, as the starter has them", () => {
    const text = aFile([`name: r, ${ask}`]).replace(AKS, "00000000-0000-0000-0000-000000000000");

    expect(
      checkPolicy(text, "policy.yaml").map(({ line, column, message }) => `${line}:${column} ${message}`),
    ).toEqual([
      '3:30 "00000000-0000-0000-0000-000000000000" is a placeholder; put your group\'s object id there',
    ]);
  });

  test("groups that are no object ids", () => {
    const text = aFile([`name: r, ${ask}`]).replace(`[${AKS}]`, `[${AKS.toUpperCase()}, Platform Team]`);

    expect(
      checkPolicy(text, "policy.yaml").map(({ line, column, message }) => `${line}:${column} ${message}`),
    ).toEqual([
      '3:68 "platform team" is no object id (a GUID): Entra puts object ids into tokens, so its members may not be able to review',
    ]);
  });

  test("a mode that changes nothing about a rule that approves", () => {
    const rule = (mode: string, outcome: string) => `name: r, mode: ${mode}, when: { ${fromUs} }, ${outcome}`;

    expect(found([rule("approveOnly", "then: approve")])).toEqual([
      '7:13 mode approveOnly says nothing here: rule "r" approves, and goes on doing so',
    ]);
    expect(found([rule("approveOnly", ask)])).toEqual([]);
    expect(found([rule("shadow", "then: approve")])).toEqual([]);
    expect(found([rule("approveOnly", "then: approve")], "mode: approveOnly")).toEqual([]);
  });
});
