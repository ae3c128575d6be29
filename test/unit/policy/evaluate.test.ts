import { describe, expect, test } from "vitest";
import { evaluate, type Policy, Verdict } from "../../../shared/policy/index.ts";
import {
  AKS,
  absent,
  aFile,
  DUTY,
  HOUR,
  is,
  load,
  type Said,
  someFacts,
  tagged,
  unknown,
} from "./builders.ts";

const REJECT = "  - { name: no-x, when: { endpoint: { name: x* } }, then: { reject: { reason: Never x. } } }";
const ASK = "  - { name: ask-y, when: { message: y* }, then: { ask: { approvers: [duty], timeout: 8h } } }";
const APPROVE = "  - { name: yes-z, when: { cluster: { tags: { z: yes } } }, then: approve }";
const all = load(aFile([REJECT, ASK, APPROVE].join("\n")));

const x: Said = { endpoint: { name: is("x1") } };
const y: Said = { message: is("y1") };
const z: Said = { cluster: { tags: tagged({ z: "yes" }) } };
const decided = (policy: Policy, said: Said) => {
  const { kind, decidedBy, undecided } = evaluate(policy, someFacts(said));
  return { kind, by: decidedBy.map(({ name }) => name), undecided: undecided.map(({ name }) => name) };
};

describe("the strictest outcome that matched decides", () => {
  test.each<[string, Said, string, string]>([
    ["nothing matched", {}, "ask", "default"],
    ["approve alone", z, "approve", "yes-z"],
    ["ask beats approve", { ...y, ...z }, "ask", "ask-y"],
    ["reject beats ask and approve", { ...x, ...y, ...z }, "reject", "no-x"],
  ])("%s", (_name, said, kind, by) => {
    expect(decided(all, said)).toEqual({ kind, by: [by], undecided: [] });
  });

  test("an empty policy asks the people of its default", () => {
    const verdict = evaluate(load(aFile("")), someFacts());

    expect(verdict).toMatchObject({
      kind: "ask",
      decidedBy: [{ name: "default", line: 6 }],
      requirement: {
        requirements: [{ approvers: ["aks"], groups: [AKS], quorum: 1 }],
        timeoutMs: 24 * HOUR,
        remindAfterMs: null,
        onTimeout: "expire",
      },
      because: "No rule matched, so the default asks 1 of aks, within 24h.",
    });
  });

  test("a default may reject, with its reason", () => {
    const verdict = evaluate(
      load(aFile("", { byDefault: "reject: { reason: Not on our list }" })),
      someFacts(),
    );

    expect(verdict).toMatchObject({
      kind: "reject",
      reason: "Not on our list",
      because: "No rule matched, so the default rejects: Not on our list.",
    });
  });

  test("several rules that reject give every reason once", () => {
    const reject = (name: string, reason: string) =>
      `  - { name: ${name}, when: { message: hi }, then: { reject: { reason: ${reason} } } }`;
    const policy = load(
      aFile([reject("b", "Second."), reject("a", "First."), reject("c", "First.")].join("\n")),
    );

    const verdict = evaluate(policy, someFacts({ message: is("hi") }));

    expect(verdict).toMatchObject({
      kind: "reject",
      reason: "First. Second.",
      decidedBy: [{ name: "a" }, { name: "b" }, { name: "c" }],
    });
  });
});

