import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ASKS_ALWAYS, aWorkplace, POLICY, REQUEST } from "./command-line.ts";

describe("explain", () => {
  test("tells what the policy says about a request, and why", async () => {
    const { policy } = aWorkplace({ "p.yaml": POLICY, "r.json": REQUEST });

    expect(await policy("explain", "p.yaml", "--request", "r.json")).toEqual({
      code: 0,
      out: `approve by payments (line 6)
  rule payments (line 6, approve)
    ok  endpoint.subscription is "3e9e0d50-1ff8-4789-acc6-7d571bd52f17", expected to be "3e9e0d50-1ff8-4789-acc6-7d571bd52f17"
`,
      err: "",
    });
  });

  test("reads the request from the standard input, and prints the whole verdict as JSON", async () => {
    const { policy } = aWorkplace(
      { "p.yaml": POLICY },
      { stdin: "endpoint: { subscription: unknown(403) }" },
    );

    const { code, out } = await policy("explain", "p.yaml", "--request", "-", "--json");

    expect(JSON.parse(out)).toMatchObject({
      kind: "ask",
      decidedBy: [{ name: "whenUnknown" }],
      unknownFacts: [{ field: "endpoint.subscription", cause: "403" }],
    });
    expect(code).toBe(0);
  });

  test("a request with errors ends with 2 and shows them; a policy with errors ends with 1", async () => {
    const { policy } = aWorkplace({ "p.yaml": POLICY, "r.yaml": "mesage: hi", "broken.yaml": "rules: []" });

    expect(await policy("explain", "p.yaml", "--request", "r.yaml")).toEqual({
      code: 2,
      out: "",
      err: `r.yaml:1:1: error: unknown field "mesage" in request; did you mean "message"?
     1 | mesage: hi
       | ^^^^^^
`,
    });
    const { code, out, err } = await policy("explain", "broken.yaml", "--request", "r.yaml");
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain('broken.yaml:1:1: error: policy: "apiVersion" is missing\n');
  });
});

const TESTS = `apiVersion: policy/v1
kind: ConnectionPolicyTest
policy: ./p.yaml
tests:
  - name: payments goes through
    given: { endpoint: { subscription: 3e9e0d50-1ff8-4789-acc6-7d571bd52f17 } }
    expect: { decision: approve, rule: payments }
`;
const WRONG = `${TESTS}  - name: deliberately wrong
    given: { endpoint: { subscription: other } }
    expect: { decision: approve, rule: payments }
`;

describe("test", () => {
  test("counts, and names what no test decides", async () => {
    const { policy } = aWorkplace({ "a/p.yaml": POLICY, "a/p.tests.yaml": TESTS });
    const expected = {
      code: 0,
      out: "1 passed, 0 failed\nrules no test decides: default (a/p.yaml:4)\n",
      err: "",
    };

    expect(await policy("test", "a/p.tests.yaml")).toEqual(expected);
    expect(await policy("test", "a/p.yaml")).toEqual(expected);
    expect(await policy("test", "a/p.yaml", "--coverage")).toEqual({ ...expected, code: 1 });
  });

  test("tells of a failure what was wanted, what came, and why the rule did not match", async () => {
    const { policy } = aWorkplace({ "p.yaml": POLICY, "p.tests.yaml": WRONG });

    expect(await policy("test", "p.tests.yaml")).toEqual({
      code: 1,
      out: `FAIL p.tests.yaml:8 deliberately wrong
  decision: want approve, got ask
  rule: want payments, got default
  why payments (p.yaml:6) did not match:
    no  endpoint.subscription is "other", expected to be "3e9e0d50-1ff8-4789-acc6-7d571bd52f17"
1 passed, 1 failed
rules no test decides: default (p.yaml:4)
`,
      err: "",
    });
  });

  test("prints results as JSON, for scripts", async () => {
    const { policy } = aWorkplace({ "p.yaml": POLICY, "p.tests.yaml": WRONG });

    const { code, out } = await policy("test", "p.yaml", "--json");

    expect(JSON.parse(out)).toEqual({
      tests: [
        { file: "p.tests.yaml", line: 5, name: "payments goes through", passed: true, differences: [] },
        {
          file: "p.tests.yaml",
          line: 8,
          name: "deliberately wrong",
          passed: false,
          differences: [
            { what: "decision", want: "approve", got: "ask" },
            { what: "rule", want: "payments", got: "default" },
          ],
        },
      ],
      notDecided: [{ file: "p.yaml", name: "default", line: 4 }],
    });
    expect(code).toBe(1);
  });

  test.each<[string, Record<string, string>, string]>([
    [
      "the tests have errors",
      { "p.yaml": POLICY, "p.tests.yaml": `${TESTS}foo: 1\n` },
      'p.tests.yaml:8:1: error: unknown field "foo" in test file',
    ],
    [
      "the policy has errors",
      { "p.yaml": "rules: []", "p.tests.yaml": TESTS },
      'p.yaml:1:1: error: policy: "apiVersion" is missing',
    ],
    [
      "the tests name what the policy does not have",
      { "p.yaml": POLICY, "p.tests.yaml": TESTS.replace("rule: payments", "rule: paymnts") },
      'p.tests.yaml:7:40: error: the policy has no rule "paymnts"; did you mean "payments"?',
    ],
  ])("fails when %s, and still runs the other files", async (_when, files, problem) => {
    const { policy } = aWorkplace({
      ...files,
      "q.yaml": POLICY,
      "q.tests.yaml": TESTS.replace("p.yaml", "q.yaml"),
    });

    const { code, out, err } = await policy("test", "p.tests.yaml", "q.tests.yaml");

    expect(err).toContain(problem);
    expect(out).toContain("1 passed, 0 failed\n");
    expect(code).toBe(1);
    expect((await policy("test", "p.tests.yaml")).out).toBe("");
  });
});

