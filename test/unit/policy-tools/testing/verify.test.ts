import { describe, expect, test } from "vitest";
import { explain } from "../../../../shared/policy/index.ts";
import { coverage } from "../../../../shared/policy-tools/testing/coverage.ts";
import { namesIn } from "../../../../shared/policy-tools/testing/deciders.ts";
import { renderFailure } from "../../../../shared/policy-tools/testing/render.ts";
import { runTests, type TestResult } from "../../../../shared/policy-tools/testing/run-tests.ts";
import { readTestFile } from "../../../../shared/policy-tools/testing/test-file.ts";
import { load } from "../../policy/builders.ts";

const policy = load(`apiVersion: policy/v1
kind: ConnectionPolicy
approvers: { network: { groups: [n] }, security: { groups: [s] }, owners: { groups: [o] } }
default: { ask: { approvers: [owners], timeout: 24h } }
whenUnknown:
  ask: { approvers: [owners], timeout: 4h }
visibility:
  allow: { cluster: { name: { not: hidden } } }
freeze:
  - { name: year-end, when: { time: { from: 2026-12-18T16:00Z, until: 2027-01-04T07:00Z } }, then: wait }
rules:
  - name: straight-through
    when: { endpoint: { name: pe-* }, cluster: { tags: { env: dev } } }
    unless: [{ endpoint: { location: far } }]
    then: approve
  - name: no-sandbox
    when: { endpoint: { resourceGroup: rg-sandbox } }
    then: { reject: { reason: No sandboxes. } }
  - name: prod
    when: { cluster: { tags: { env: prod } } }
    then: { ask: { approvers: { network: 2, security: 1 }, timeout: 8h, onTimeout: reject } }
  - name: tried-out
    mode: shadow
    when: { cluster: { tags: { env: prod } } }
    then: { reject: { reason: Later. } }
  - name: either
    when:
      anyOf:
        - { endpoint: { name: other, location: mars } }
        - { endpoint: { name: pe-*, location: moon } }
    then: approve
  - name: unsure
    when:
      endpoint: { resourceGroup: rg-unsure }
      anyOf:
        - { cluster: { name: c } }
        - { endpoint: { name: pe-1, location: near }, time: { from: 2027-01-01T00:00Z } }
    then: approve
`);

const GIVEN = {
  prod: "{ cluster: { name: c, tags: { env: prod } }, endpoint: { name: pe-1, resourceGroup: rg, location: near } }",
  dev: "{ cluster: { name: c, tags: { env: dev } }, endpoint: { name: pe-1, resourceGroup: rg, location: near }, time: 2026-11-01T00:00Z }",
  frozen:
    "{ cluster: { name: c, tags: { env: dev } }, endpoint: { name: pe-1, resourceGroup: rg, location: near }, time: 2026-12-24T00:00Z }",
  sandbox:
    "{ cluster: { name: c, tags: {} }, endpoint: { name: pe-1, resourceGroup: rg-sandbox, location: near } }",
  unread: "{ cluster: { name: c, tags: { env: dev } }, endpoint: { name: pe-1, location: near } }",
  far: "{ cluster: { name: c, tags: { env: dev } }, endpoint: { name: pe-1, resourceGroup: rg, location: far }, time: 2026-11-01T00:00Z }",
  hidden:
    "{ cluster: { name: hidden, tags: {} }, endpoint: { name: pe-1, resourceGroup: rg, location: near } }",
} as const;

/** One test of this policy, with what is expected as it stands in the file. */
function run(given: keyof typeof GIVEN, expectation: string): TestResult {
  const text = `{ apiVersion: policy/v1, kind: ConnectionPolicyTest, policy: p,
tests: [{ name: a test, given: ${GIVEN[given]}, expect: { ${expectation} } }] }`;
  const read = readTestFile(text, "p.tests.yaml");
  if (read.kind === "problems") throw new Error(JSON.stringify(read.problems));
  const [result] = runTests(read.file.tests, (facts) => explain(policy, facts));
  if (result === undefined) throw new Error("there is one test");
  return result;
}