describe("a rule matches when all of `when` holds and no block of `unless` does", () => {
  const policy = load(
    aFile(`  - name: only
    when: { cluster: { tags: { env: prod, owner: platform } } }
    unless:
      - { endpoint: { name: tmp-* }, message: "*trial*" }
      - { endpoint: { resourceGroup: rg-temp } }
    then: { ask: { approvers: [duty] } }`),
  );
  const prod = { tags: tagged({ env: "prod", owner: "platform" }) };
  const tmp = { name: is("tmp-1") };

  test.each<[string, Said, string]>([
    ["everything holds", { cluster: prod }, "matched"],
    ["one line does not", { cluster: { tags: tagged({ env: "prod" }) } }, "notMatched"],
    ["half a block is no exception", { cluster: prod, endpoint: tmp }, "matched"],
    ["a whole block is", { cluster: prod, endpoint: tmp, message: is("a trial") }, "notMatched"],
    ["any block is enough", { cluster: prod, endpoint: { resourceGroup: is("RG-temp") } }, "notMatched"],
    [
      "an exception that may hold leaves it undecided",
      { cluster: prod, endpoint: tmp, message: unknown() },
      "undecided",
    ],
    ["one that cannot hold does not", { cluster: prod, message: unknown() }, "matched"],
    ["what fails for sure is decided", { message: unknown(), cluster: { tags: absent } }, "notMatched"],
    ["an unreadable line leaves it undecided", { cluster: { tags: unknown() } }, "undecided"],
    [
      "an exception that holds decides, whatever is unknown",
      { cluster: { tags: unknown() }, endpoint: { resourceGroup: is("rg-temp") } },
      "notMatched",
    ],
  ])("%s", (_name, said, expected) => {
    expect(evaluate(policy, someFacts(said)).rules[0]?.result).toBe(expected);
  });
});

describe("an undecided rule that could make the answer stricter makes whenUnknown ask", () => {
  const more = "whenUnknown: { ask: { approvers: [duty], timeout: 2h } }";
  const policy = load(aFile([REJECT, ASK, APPROVE].join("\n"), { more }));
  const noName: Said = { endpoint: { name: unknown() } };

  test.each<[string, Said, string, string[], string[]]>([
    ["a reject, over nothing", noName, "ask", ["whenUnknown"], ["no-x"]],
    ["a reject, over an approve", { ...noName, ...z }, "ask", ["whenUnknown"], ["no-x"]],
    ["a reject, beside an ask: both ask", { ...noName, ...y }, "ask", ["ask-y", "whenUnknown"], ["no-x"]],
    ["an ask, over an approve", { message: unknown(), ...z }, "ask", ["whenUnknown"], ["ask-y"]],
    ["an ask, under a reject", { message: unknown(), ...x }, "reject", ["no-x"], []],
    ["an approve, over nothing", { cluster: { tags: unknown() } }, "ask", ["whenUnknown"], ["yes-z"]],
    ["an approve, under an ask", { cluster: { tags: unknown() }, ...y }, "ask", ["ask-y"], []],
  ])("%s", (_name, said, kind, by, undecided) => {
    expect(decided(policy, said)).toEqual({ kind, by, undecided });
  });

  test("a lost fact frees nobody from what a rule demands: whenUnknown's people come on top", () => {
    const strict = load(aFile([REJECT, ASK.replace("[duty]", "[aks], quorum: 2")].join("\n"), { more }));

    expect(evaluate(strict, someFacts({ ...noName, ...y }))).toMatchObject({
      requirement: {
        requirements: [
          { approvers: ["aks"], quorum: 2 },
          { approvers: ["duty"], quorum: 1 },
        ],
        timeoutMs: 2 * HOUR,
      },
      because:
        'Because endpoint.name ("403 Forbidden") is unknown and rule no-x (line 9) cannot be decided, rule ask-y (line 10) and whenUnknown ask 2 of aks and 1 of duty, within 2h.',
    });
  });

  test("it says which fact was missing, why, and which rule needed it", () => {
    const verdict = evaluate(policy, someFacts({ endpoint: { name: unknown("429 Too Many\nRequests") } }));

    expect(verdict.because).toBe(
      'Because endpoint.name ("429 Too Many\\nRequests") is unknown and rule no-x (line 9) cannot be decided, whenUnknown asks 1 of duty, within 2h.',
    );
    expect(verdict.unknownFacts).toEqual([{ field: "endpoint.name", cause: "429 Too Many\nRequests" }]);
  });

  test("when the file does not say who, it is who is asked by default", () => {
    expect(evaluate(all, someFacts(noName))).toMatchObject({
      requirement: { requirements: [{ approvers: ["aks"], groups: [AKS], quorum: 1 }] },
      decidedBy: [{ name: "whenUnknown", line: 6 }],
    });
  });

  test("when the default rejects, it is everybody: an unreadable fact never rejects", () => {
    const strict = load(aFile(APPROVE, { byDefault: "reject: { reason: Closed. }" }));

    expect(evaluate(strict, someFacts({ cluster: { tags: unknown() } }))).toMatchObject({
      kind: "ask",
      requirement: {
        requirements: [{ approvers: ["aks", "duty"], groups: [AKS, DUTY], quorum: 1 }],
        timeoutMs: 24 * HOUR,
      },
    });
  });
});