describe("build", () => {
  test("makes one file of a policy and its lists, which says the same", async () => {
    const { policy, read } = aWorkplace({
      "p.yaml": POLICY.replace(/subscription: [^ ]*/, "subscription: { in: payments }"),
      "lists/payments.txt": "3e9e0d50-1ff8-4789-acc6-7d571bd52f17\n",
      "r.json": REQUEST,
    });

    const built = await policy("build", "p.yaml", "--out", "built.json");
    const printed = await policy("build", "p.yaml");

    expect(built).toEqual({ code: 0, out: "", err: "" });
    expect((await policy("build", "p.yaml", "--out", "built.json")).code).toBe(0);
    expect(printed.out).toBe(read("built.json"));
    expect((await policy("explain", "built.json", "--request", "r.json")).out).toMatch(
      /^approve by payments/,
    );
  });

  test("tells of warnings, and refuses errors", async () => {
    const { policy } = aWorkplace({
      "odd.yaml": POLICY.replace(/groups: \[[^\]]*\]/, "groups: [everybody]"),
      "broken.yaml": "rules: []",
    });

    const odd = await policy("build", "odd.yaml");
    const broken = await policy("build", "broken.yaml");

    expect([odd.code, odd.err]).toEqual([0, expect.stringMatching(/^odd\.yaml:3:\d+: warning: /)]);
    expect(JSON.parse(odd.out)).toBeInstanceOf(Object);
    expect([broken.code, broken.out]).toEqual([1, ""]);
    expect(broken.err).toContain("error: ");
  });
});