describe("a test passes when the verdict is", () => {
  test.each<[keyof typeof GIVEN, string]>([
    ["dev", "decision: approve"],
    ["dev", "decision: approve, rule: straight-through, unknown: []"],
    ["sandbox", "decision: reject, rule: [no-sandbox], reason: No sandboxes."],
    ["prod", "decision: ask, approvers: { network: 2, security: 1 }, timeout: 8h, onTimeout: reject"],
    ["prod", "decision: ask, approvers: [security, network]"],
    ["prod", "decision: ask, groups: [S, n], distinctPeople: true, remindAfter: null, escalateTo: null"],
    ["prod", "decision: ask, groups: { network: n, security: [s] }, escalateTo: [], escalateAfter: null"],
    ["prod", "decision: ask, reasonRequired: false, authContext: null, preventSelfReview: false"],
    ["unread", "decision: ask, rule: whenUnknown, distinctPeople: false"],
    ["prod", "decision: ask, because: [], wouldHave: reject"],
    ["sandbox", "decision: reject, wouldHave: null"],
    ["frozen", "decision: wait, rule: year-end, until: 2027-01-04T08:00:00+01:00"],
    [
      "unread",
      "decision: ask, rule: whenUnknown, because: no-sandbox, unknown: [endpoint.resourceGroup, time]",
    ],
    ["hidden", "decision: leave, rule: visibility"],
    ["prod", "decision: ask, nearMiss: { rule: straight-through }"],
    ["prod", "decision: ask, nearMiss: { rule: straight-through, field: cluster.tags.env }"],
  ])("as expected: %s, %s", (given, expectation) => {
    expect(run(given, expectation).differences).toEqual([]);
  });
});

describe("a test fails, and tells what was wanted and what came, when", () => {
  test.each<[keyof typeof GIVEN, string, string]>([
    ["dev", "decision: ask", "decision: want ask, got approve"],
    [
      "dev",
      "decision: approve, rule: [straight-through, prod]",
      "rule: want prod, straight-through, got straight-through",
    ],
    ["dev", "decision: approve, because: prod", "because: want prod, got nothing"],
    ["unread", "decision: ask, unknown: []", "unknown: want nothing, got endpoint.resourceGroup, time"],
    ["sandbox", "decision: reject, reason: No.", "reason: want No., got No sandboxes."],
    [
      "prod",
      "decision: ask, approvers: { network: 1, security: 1 }",
      "approvers: want 1 of network, 1 of security, got 1 of security, 2 of network",
    ],
    [
      "prod",
      "decision: ask, approvers: network or security",
      "approvers: want network or security, got network, security",
    ],
    ["prod", "decision: ask, timeout: 2d", "timeout: want 2d, got 8h"],
    ["prod", "decision: ask, onTimeout: expire", "onTimeout: want expire, got reject"],
    ["prod", "decision: ask, groups: [n]", "groups: want n, got n, s"],
    [
      "prod",
      "decision: ask, groups: { network: s, security: n }",
      "groups: want network (s), security (n), got network (n), security (s)",
    ],
    ["prod", "decision: ask, distinctPeople: false", "distinctPeople: want false, got true"],
    // With one demand there is nothing that would need different people; a test of it must not pass for that.
    ["unread", "decision: ask, distinctPeople: true", "distinctPeople: want true, got false"],
    ["prod", "decision: ask, escalateTo: owners", "escalateTo: want owners, got nothing"],
    ["prod", "decision: ask, escalateAfter: 1h", "escalateAfter: want 1h, got nothing"],
    ["prod", "decision: ask, remindAfter: 90m", "remindAfter: want 90m, got nothing"],
    ["prod", "decision: ask, authContext: c1", "authContext: want c1, got nothing"],
    ["prod", "decision: ask, reasonRequired: true", "reasonRequired: want true, got false"],
    ["prod", "decision: ask, preventSelfReview: true", "preventSelfReview: want true, got false"],
    ["prod", "decision: ask, wouldHave: null", "wouldHave: want nothing, got reject"],
    ["dev", "decision: approve, wouldHave: ask", "wouldHave: want ask, got nothing"],
    [
      "frozen",
      "decision: wait, until: 2027-01-05T00:00Z",
      "until: want 2027-01-05T00:00:00.000Z, got 2027-01-04T07:00:00.000Z",
    ],
    [
      "prod",
      "decision: ask, nearMiss: { rule: no-sandbox }",
      "nearMiss: want no-sandbox, got unsure (endpoint.resourceGroup); either (endpoint.location); straight-through (cluster.tags.env)",
    ],
    [
      "prod",
      "decision: ask, nearMiss: { rule: straight-through, field: endpoint.name }",
      "nearMiss: want straight-through (endpoint.name), got unsure (endpoint.resourceGroup); either (endpoint.location); straight-through (cluster.tags.env)",
    ],
  ])("%s, %s", (given, expectation, difference) => {
    const { differences } = run(given, expectation);

    expect(differences.map(({ what, want, got }) => `${what}: want ${want}, got ${got}`)).toEqual([
      difference,
    ]);
  });

  test("another decision came: then the terms of the expected one are not gone into", () => {
    const { differences } = run("dev", "decision: ask, timeout: 2d, approvers: network");

    expect(differences).toEqual([{ what: "decision", want: "ask", got: "approve" }]);
  });
});