describe("rules that ask add up", () => {
  const asking = (...asks: string[]) =>
    evaluate(
      load(
        aFile(
          asks
            .map((ask, index) => `  - { name: r${index}, when: { message: hi }, then: { ask: { ${ask} } } }`)
            .join("\n"),
        ),
      ),
      someFacts({ message: is("hi") }),
    );

  test("each demand stays a demand of its own", () => {
    expect(asking("approvers: [aks], quorum: 2", "approvers: [duty, aks]")).toMatchObject({
      requirement: {
        requirements: [
          { approvers: ["aks"], groups: [AKS], quorum: 2 },
          { approvers: ["duty", "aks"], groups: [DUTY, AKS], quorum: 1 },
        ],
      },
      because: "Rule r0 (line 9) and rule r1 (line 10) ask 2 of aks and 1 of duty or aks, within 24h.",
    });
  });

  test("the same demand twice is one", () => {
    expect(asking("approvers: [aks, duty]", "approvers: [duty, aks]")).toMatchObject({
      requirement: { requirements: [{ approvers: ["aks", "duty"], quorum: 1 }] },
    });
  });

  test.each<[string, string[], object]>([
    [
      "the shortest deadline and reminder",
      ["timeout: 8h, remindAfter: 2h", "timeout: 2d, remindAfter: 1h"],
      { timeoutMs: 8 * HOUR, remindAfterMs: HOUR },
    ],
    [
      "a reminder after the deadline is none",
      ["timeout: 1h", "timeout: 2d, remindAfter: 4h"],
      { timeoutMs: HOUR, remindAfterMs: null },
    ],
    ["silence rejects when all say so", ["onTimeout: reject", "onTimeout: reject"], { onTimeout: "reject" }],
    ["silence expires when one says so", ["onTimeout: reject", "onTimeout: expire"], { onTimeout: "expire" }],
    ["silence expires when one says nothing", ["onTimeout: reject", "quorum: 2"], { onTimeout: "expire" }],
  ])("%s", (_name, options, requirement) => {
    expect(asking(...options.map((option) => `approvers: [aks], ${option}`))).toMatchObject({ requirement });
  });
});