describe("init", () => {
  test("writes a sound policy that asks people about everything, tests that pass, and what comes next", async () => {
    const { policy } = aWorkplace({ "r.json": REQUEST });

    const made = await policy("init");
    const checked = await policy("check", "policy.yaml");
    const tested = await policy("test", "policy.yaml");
    const explained = await policy("explain", "policy.yaml", "--request", "r.json");

    expect(made).toEqual({
      code: 0,
      out: `policy.yaml and policy.tests.yaml are written. The policy asks people about everything.

Next:
  1. In policy.yaml, replace the zeros under "approvers" by the object id of your Entra group.
  2. npm run policy -- check policy.yaml
  3. npm run policy -- test policy.tests.yaml
`,
      err: "",
    });
    expect(checked.code).toBe(0);
    expect(tested).toMatchObject({ code: 0, out: expect.stringMatching(/^3 passed, 0 failed\n/) });
    expect(explained.out).toMatch(/^ask by default /);
  });

  test("names the schema that lies beside the policy, or in the project around it, and none that is not there", async () => {
    const beside = aWorkplace({ "policy.schema.json": "{}" });
    const above = aWorkplace({ "shared/policy/policy.schema.json": "{}", "config/x": "" });
    const none = aWorkplace({});

    await beside.policy("init", "a.yml");
    await above.policy("init", "config/a.yaml");
    await above.policy("init", "a.yaml");
    await none.policy("init");

    const firstLine = (text: string) => text.split("\n")[0];
    expect(firstLine(beside.read("a.yml"))).toBe("# yaml-language-server: $schema=./policy.schema.json");
    expect(firstLine(above.read("config/a.yaml"))).toBe(
      "# yaml-language-server: $schema=../shared/policy/policy.schema.json",
    );
    expect(firstLine(above.read("a.yaml"))).toBe(
      "# yaml-language-server: $schema=./shared/policy/policy.schema.json",
    );
    expect(none.read("policy.yaml")).not.toContain("$schema");
  });

  test("overwrites nothing, and writes neither file when one is there", async () => {
    const { policy, read } = aWorkplace({ "policy.tests.yaml": "mine" });

    const { code, err } = await policy("init");

    expect([code, err]).toEqual([
      2,
      "policy.tests.yaml is there already, and is left as it is; name another file: npm run policy -- init other.yaml\n",
    ]);
    expect(read("policy.tests.yaml")).toBe("mine");
    expect(() => read("policy.yaml")).toThrow("ENOENT");
  });

  test("shows rules that work once their comment signs are gone", async () => {
    const { policy, read } = aWorkplace({});
    await policy("init");
    const [, example = ""] = read("policy.yaml").split("For example:\n#\n");
    const rules = example.split("rules: []")[0]?.replaceAll(/^# ?/gm, "") ?? "";
    const { policy: elsewhere } = aWorkplace({
      "p.yaml": read("policy.yaml").replace("rules: []", `rules:\n${rules}`),
    });

    expect(parse(rules)).toHaveLength(2);
    expect((await elsewhere("check", "p.yaml")).code).toBe(0);
  });
});

test("schema prints the JSON Schema of a policy", async () => {
  const { policy } = aWorkplace({});

  const { code, out } = await policy("schema");

  expect(JSON.parse(out)).toMatchObject({ $schema: "https://json-schema.org/draft/2020-12/schema" });
  expect(out).toMatch(/^\{\n {2}"/);
  expect(code).toBe(0);
});

describe("simulate, against a file of requests", () => {
  const REQUESTS = `${REQUEST}\n\n{ "endpoint": { "subscription": "other", "name": "pe-2" } }\n`;

  test("compares two policies, and fails for a difference only when it is to", async () => {
    const { policy } = aWorkplace({ "p.yaml": POLICY, "main.yaml": ASKS_ALWAYS, "r.jsonl": REQUESTS });
    const args = ["simulate", "p.yaml", "--base", "main.yaml", "--against", "r.jsonl"];

    const { code, out } = await policy(...args);

    expect(
      out,
    ).toBe(`when  private endpoint                              cluster  decision        by                   because
?     3e9e0d50-1ff8-4789-acc6-7d571bd52f17/rg/pe-1  aks-1    ask -> approve  default -> payments  Rule payments (line 6) approves: every condition holds.

1 of 2 requests would be decided differently.
  ask -> approve: 1
  ask -> ask: 1
`);
    expect(code).toBe(0);
    expect((await policy(...args, "--fail-on-change")).code).toBe(1);
    expect((await policy(...args, "--markdown")).out).toMatch(
      /^\*\*1 of 2 requests would be decided differently\.\*\*\n/,
    );
    expect(JSON.parse((await policy(...args, "--json")).out)).toMatchObject({ different: 1, same: 1 });
  });

  test("fails for no difference", async () => {
    const { policy } = aWorkplace({ "p.yaml": POLICY, "r.jsonl": REQUESTS });

    const { code } = await policy(
      "simulate",
      "p.yaml",
      "--base",
      "p.yaml",
      "--against",
      "r.jsonl",
      "--fail-on-change",
    );

    expect(code).toBe(0);
  });

  test("fails for what could not be told, too", async () => {
    const request = JSON.stringify({ endpoint: { subscription: 'unknown("no rule uses it")' } });
    const { policy } = aWorkplace({ "p.yaml": POLICY, "r.jsonl": request });
    const args = ["simulate", "p.yaml", "--base", "p.yaml", "--against", "r.jsonl"];

    const { code, out } = await policy(...args, "--fail-on-change");

    expect(out).toMatch(/^1 request could not be told: /);
    expect(code).toBe(1);
    expect((await policy(...args)).code).toBe(0);
  });

  test("shows what would be decided when there is nothing to compare with", async () => {
    const { policy } = aWorkplace({ "p.yaml": POLICY, "r.jsonl": REQUESTS });

    const { out } = await policy("simulate", "p.yaml", "--against", "r.jsonl");

    expect(out).toMatch(
      /\n2 requests would be decided so, with nothing to compare with\.\n {2}approve: 1\n {2}ask: 1\n$/,
    );
  });

  test("shows errors of a request at its line, and decides nothing", async () => {
    const { policy } = aWorkplace({
      "p.yaml": POLICY,
      "r.jsonl": `${REQUESTS}{ "mesage": "hi" }\r\n\n{ "kind": "received", "seq": 1 }`,
    });

    const { code, out, err } = await policy("simulate", "p.yaml", "--against", "r.jsonl");

    expect([code, out]).toEqual([2, ""]);
    expect(err).toBe(`r.jsonl:4:3: error: unknown field "mesage" in request; did you mean "message"?
     4 | { "mesage": "hi" }
       |   ^^^^^^^^
r.jsonl:6:1: error: none of the audit records is an assessment; only those carry a request's facts
     6 | { "kind": "received", "seq": 1 }
       | ^
`);
  });

  test("a policy with errors, of the two, ends with 1", async () => {
    const { policy } = aWorkplace({ "p.yaml": POLICY, "broken.yaml": "rules: []", "r.jsonl": REQUESTS });

    expect((await policy("simulate", "p.yaml", "--base", "broken.yaml", "--against", "r.jsonl")).code).toBe(
      1,
    );
    expect((await policy("simulate", "broken.yaml", "--against", "r.jsonl")).code).toBe(1);
  });
});