const PLACES = { testFile: "p.tests.yaml", policyFile: "p.yaml" };

describe("a failure tells why the wanted rule", () => {
  test("did not match: its conditions that said no", () => {
    expect(renderFailure(run("prod", "decision: approve, rule: straight-through"), PLACES)).toBe(
      `FAIL p.tests.yaml:2 a test
  decision: want approve, got ask
  rule: want straight-through, got prod
  why straight-through (p.yaml:12) did not match:
    no  cluster.tags.env is "prod", expected to be "dev"
`,
    );
  });

  test("could not be decided: its conditions that said nothing", () => {
    expect(renderFailure(run("unread", "decision: reject, rule: no-sandbox"), PLACES)).toBe(
      `FAIL p.tests.yaml:2 a test
  decision: want reject, got ask
  rule: want no-sandbox, got whenUnknown
  why no-sandbox (p.yaml:16) could not be decided:
    ??  endpoint.resourceGroup is unknown, expected to be "rg-sandbox"
`,
    );
  });

  test("did not decide although it matched: what was stricter", () => {
    expect(renderFailure(run("frozen", "decision: approve, rule: straight-through"), PLACES)).toBe(
      `FAIL p.tests.yaml:2 a test
  decision: want approve, got wait
  rule: want straight-through, got year-end
  why straight-through (p.yaml:12) did not decide: it matched, but wait by year-end is stricter
`,
    );
  });

  test("did not match because an exception held: the exception", () => {
    expect(renderFailure(run("far", "decision: approve, rule: straight-through"), PLACES)).toBe(
      `FAIL p.tests.yaml:2 a test
  decision: want approve, got ask
  rule: want straight-through, got default
  why straight-through (p.yaml:12) did not match:
    unless
      ok  endpoint.location is "far", expected to be "far"
`,
    );
  });

  test("could not be decided although one of its blocks held: nothing about the others", () => {
    expect(renderFailure(run("unread", "decision: approve, rule: unsure"), PLACES)).toBe(
      `FAIL p.tests.yaml:2 a test
  decision: want approve, got ask
  rule: want unsure, got whenUnknown
  why unsure (p.yaml:32) could not be decided:
    ??  endpoint.resourceGroup is unknown, expected to be "rg-unsure"
`,
    );
  });

  test("did not match because none of its blocks held: the nearest of them", () => {
    expect(renderFailure(run("prod", "decision: approve, rule: either"), PLACES)).toBe(
      `FAIL p.tests.yaml:2 a test
  decision: want approve, got ask
  rule: want either, got prod
  why either (p.yaml:26) did not match:
    nearest of 2 blocks
      no  endpoint.location is "near", expected to be "moon"
`,
    );
  });
});