describe("a verdict explains itself", () => {
  const policy = load(
    aFile(
      `  - name: straight
    when:
      cluster: { tags: { env: prod }, location: [westeurope, northeurope] }
      endpoint: { name: pe-??-prod, subscription: { in: subs } }
    unless: [{ message: "*wait*" }]
    then: approve`,
      { more: "lists: { subs: [a, b] }" },
    ),
  );
  const facts = someFacts({
    cluster: { tags: tagged({ Env: "PROD" }) },
    endpoint: { name: is("pe-01-prod"), subscription: is("A") },
  });

  test("every condition of every rule tells what it wanted and what it saw", () => {
    expect(evaluate(policy, facts).rules).toEqual([
      {
        name: "straight",
        line: 9,
        outcome: "approve",
        result: "matched",
        when: [
          { field: "cluster.tags.env", expected: 'to be "prod"', actual: is("PROD"), result: "yes" },
          {
            field: "cluster.location",
            expected: "to be one of westeurope, northeurope",
            actual: is("westeurope"),
            result: "yes",
          },
          {
            field: "endpoint.name",
            expected: 'to match "pe-??-prod"',
            actual: is("pe-01-prod"),
            result: "yes",
          },
          {
            field: "endpoint.subscription",
            expected: 'to be in list "subs" (2 values)',
            actual: is("A"),
            result: "yes",
          },
        ],
        unless: [[{ field: "message", expected: 'to match "*wait*"', actual: absent, result: "no" }]],
      },
    ]);
  });

  test.each<[string, string]>([
    ["{ not: web }", 'not to be "web"'],
    ["{ not: { in: subs } }", 'not to be in list "subs" (2 values)'],
    ["{ present: true }", "to be present"],
    ["{ present: false }", "to be absent"],
    ["[only]", 'to be "only"'],
    ["[a, b, c, d, e, f, g]", "to be one of a, b, c, d, e and 2 more"],
  ])("%s is expected %s", (condition, expected) => {
    const one = load(
      aFile(`  - { name: r, when: { message: ${condition} }, then: approve }`, {
        more: "lists: { subs: [a, b] }",
      }),
    );

    expect(evaluate(one, facts).rules[0]?.when[0]?.expected).toBe(expected);
  });

  test("it is plain JSON that its schema accepts unchanged", () => {
    for (const said of [facts, someFacts(), someFacts({ cluster: { tags: unknown() } })]) {
      const verdict = evaluate(policy, said);

      expect(Verdict.parse(JSON.parse(JSON.stringify(verdict)))).toEqual(verdict);
    }
  });

  test("it is an approval, in one sentence", () => {
    expect(evaluate(policy, facts)).toMatchObject({
      kind: "approve",
      because: "Rule straight (line 9) approves: every condition holds.",
    });
  });
});

describe("near misses: rules that at most half of their conditions kept from matching", () => {
  const rule = (name: string, when: string, more = "") =>
    `  - { name: ${name}, when: ${when}, ${more} then: approve }`;
  const env = "cluster: { tags: { env: prod } }";
  const prod = (message: string) =>
    someFacts({ cluster: { tags: tagged({ env: "prod" }) }, message: is(message) });

  test("it says what stood in the way", () => {
    const policy = load(aFile(rule("near", `{ ${env}, message: hi }`)));

    expect(evaluate(policy, prod("ho")).nearMisses).toEqual([
      {
        name: "near",
        line: 9,
        outcome: "approve",
        failed: [{ field: "message", expected: 'to be "hi"', actual: is("ho"), result: "no" }],
        blockedBy: [],
      },
    ]);
  });

  test("an exception that held stands in the way as well", () => {
    const policy = load(aFile(rule("near", `{ ${env} }`, "unless: [{ message: ho }, { message: hu }],")));

    expect(evaluate(policy, prod("ho")).nearMisses).toMatchObject([
      { name: "near", failed: [], blockedBy: [[{ expected: 'to be "ho"' }]] },
    ]);
  });

  test("a rule that most of its conditions kept from matching is none", () => {
    const policy = load(aFile(rule("far", `{ ${env}, message: hi, endpoint: { name: other } }`)));

    expect(evaluate(policy, prod("ho")).nearMisses).toEqual([]);
  });

  test("the fewer obstacles the nearer, then the more that held, then by name; three at most", () => {
    const policy = load(
      aFile(
        [
          rule("far", "{ message: hi }"),
          rule("e-two-of-four", `{ ${env}, message: hi, endpoint: { name: pe-some, resourceGroup: other } }`),
          rule("d", `{ ${env}, message: hi }`),
          rule("c", `{ ${env}, message: hi }`),
          rule("b-more-held", `{ ${env}, message: hi, endpoint: { name: pe-some } }`),
        ].join("\n"),
      ),
    );

    const near = evaluate(policy, prod("ho")).nearMisses.map(({ name }) => name);

    expect(near).toEqual(["b-more-held", "c", "d"]);
  });
});
