import { describe, expect, test } from "vitest";
import type { Policy } from "../../../../shared/policy/engine/compiled.ts";
import { evaluate } from "../../../../shared/policy/engine/evaluate.ts";
import { explain } from "../../../../shared/policy/engine/explain.ts";
import { Verdict } from "../../../../shared/policy/verdict.ts";
import {
  AKS,
  absent,
  anAsk,
  aPolicy,
  approve,
  aRequirement,
  aRule,
  asks,
  DUTY,
  HOUR,
  inList,
  is,
  reject,
  type Said,
  someFacts,
  tagged,
  unknown,
} from "./content.ts";

const rejecting = aRule("no-x", { "endpoint.name": "x*" }, reject("Never x."), { line: 9 });
const asking = aRule("ask-y", { message: "y*" }, asks(["duty"], { timeoutMs: 8 * HOUR }), { line: 10 });
const approving = aRule("yes-z", { "cluster.tags.z": "yes" }, approve, { line: 11 });
const rules = [rejecting, asking, approving];
const all = aPolicy({ rules });

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
    expect(explain(aPolicy(), someFacts())).toMatchObject({
      kind: "ask",
      decidedBy: [{ name: "default", line: 6 }],
      requirement: {
        requirements: [{ approvers: ["aks"], groups: [AKS], quorum: 1, escalation: null }],
        timeoutMs: 24 * HOUR,
        remindAfterMs: null,
        onTimeout: "expire",
        reasonRequired: false,
        preventSelfReview: false,
        excludedReviewer: null,
      },
      because: "No rule matched, so the default asks 1 of aks, within 24h.",
    });
  });

  test("a default may reject, with its reason", () => {
    const policy = aPolicy({ default: { line: 6, outcome: reject("Not on our list") } });

    expect(explain(policy, someFacts())).toMatchObject({
      kind: "reject",
      reason: "Not on our list",
      because: "No rule matched, so the default rejects: Not on our list.",
    });
  });

  test("several rules that reject give every reason once", () => {
    const refusing = (name: string, reason: string) => aRule(name, { message: "hi" }, reject(reason));
    const policy = aPolicy({
      rules: [refusing("b", "Second."), refusing("a", "First."), refusing("c", "First.")],
    });

    expect(evaluate(policy, someFacts({ message: is("hi") }))).toMatchObject({
      kind: "reject",
      reason: "First. Second.",
      decidedBy: [{ name: "a" }, { name: "b" }, { name: "c" }],
    });
  });
});

describe("a rule matches when all of `when`, a block of `anyOf` and no block of `unless` holds", () => {
  const prodOnly = { "cluster.tags.env": "prod", "cluster.tags.owner": "platform" };
  const unless = [{ "endpoint.name": "tmp-*", message: "*trial*" }, { "endpoint.resourceGroup": "rg-temp" }];
  const anyOf = [{ source: "event", "consumer.tenant": "ours" }, { requester: "ana" }];
  const onlyUnless = aPolicy({ rules: [aRule("only", prodOnly, asks(["duty"]), { unless })] });
  const onlyAnyOf = aPolicy({ rules: [aRule("only", prodOnly, asks(["duty"]), { anyOf })] });
  const both = aPolicy({ rules: [aRule("only", prodOnly, asks(["duty"]), { anyOf, unless })] });
  const prod: Said = { cluster: { tags: tagged({ env: "prod", owner: "platform" }) } };
  const ana: Said = { requester: is("Ana") };
  const tmp = { name: is("tmp-1") };
  const inTemp: Said = { endpoint: { resourceGroup: is("RG-temp") } };

  test.each<[string, Policy, Said, string]>([
    ["everything holds", onlyUnless, prod, "matched"],
    ["one line does not", onlyUnless, { cluster: { tags: tagged({ env: "prod" }) } }, "notMatched"],
    ["half a block is no exception", onlyUnless, { ...prod, endpoint: tmp }, "matched"],
    ["a whole block is", onlyUnless, { ...prod, endpoint: tmp, message: is("a trial") }, "notMatched"],
    ["any block is enough", onlyUnless, { ...prod, ...inTemp }, "notMatched"],
    [
      "an exception that may hold leaves it undecided",
      onlyUnless,
      { ...prod, endpoint: tmp, message: unknown() },
      "undecided",
    ],
    ["one that cannot hold does not", onlyUnless, { ...prod, message: unknown() }, "matched"],
    [
      "what fails for sure is decided",
      onlyUnless,
      { message: unknown(), cluster: { tags: absent } },
      "notMatched",
    ],
    ["an unreadable line leaves it undecided", onlyUnless, { cluster: { tags: unknown() } }, "undecided"],
    [
      "an exception that holds decides, whatever is unknown",
      onlyUnless,
      { cluster: { tags: unknown() }, ...inTemp },
      "notMatched",
    ],
    ["no block of anyOf holds", onlyAnyOf, prod, "notMatched"],
    ["one does", onlyAnyOf, { ...prod, ...ana }, "matched"],
    ["half a block of anyOf is none", onlyAnyOf, { ...prod, source: is("event") }, "notMatched"],
    ["a block that may hold leaves it undecided", onlyAnyOf, { ...prod, requester: unknown() }, "undecided"],
    [
      "a block that holds decides, whatever is unknown",
      onlyAnyOf,
      { ...prod, ...ana, source: unknown() },
      "matched",
    ],
    ["a block without its lines is not enough", onlyAnyOf, ana, "notMatched"],
    ["a block and no exception", both, { ...prod, ...ana }, "matched"],
    ["a block and an exception", both, { ...prod, ...ana, ...inTemp }, "notMatched"],
    ["an undecided block and an exception", both, { ...prod, requester: unknown(), ...inTemp }, "notMatched"],
  ])("%s", (_name, policy, said, expected) => {
    expect(explain(policy, someFacts(said)).rules[0]?.result).toBe(expected);
  });
});