/** What became of one test of a policy with these rules, with the default to ask. */
function runOn(head: string, rules: readonly string[], expectation: string): TestResult {
  const judged = load(`apiVersion: policy/v1
kind: ConnectionPolicy
approvers: { owners: { groups: [o] } }
default: { ask: { approvers: [owners] } }
${head}
rules:
${rules.map((rule) => `  - { ${rule} }`).join("\n")}
`);
  const text = `{ apiVersion: policy/v1, kind: ConnectionPolicyTest, policy: p,
tests: [{ name: a test, given: { message: m, cluster: { name: c } }, expect: { ${expectation} } }] }`;
  const read = readTestFile(text, "p.tests.yaml");
  if (read.kind === "problems") throw new Error(JSON.stringify(read.problems));
  const [result] = runTests(read.file.tests, (facts) => explain(judged, facts));
  if (result === undefined) throw new Error("there is one test");
  return result;
}

const APPROVES = "name: ok, when: { message: m }, then: approve";
const ON_TRIAL = "name: no, mode: shadow, when: { message: m }, then: { reject: { reason: No. } }";
const VETOES = "name: no, mode: approveOnly, when: { message: m }, then: { reject: { reason: No. } }";

describe("a failure tells what kept a rule that matched from deciding", () => {
  const lastLine = (result: TestResult) => renderFailure(result, PLACES).trimEnd().split("\n").at(-1);

  test.each([
    [
      "its mode shadow",
      [APPROVES, ON_TRIAL],
      "decision: reject, rule: no",
      "  why no (p.yaml:8) did not decide: it matched, but is in mode shadow",
    ],
    [
      "its mode approveOnly",
      [VETOES],
      "decision: reject, rule: no",
      "  why no (p.yaml:7) did not decide: it matched, but in mode approveOnly it only keeps others from approving",
    ],
    [
      "a rule in mode approveOnly",
      [APPROVES, VETOES],
      "decision: approve, rule: ok",
      "  why ok (p.yaml:7) did not decide: it matched, but no, in mode approveOnly, kept it from approving",
    ],
    [
      "a stricter rule",
      [APPROVES, VETOES.replace("mode: approveOnly, ", "")],
      "decision: approve, rule: ok",
      "  why ok (p.yaml:7) did not decide: it matched, but reject by no is stricter",
    ],
    [
      "two of them",
      [APPROVES, VETOES.replace("mode: approveOnly, ", ""), VETOES.replace("no, mode: approveOnly", "never")],
      "decision: approve, rule: ok",
      "  why ok (p.yaml:7) did not decide: it matched, but reject by never, no is stricter",
    ],
    ["nothing, where no rule is named", [APPROVES], "decision: reject", "  decided by ok"],
    [
      "nothing, where it did decide",
      [APPROVES],
      "decision: reject, rule: ok",
      "  decision: want reject, got approve",
    ],
    [
      "nothing, where it is no rule",
      [APPROVES],
      "decision: ask, rule: default",
      "  rule: want default, got ok",
    ],
  ])("%s", (_what, rules, expectation, line) => {
    expect(lastLine(runOn("", rules, expectation))).toBe(line);
  });

  test("and what was wanted and came is one line, whatever reasons say", () => {
    const rule = 'name: no, when: { message: m }, then: { reject: { reason: "a\\n::error::b" } }';

    expect(renderFailure(runOn("", [rule], "decision: reject, reason: c"), PLACES)).toContain(
      "\n  reason: want c, got a ::error::b\n",
    );
  });
});

