import { describe, expect, test } from "vitest";
import { AKS, aFile, DUTY, load, problemsOf } from "./builders.ts";

describe("a file that is no YAML, or more than a policy may be", () => {
  const empty = "1:1: the file is empty; a policy needs at least apiVersion, kind, default and rules";

  test.each<[string, string, string[]]>([
    ["an empty file", "", [empty]],
    ["only a comment", "# nothing\n", [empty]],
    ["only null", "~", [empty]],
    [
      "a list",
      "- a",
      [
        "1:1: policy: expected a mapping with the keys apiVersion, kind, default, rules, lists, approvers, integrations, whenUnknown, mode, visibility, freeze; found a list",
      ],
    ],
    [
      "a text",
      "hello",
      [
        '1:1: policy: expected a mapping with the keys apiVersion, kind, default, rules, lists, approvers, integrations, whenUnknown, mode, visibility, freeze; found the text "hello"',
      ],
    ],
    ["two documents", "a: 1\n---\nb: 2\n", ["2:1: only one YAML document is allowed in a policy file"]],
    [
      "a bracket left open",
      "a: [1\nb: 2",
      ['2:1: "]" is missing before this; is it behind a " #", which hides the rest of its line?'],
    ],
    ["a quote left open", "a: 'b", ["1:4: this text is not closed: its second ' is missing"]],
    ["a tab", "a:\n\t- b", ["2:1: a line is indented with blanks; here is a tab"]],
    [
      "an unknown directive",
      "%FOO\n---\na: b",
      ['1:1: a line that begins with "%" means nothing here; leave it out'],
    ],
    ["more than 256 KiB", "é".repeat(128 * 1_024 + 1), ["1:1: the file is larger than 256 KiB"]],
  ])("%s", (_name, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  test.each<[string, string]>([
    ["[", "["],
    ["{", "{"],
    ["? ", "? "],
    ["- ", "- "],
  ])("%j nested a hundred thousand times is one problem, not a crash", (_name, opener) => {
    expect(problemsOf(opener.repeat(100_000))).toEqual([
      expect.stringMatching(/^1:\d+: mappings and lists are nested too deeply$/),
    ]);
  });

  test("what nests deeper than any policy is refused where it becomes too deep", () => {
    expect(problemsOf(aFile("", { more: `lists: { a: ${"[".repeat(30)}x${"]".repeat(30)} }` }))).toEqual([
      "7:14: lists.a[]: expected text; found a list",
      "7:32: mappings and lists are nested too deeply",
    ]);
  });
});

describe("YAML that has no place in a policy", () => {
  const lists = (text: string) => aFile("", { more: `lists:\n  a: [x]\n${text}` });
  const anchor = (place: string) =>
    `${place}: a text that begins with "&" needs quotes: "&b"; a value cannot be given a name`;
  const alias = (place: string) =>
    `${place}: a text that begins with "*" needs quotes: "*b"; a value cannot be repeated by a name`;
  const tag = (place: string) =>
    `${place}: a text that begins with "!" needs quotes; for anything but x, write { not: x }`;

  test.each<[string, string, string[]]>([
    ["an anchor", "  b: &b [x]", [anchor("9:9")]],
    ["an alias", "  b: &b [x]\n  c: *b", [anchor("9:9"), alias("10:6")]],
    ["a tag of YAML's", "  b: [!!str 12]", [tag("9:13")]],
    ["a tag of one's own", "  b: [!secret x]", [tag("9:15")]],
    ["a tag on a mapping", "  b: !!map { c: d }", [tag("9:12")]],
    ["the plain tag", "  b: ! [x]", [tag("9:8")]],
    ["__proto__", "  __proto__: [x]", ['9:3: the key "__proto__" is not allowed']],
    ["a merge key", "  <<: { b: [x] }", ['9:3: the key "<<" is not allowed']],
    ["a key twice", "  a: [y]", ['9:3: the key "a" is already used on line 8']],
    ["a key that is a number", "  12: [y]", ["9:3: a key must be text; write it in quotes"]],
    ["a key that is a list", "  ? [a]\n  : [y]", ["9:5: a key must be text; write it in quotes"]],
    ["an empty mapping", "  b: {}", ["9:6: an empty mapping says nothing; leave the key out"]],
  ])("%s", (_name, text, expected) => {
    expect(problemsOf(lists(text))).toEqual(expected);
  });
});

describe("the top of the file", () => {
  test("what is missing is named, all of it", () => {
    expect(problemsOf("lists: { a: [x] }")).toEqual([
      '1:1: policy: "apiVersion" is missing',
      '1:1: policy: "kind" is missing',
      '1:1: policy: "default" is missing',
      '1:1: policy: "rules" is missing',
    ]);
  });

  test.each<[string, string, string, string[]]>([
    ["another version", "policy/v1", "policy/v2", ["1:13: apiVersion: must be policy/v1"]],
    [
      "another kind of file",
      "kind: ConnectionPolicy",
      "kind: ConnectionPolicyTest",
      ["2:7: this is a file of tests; run it with: npm run policy -- test policy.yaml"],
    ],
    [
      "a misspelt key",
      "default:",
      "defualt:",
      ['6:1: unknown field "defualt" in policy; did you mean "default"?'],
    ],
    [
      "tests, which stand in a file of their own",
      "rules:",
      "tests: [a]\nrules:",
      ['8:1: unknown field "tests" in policy'],
    ],
    [
      "a mode nobody knows",
      "rules:",
      "mode: shado\nrules:",
      ['8:7: mode: must be enforce, approveOnly or shadow; did you mean "shadow"?'],
    ],
    ["no rules at all", "rules: []", "rules:", ["8:7: rules: expected a list ([] for none); found nothing"]],
    [
      "rules that are no list",
      "rules: []",
      "rules: { a: b }",
      ["8:8: rules: expected a list ([] for none); found a mapping"],
    ],
    [
      "a default that approves",
      "{ ask: { approvers: [aks] } }",
      "approve",
      [
        '6:10: default: expected a mapping with one of: reject, ask (what no rule speaks of is never approved); found the text "approve"',
      ],
    ],
    ["a group without a name", AKS, '""', ["4:19: approvers.aks.groups[]: must not be empty"]],
    [
      "a group with a blank at its end",
      AKS,
      '"admins "',
      ['4:19: approvers.aks.groups[]: "admins " begins or ends with a blank'],
    ],
    [
      "approvers without groups",
      "groups:",
      "group:",
      ['4:10: unknown field "group" in approvers.aks; did you mean "groups"?'],
    ],
    [
      "a name with a space",
      "aks:",
      '"a k s":',
      [
        '4:3: approvers: a name has 1 to 100 letters, digits, ".", "_" or "-" and begins with a letter or digit',
        '6:31: approvers "aks" are not defined under approvers',
      ],
    ],
  ])("%s", (_name, right, wrong, expected) => {
    expect(problemsOf(aFile("").replace(right, wrong))).toEqual(expected);
  });

  test.each<[string, string, string[]]>([
    ["an empty list", "lists: { a: [] }", ["7:13: lists.a: must not be empty"]],
    ["a list that is a text", "lists: { a: x }", ['7:13: lists.a: expected a list; found the text "x"']],
    [
      "a number in a list",
      "lists: { a: [x, 12] }",
      ['7:17: lists.a[]: expected text; found the number 12; for the text "12", put it in quotes'],
    ],
    ["lists that are a list", "lists: [a]", ["7:8: lists: expected a mapping of names; found a list"]],
    [
      "more than 2,000 entries",
      `lists: { a: [${"x,".repeat(2_000)}y] }`,
      ["7:4014: lists.a: must have at most 2000 entries; this one is too many"],
    ],
    [
      "a whenUnknown that rejects",
      "whenUnknown: { reject: { reason: No. } }",
      ['7:16: unknown field "reject" in whenUnknown', '7:16: whenUnknown: "ask" is missing'],
    ],
  ])("%s", (_name, more, expected) => {
    expect(problemsOf(aFile("", { more }))).toEqual(expected);
  });

  test("a default that rejects needs somebody to ask about what cannot be read", () => {
    const text =
      "apiVersion: policy/v1\nkind: ConnectionPolicy\ndefault: { reject: { reason: No. } }\nrules: []\n";

    expect(problemsOf(text)).toEqual([
      "3:10: default: a default that rejects needs approvers, because people decide when a fact cannot be read",
    ]);
  });
});

describe("rules", () => {
  const rule = (then: string, more = "") => aFile(`  - name: r1\n${more}    then: ${then}\n`);

  test.each<[string, string, string[]]>([
    [
      "a rule that is a text",
      aFile("  - r1"),
      [
        '9:5: rules[]: expected a mapping with the keys name, then, description, when, unless, mode; found the text "r1"',
      ],
    ],
    [
      "no name and no outcome",
      aFile("  - description: x"),
      ['9:5: rules[]: "name" is missing', '9:5: rules[]: "then" is missing'],
    ],
    [
      "a name that is a number",
      aFile("  - { name: 12, then: { reject: { reason: No. } } }"),
      ['9:13: rules[].name: expected text; found the number 12; for the text "12", put it in quotes'],
    ],
    [
      "a name with a space",
      aFile("  - { name: r 1, then: { reject: { reason: No. } } }"),
      [
        '9:13: rules[].name: a name has 1 to 100 letters, digits, ".", "_" or "-" and begins with a letter or digit',
      ],
    ],
    [
      "a name used before, in another case",
      aFile(
        "  - { name: r1, then: { reject: { reason: No. } } }\n  - { name: R1, then: { reject: { reason: No. } } }",
      ),
      ['10:13: rule name "R1" is already used on line 9'],
    ],
    [
      "a reserved name",
      aFile("  - { name: Default, then: { reject: { reason: No. } } }"),
      ['9:13: rule name "Default" is reserved'],
    ],
    [
      "the name by which audit queries mean the app",
      aFile("  - { name: System, then: { reject: { reason: No. } } }"),
      ['9:13: rule name "System" is reserved'],
    ],
    [
      "another reserved name",
      aFile("  - { name: whenUnknown, then: { reject: { reason: No. } } }"),
      ['9:13: rule name "whenUnknown" is reserved'],
    ],
    [
      "a mode of its own that nobody knows",
      rule("{ reject: { reason: No. } }", "    mode: approveonly\n"),
      ['10:11: rules[].mode: must be enforce, approveOnly or shadow; did you mean "approveOnly"?'],
    ],
    [
      "a mode as a key",
      rule("{ reject: { reason: No. } }", "    shadow: true\n"),
      ['10:5: unknown field "shadow" in rules[]'],
    ],
    [
      "a misspelt key",
      rule("{ reject: { reason: No. } }", "    descripton: x\n"),
      ['10:5: unknown field "descripton" in rules[]; did you mean "description"?'],
    ],
    [
      "a misspelt outcome",
      rule("aprove"),
      [
        '10:11: rules[].then: expected approve, or a mapping with one of: reject, ask; found the text "aprove"; did you mean "approve"?',
      ],
    ],
    [
      "an outcome that is a list",
      rule("[approve]"),
      ["10:11: rules[].then: expected approve, or a mapping with one of: reject, ask; found a list"],
    ],
    [
      "a reject without its reason",
      rule("reject"),
      [
        '10:11: rules[].then: expected approve, or a mapping with one of: reject, ask; found the text "reject"; a reject needs a reason',
      ],
    ],
    [
      "an empty reason",
      rule("{ reject: { reason: ' ' } }"),
      ["10:31: rules[].then.reject.reason: must not be empty"],
    ],
    [
      "two outcomes",
      rule("{ reject: { reason: No. }, ask: { approvers: [aks] } }"),
      ["10:13: rules[].then: only one of: reject, ask can be used at a time"],
    ],
    [
      "an approve without conditions",
      rule("approve"),
      ['9:5: rules[]: an approve rule needs conditions under "when"; without them it approves everything'],
    ],
    [
      "an approve with nothing but exceptions",
      rule("approve", "    unless: [{ message: x }]\n"),
      ['9:5: rules[]: an approve rule needs conditions under "when"; without them it approves everything'],
    ],
    [
      "an approve under an empty when",
      rule("approve", "    when: {}\n"),
      ["10:11: an empty mapping says nothing; leave the key out"],
    ],
    [
      "an approve under empty tags",
      rule("approve", "    when: { cluster: { tags: {} } }\n"),
      ["10:30: an empty mapping says nothing; leave the key out"],
    ],
    [
      "an approve under the tag __proto__",
      rule("approve", "    when: { cluster: { tags: { __proto__: prod } } }\n"),
      ['10:32: the key "__proto__" is not allowed'],
    ],
    [
      "exceptions that are no list",
      rule("{ reject: { reason: No. } }", "    unless: { message: x }\n"),
      ["10:13: rules[].unless: expected a list; found a mapping"],
    ],
    [
      "no exceptions",
      rule("{ reject: { reason: No. } }", "    unless: []\n"),
      ["10:13: rules[].unless: must not be empty"],
    ],
  ])("%s", (_name, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  test("more than 2,000 rules", () => {
    const rules = Array.from(
      { length: 2_001 },
      (_, index) => `  - { name: r${index}, then: { reject: { reason: No. } } }`,
    );

    expect(problemsOf(aFile(rules.join("\n")))).toEqual([
      "2009:7: rules: must have at most 2000 entries; this one is too many",
    ]);
    expect(problemsOf(aFile(rules.slice(1).join("\n")))).toEqual([]);
  });
});

describe("an ask", () => {
  test.each<[string, string, string[]]>([
    ["nobody", "{ quorum: 1 }", ['6:19: default.ask: "approvers" is missing']],
    ["an empty list of people", "{ approvers: [] }", ["6:30: default.ask.approvers: must not be empty"]],
    [
      "people who are not defined",
      "{ approvers: [aks, dutty] }",
      ['6:36: approvers "dutty" are not defined under approvers; did you mean "duty"?'],
    ],
    ["an empty name", '{ approvers: [""] }', ['6:31: approvers "" are not defined under approvers']],
    [
      "people named twice",
      "{ approvers: [aks, aks] }",
      ['6:36: default.ask.approvers: "aks" is already in this list'],
    ],
    [
      "a quorum of none",
      "{ approvers: [aks], quorum: 0 }",
      ["6:45: default.ask.quorum: must be a whole number from 1 to 100"],
    ],
    [
      "half a quorum",
      "{ approvers: [aks], quorum: 1.5 }",
      ["6:45: default.ask.quorum: must be a whole number from 1 to 100"],
    ],
    [
      "a quorum in quotes",
      "{ approvers: [aks], quorum: '2' }",
      ["6:45: default.ask.quorum: must be a whole number from 1 to 100"],
    ],
    [
      "a bare number as timeout",
      "{ approvers: [aks], timeout: 30 }",
      ["6:46: default.ask.timeout: must be a duration like 30m, 4h or 2d"],
    ],
    [
      "seconds",
      "{ approvers: [aks], timeout: 30s }",
      ["6:46: default.ask.timeout: must be a duration like 30m, 4h or 2d"],
    ],
    [
      "no time at all",
      "{ approvers: [aks], timeout: 0m }",
      ["6:46: default.ask.timeout: must be a duration like 30m, 4h or 2d"],
    ],
    [
      "more than 90 days",
      "{ approvers: [aks], timeout: 91d }",
      ["6:46: default.ask.timeout: must be at least 1m and at most 90d"],
    ],
    [
      "a reminder after the default timeout",
      "{ approvers: [aks], remindAfter: 1d }",
      ["6:50: default.ask.remindAfter: must be shorter than the timeout (24h)"],
    ],
    [
      "approval by silence",
      "{ approvers: [aks], onTimeout: approve }",
      ["6:48: default.ask.onTimeout: must be expire or reject"],
    ],
    [
      "an option nobody knows",
      "{ approvers: [aks], escalate: duty }",
      ['6:37: unknown field "escalate" in default.ask; did you mean "escalateTo"?'],
    ],
    [
      "something else",
      "aks",
      [
        '6:17: default.ask: expected a mapping with the keys approvers, quorum, timeout, remindAfter, onTimeout, escalateTo, escalateAfter, reasonRequired, preventSelfReview, authContext, inCard, distinctPeople; found the text "aks"',
      ],
    ],
  ])("%s", (_name, ask, expected) => {
    expect(problemsOf(aFile("", { byDefault: `ask: ${ask}` }))).toEqual(expected);
  });

  test.each<[string, number]>([
    ["1m", 60_000],
    ["90m", 5_400_000],
    ["4h", 14_400_000],
    ["2d", 172_800_000],
    ["90d", 7_776_000_000],
  ])("a timeout of %s is %d ms", (timeout, expected) => {
    const policy = load(aFile("", { byDefault: `ask: { approvers: [aks], timeout: ${timeout} }` }));

    expect(policy.default.outcome).toMatchObject({ ask: { timeoutMs: expected } });
  });
});

describe("conditions", () => {
  const when = (condition: string) =>
    aFile(`  - name: r1\n    when: ${condition}\n    then: approve\n`, { more: "lists: { subs: [x] }" });

  test.each<[string, string, string[]]>([
    [
      "a misspelt field",
      "{ endpoint: { subscripton: x } }",
      ['10:25: unknown field "subscripton" in rules[].when.endpoint; did you mean "subscription"?'],
    ],
    [
      "a misspelt block",
      "{ clutser: { name: x } }",
      ['10:13: unknown field "clutser" in rules[].when; did you mean "cluster"?'],
    ],
    [
      "a field in the wrong case",
      "{ endpoint: { resourcegroup: x } }",
      ['10:25: unknown field "resourcegroup" in rules[].when.endpoint; did you mean "resourceGroup"?'],
    ],
    [
      "a name of Object.prototype",
      "{ constructor: x }",
      ['10:13: unknown field "constructor" in rules[].when'],
    ],
    [
      "a block that is a text",
      "{ endpoint: x }",
      [
        '10:23: rules[].when.endpoint: expected a mapping with the keys subscription, resourceGroup, name, location; found the text "x"',
      ],
    ],
    [
      "tags that are a list",
      "{ cluster: { tags: [x] } }",
      ["10:30: rules[].when.cluster.tags: expected a mapping of tag names; found a list"],
    ],
    [
      "a tag twice, but for case",
      "{ cluster: { tags: { env: x, ENV: y } } }",
      ['10:40: rules[].when.cluster.tags: the tag "ENV" is here twice; tag names have no case'],
    ],
    [
      "a number",
      "{ endpoint: { name: 12 } }",
      [
        '10:31: rules[].when.endpoint.name: expected text or a list or a mapping with one of: in, not, present, sameAs; found the number 12; for the text "12", put it in quotes',
      ],
    ],
    [
      "a number with a leading zero",
      "{ endpoint: { name: 012 } }",
      [
        '10:31: rules[].when.endpoint.name: expected text or a list or a mapping with one of: in, not, present, sameAs; found the number 12; for the text "012", put it in quotes',
      ],
    ],
    [
      "a boolean",
      "{ message: true }",
      [
        '10:22: rules[].when.message: expected text or a list or a mapping with one of: in, not, present, sameAs; found true; for the text "true", put it in quotes',
      ],
    ],
    [
      "nothing",
      "{ message: }",
      [
        "10:22: rules[].when.message: expected text or a list or a mapping with one of: in, not, present, sameAs; found nothing",
      ],
    ],
    ["an empty list", "{ message: [] }", ["10:22: rules[].when.message: must not be empty"]],
    [
      "a number in a list",
      "{ message: [a, 1] }",
      [
        '10:26: rules[].when.message[]: expected text; found the number 1; for the text "1", put it in quotes',
      ],
    ],
    [
      "a list in a list",
      "{ message: [[a]] }",
      ["10:23: rules[].when.message[]: expected text; found a list"],
    ],
    [
      "a text too long to be meant",
      `{ message: ${"x".repeat(257)} }`,
      ["10:22: rules[].when.message: must be at most 256 characters long"],
    ],
    [
      "a list that is not defined",
      "{ message: { in: sub } }",
      ['10:28: list "sub" is not defined under lists; did you mean "subs"?'],
    ],
    ["a list without a name", '{ message: { in: "" } }', ['10:28: list "" is not defined under lists']],
    [
      "a list of Object.prototype",
      "{ message: { in: toString } }",
      ['10:28: list "toString" is not defined under lists'],
    ],
    [
      "an inline list under in",
      "{ message: { in: [subs] } }",
      ['10:28: rules[].when.message.in: takes the name of a list; write the values without "in"'],
    ],
    [
      "an unknown operator",
      "{ message: { nto: x } }",
      ['10:24: unknown field "nto" in rules[].when.message; did you mean "not"?'],
    ],
    [
      "two operators",
      "{ message: { in: subs, not: x } }",
      ["10:34: rules[].when.message: only one of: in, not, present, sameAs can be used at a time"],
    ],
    [
      "not not",
      "{ message: { not: { not: x } } }",
      ['10:29: rules[].when.message.not: only a text, a list, "in" or "sameAs" can stand under "not"'],
    ],
    [
      "not present",
      "{ message: { not: { present: true } } }",
      ['10:29: rules[].when.message.not: only a text, a list, "in" or "sameAs" can stand under "not"'],
    ],
    [
      "a number under not",
      "{ message: { not: 1 } }",
      [
        '10:29: rules[].when.message.not: expected text or a list or a mapping with one of: in, sameAs; found the number 1; for the text "1", put it in quotes',
      ],
    ],
    [
      "present in words",
      "{ message: { present: maybe } }",
      ["10:33: rules[].when.message.present: must be true or false"],
    ],
    [
      "present in YAML 1.1's words",
      "{ message: { present: yes } }",
      ["10:33: rules[].when.message.present: must be true or false"],
    ],
  ])("%s", (_name, condition, expected) => {
    expect(problemsOf(when(condition))).toEqual(expected);
  });

  test("exact is no operator", () => {
    expect(problemsOf(when("{ message: { exact: x } }"))).toEqual([
      '10:24: unknown field "exact" in rules[].when.message',
    ]);
  });

  test("an exception is read like a condition", () => {
    expect(
      problemsOf(
        when("{ message: x }").replace("    then:", "    unless: [{ endpoint: { nam: x } }]\n    then:"),
      ),
    ).toEqual(['11:28: unknown field "nam" in rules[].unless[].endpoint; did you mean "name"?']);
  });
});

describe("a policy's hash stands for what it says", () => {
  const first = "  - { name: a, when: { message: x }, then: approve }";
  const second = "  - { name: b, when: { message: y }, then: { ask: { approvers: [duty] } } }";
  const { hash } = load(aFile(`${first}\n${second}`));

  test.each<[string, string]>([
    ["comments", aFile(`${first} # why\n\n${second}`)],
    ["the order of rules", aFile(`${second}\n${first}`)],
    ["the order of keys", aFile(`  - { then: approve, name: a, when: { message: x } }\n${second}`)],
    ["layout", aFile(`  - name: "a"\n    when:\n      message: 'x'\n    then: approve\n${second}`)],
  ])("%s do not change it", (_name, text) => {
    expect(load(text).hash).toBe(hash);
  });

  test.each<[string, string]>([
    ["a value", aFile(`${first}\n${second}`.replace("message: x", "message: z"))],
    ["a name", aFile(`${first}\n${second}`.replace("name: a", "name: c"))],
    ["a group", aFile(`${first}\n${second}`).replace(DUTY, AKS)],
    ["one rule less", aFile(first)],
  ])("%s changes it", (_name, text) => {
    expect(load(text).hash).not.toBe(hash);
  });

  test("it is 64 hexadecimal digits", () => {
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });
});