describe("an undecided rule that could make the answer stricter makes whenUnknown ask", () => {
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
    expect(decided(all, said)).toEqual({ kind, by, undecided });
  });

  test("a lost fact frees nobody from what a rule demands: whenUnknown's people come on top", () => {
    const two = { ...asking, outcome: asks([], { requirements: [aRequirement(["aks"], { quorum: 2 })] }) };

    expect(
      explain(aPolicy({ rules: [rejecting, two] }), someFacts({ ...noName, ...y, source: unknown() })),
    ).toMatchObject({
      requirement: {
        requirements: [
          { approvers: ["aks"], quorum: 2 },
          { approvers: ["duty"], quorum: 1 },
        ],
        timeoutMs: 2 * HOUR,
      },
      because:
        'Because endpoint.name ("403 Forbidden") is unknown and rule no-x (line 9) cannot be decided, rule ask-y (line 10) and whenUnknown ask 2 of aks and 1 of duty (one person may count for several rules), within 2h.',
    });
  });

  test("it says which fact was missing, why, and which rule needed it", () => {
    const verdict = explain(all, someFacts({ endpoint: { name: unknown("429 Too Many\nRequests") } }));

    expect(verdict.because).toBe(
      'Because endpoint.name ("429 Too Many\\nRequests") is unknown and rule no-x (line 9) cannot be decided, whenUnknown asks 1 of duty, within 2h.',
    );
    expect(verdict.unknownFacts).toEqual([{ field: "endpoint.name", cause: "429 Too Many\nRequests" }]);
  });

  test("it names no fact that would change nothing", () => {
    const verdict = explain(all, someFacts({ ...noName, cluster: { tags: unknown("404") } }));

    expect(verdict.because).toBe(
      'Because endpoint.name ("403 Forbidden") is unknown and rule no-x (line 9) cannot be decided, whenUnknown asks 1 of duty, within 2h.',
    );
    expect(verdict.unknownFacts.map(({ field }) => field)).toEqual(["endpoint.name", "cluster.tags.z"]);
  });

  test("an unreadable fact never rejects, not even by default", () => {
    const strict = aPolicy({
      rules: [approving],
      default: { line: 6, outcome: reject("Closed.") },
      whenUnknown: { line: 6, ask: anAsk(["aks", "duty"]) },
    });

    expect(evaluate(strict, someFacts({ cluster: { tags: unknown() } }))).toMatchObject({
      kind: "ask",
      decidedBy: [{ name: "whenUnknown", line: 6 }],
      requirement: { requirements: [{ approvers: ["aks", "duty"], groups: [AKS, DUTY], quorum: 1 }] },
    });
  });
});

describe("a verdict explains itself", () => {
  const policy = aPolicy({
    lists: { subs: ["a", "b"] },
    rules: [
      aRule(
        "straight",
        {
          "cluster.tags.env": "prod",
          "cluster.location": ["westeurope", "northeurope"],
          "endpoint.subscription": inList("subs"),
        },
        approve,
        { line: 9, anyOf: [{ "endpoint.name": "pe-??-prod" }], unless: [{ message: "*wait*" }] },
      ),
    ],
  });
  const facts = someFacts({
    cluster: { tags: tagged({ Env: "PROD" }) },
    endpoint: { name: is("pe-01-prod"), subscription: is("A") },
  });

  test("every condition of every rule tells what it wanted and what it saw", () => {
    expect(explain(policy, facts).rules).toEqual([
      {
        name: "straight",
        line: 9,
        mode: "enforce",
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
            field: "endpoint.subscription",
            expected: 'to be in list "subs"',
            actual: is("A"),
            result: "yes",
          },
        ],
        anyOf: [
          [
            {
              field: "endpoint.name",
              expected: 'to match "pe-??-prod"',
              actual: is("pe-01-prod"),
              result: "yes",
            },
          ],
        ],
        unless: [[{ field: "message", expected: 'to match "*wait*"', actual: absent, result: "no" }]],
      },
    ]);
  });

  test("it is plain JSON that its schema accepts unchanged", () => {
    for (const said of [facts, someFacts(), someFacts({ cluster: { tags: unknown() } })]) {
      const verdict = explain(policy, said);

      expect(Verdict.parse(JSON.parse(JSON.stringify(verdict)))).toEqual(verdict);
    }
  });

  test("it is an approval, in one sentence", () => {
    expect(explain(policy, facts)).toMatchObject({
      kind: "approve",
      because: "Rule straight (line 9) approves: every condition holds.",
    });
  });
});

test("near misses come by name where they are equally near, and name what each condition saw", () => {
  const near = (name: string) => aRule(name, { source: "sweep", message: "hi" }, approve);
  const policy = aPolicy({ rules: [near("b"), near("a")] });

  const { nearMisses } = explain(policy, someFacts({ message: is("ho") }));

  expect(nearMisses.map(({ name }) => name)).toEqual(["a", "b"]);
  expect(nearMisses[0]?.failed).toEqual([
    { field: "message", expected: 'to be "hi"', actual: is("ho"), result: "no" },
  ]);
});