describe("coverage counts", () => {
  const missedBy = (rules: readonly string[], expectation: string) => {
    const result = runOn("", rules, expectation);
    const judged = load(`apiVersion: policy/v1
kind: ConnectionPolicy
approvers: { owners: { groups: [o] } }
default: { ask: { approvers: [owners] } }
rules:
${rules.map((rule) => `  - { ${rule} }`).join("\n")}
`);
    return coverage([{ policyFile: "p", policy: judged, results: [result] }])[0]?.missed.map(
      ({ name }) => name,
    );
  };

  test.each([
    [
      "what a rule on trial would have done, where that is expected",
      [APPROVES, ON_TRIAL],
      "decision: approve, rule: ok, wouldHave: reject",
      ["default"],
    ],
    ["but not where it is not", [APPROVES, ON_TRIAL], "decision: approve, rule: ok", ["default", "no"]],
    [
      "nor where nothing else is expected",
      [APPROVES],
      "decision: approve, wouldHave: null",
      ["default", "ok"],
    ],
    [
      "what kept a rule from approving, where the decision is named",
      [APPROVES, VETOES],
      "decision: ask, rule: default",
      ["ok"],
    ],
    ["but not where it is not named", [APPROVES, VETOES], "decision: ask", ["default", "ok", "no"]],
    [
      "nothing of a test that failed",
      [APPROVES, ON_TRIAL],
      "decision: ask, rule: ok, wouldHave: reject",
      ["default", "ok", "no"],
    ],
    ["nothing where nothing is named", [APPROVES], "decision: approve", ["default", "ok"]],
  ])("%s", (_what, rules, expectation, missed) => {
    expect(missedBy(rules, expectation)).toEqual(missed);
  });
});

describe("coverage", () => {
  const covered = (...results: readonly TestResult[]) =>
    coverage([{ policyFile: "p.yaml", policy, results }]).map(({ missed }) => missed.map(({ name }) => name));

  test("misses everything that no passing test expects to decide, in the order of the file", () => {
    expect(covered()).toEqual([
      [
        "default",
        "whenUnknown",
        "visibility",
        "year-end",
        "straight-through",
        "no-sandbox",
        "prod",
        "tried-out",
        "either",
        "unsure",
      ],
    ]);
    expect(
      covered(
        run("dev", "decision: approve, rule: straight-through"),
        run("hidden", "decision: leave, rule: visibility"),
        run("frozen", "decision: wait, rule: year-end"),
        run("unread", "decision: ask, rule: whenUnknown"),
      ),
    ).toEqual([["default", "no-sandbox", "prod", "tried-out", "either", "unsure"]]);
  });

  test("counts neither a test that failed nor one that does not name the rule", () => {
    const [missed] = covered(run("prod", "decision: reject, rule: prod"), run("sandbox", "decision: reject"));

    expect(missed).toEqual(expect.arrayContaining(["prod", "no-sandbox"]));
  });

  test("of one policy adds up over all files of tests", () => {
    const one = { policyFile: "p.yaml", policy, results: [run("prod", "decision: ask, rule: prod")] };
    const other = {
      policyFile: "p.yaml",
      policy,
      results: [run("sandbox", "decision: reject, rule: no-sandbox")],
    };

    const [both, ...more] = coverage([one, other]);

    expect(more).toEqual([]);
    expect(both?.missed.map(({ name }) => name)).not.toEqual(expect.arrayContaining(["prod"]));
    expect(both?.missed.map(({ name }) => name)).not.toEqual(expect.arrayContaining(["no-sandbox"]));
  });
});

test("tests may name rules, freezes, what decides where no rule does, and approvers whom somebody asks", () => {
  expect(namesIn(policy).rule.toSorted()).toEqual([
    "default",
    "either",
    "no-sandbox",
    "prod",
    "straight-through",
    "tried-out",
    "unsure",
    "visibility",
    "whenUnknown",
    "whenUnknown",
    "year-end",
  ]);
  expect(new Set(namesIn(policy).approvers)).toEqual(new Set(["owners", "network", "security"]));
});
