import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Document, parse, parseDocument } from "yaml";
import { explain, type Policy, renderVerdict, withApprovalsOff } from "../../../shared/policy/index.ts";
import { compare } from "../../../shared/policy-tools/simulate/compare.ts";
import { forMachines, renderText } from "../../../shared/policy-tools/simulate/render.ts";
import { readRequest } from "../../../shared/policy-tools/simulate/request.ts";
import { readTestFile } from "../../../shared/policy-tools/testing/test-file.ts";
import { verify } from "../../../shared/policy-tools/testing/verify.ts";
import { aFile, load } from "../policy/builders.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;
const SAMPLE = readFileSync(`${ROOT}policy.yaml`, "utf8");

interface Ask {
  approvers: Record<string, number> | string[];
  quorum?: number;
  timeout?: string;
  remindAfter?: string;
  onTimeout?: string;
  escalateTo?: string[];
  escalateAfter?: string;
  reasonRequired?: boolean;
  preventSelfReview?: boolean;
  authContext?: string;
  distinctPeople?: boolean;
}

/** Every member that an ask can have. */
const FULL: Ask = {
  approvers: { "aks-platform": 2, "security-duty": 1 },
  timeout: "2d",
  remindAfter: "8h",
  onTimeout: "reject",
  escalateTo: ["aks-leads"],
  escalateAfter: "1d",
  reasonRequired: true,
  preventSelfReview: true,
  authContext: "c1",
};

const REQUEST = `
cluster: { name: aks, location: westeurope, tags: { env: prod, owner: platform } }
endpoint: { subscription: 3e9e0d50-1ff8-4789-acc6-7d571bd52f17, resourceGroup: rg-payments, name: pe-payments-01-prod, location: westeurope }
consumer: { tenant: bc28be56-ad87-4cf5-ae34-fb304dc38c65, tags: {}, managementGroups: [mg-root] }
message: null
requesterId: 1f2e3d4c-0000-4000-8000-00000000da7a
history: { approvedBefore: 0, approvedOnCluster: 0 }
time: 2026-12-24T10:15:00Z
`;

/** A place in a policy where people are asked, and a request that comes to it. */
interface Place {
  readonly put: (sample: Document, ask: Ask) => void;
  readonly request: string;
  readonly inForce?: (policy: Policy) => Policy;
}

/** Its place among the rules of the sample. */
function ruleCalled(name: string): number {
  const { rules }: { rules: readonly { name: string }[] } = parse(SAMPLE);
  return rules.findIndex((rule) => rule.name === name);
}

const CARD_DATA: Place = {
  put: (sample, ask) => sample.setIn(["rules", ruleCalled("card-data"), "then"], { ask }),
  request: REQUEST.replace("env: prod", 'pci: "true", env: prod'),
};

const PLACES: Readonly<Record<string, Place>> = {
  default: {
    put: (sample, ask) => sample.setIn(["default"], { ask }),
    request: REQUEST.replace("pe-payments", "pe-other"),
  },
  whenUnknown: {
    put: (sample, ask) => sample.setIn(["whenUnknown"], { ask }),
    request: REQUEST.replace("tenant: bc28be56-ad87-4cf5-ae34-fb304dc38c65", "tenant: unknown()"),
  },
  "a rule": CARD_DATA,
  "a freeze": {
    put: (sample, ask) => sample.setIn(["freeze", 0, "then"], { ask }),
    request: REQUEST.replace("env: prod", "criticality: high, env: prod"),
  },
  "the kill switch": {
    put: (sample, ask) => sample.setIn(["default"], { ask }),
    request: REQUEST,
    inForce: withApprovalsOff,
  },
};

const without = (...names: readonly Exclude<keyof Ask, "approvers">[]): Ask => {
  const ask = { ...FULL };
  for (const name of names) delete ask[name];
  return ask;
};

/** What becomes of an ask, and as what it must be seen. */
const ALTERATIONS: readonly (readonly [what: string, ask: Ask, change: string])[] = [
  [
    "one of the approvers removed",
    { ...FULL, approvers: { "aks-platform": 2 } },
    "approvers 1 of security-duty (c2a4f1de-7b3c-4e43-8a10-52f0c3b7a9d2) -> nothing",
  ],
  [
    "other approvers",
    { ...FULL, approvers: { "aks-platform": 2, "aks-leads": 1 } },
    "approvers 1 of security-duty (c2a4f1de-7b3c-4e43-8a10-52f0c3b7a9d2) -> 1 of aks-leads (e0b6a3d4-58f1-4c2a-b7de-3a90c1f46d25)",
  ],
  [
    "a smaller quorum",
    { ...FULL, approvers: { "aks-platform": 1, "security-duty": 1 } },
    "approvers 2 of aks-platform (6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61) -> 1 of aks-platform (6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61)",
  ],
  ["no timeout", without("timeout", "escalateTo", "escalateAfter"), "timeout 2d -> 24h"],
  ["another timeout", { ...FULL, timeout: "3d" }, "timeout 2d -> 3d"],
  ["no reminder", without("remindAfter"), "remindAfter 8h -> nothing"],
  ["another reminder", { ...FULL, remindAfter: "4h" }, "remindAfter 8h -> 4h"],
  ["silence that expires", without("onTimeout"), "onTimeout reject -> expire"],
  [
    "no escalation",
    without("escalateTo", "escalateAfter"),
    "escalateTo after 24h also aks-leads (e0b6a3d4-58f1-4c2a-b7de-3a90c1f46d25) for aks-platform and after 24h also aks-leads (e0b6a3d4-58f1-4c2a-b7de-3a90c1f46d25) for security-duty -> nothing",
  ],
  ["a later escalation", { ...FULL, escalateAfter: "36h" }, "escalateTo after 24h also aks-leads"],
  [
    "an escalation to others",
    { ...FULL, escalateTo: ["aks-platform"] },
    "-> after 24h also aks-platform (6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61) for aks-platform",
  ],
  ["no reason", without("reasonRequired"), "reasonRequired true -> false"],
  ["no authentication context", without("authContext"), "authContext c1 -> nothing"],
  ["another one", { ...FULL, authContext: "c2" }, "authContext c1 -> c2"],
  [
    "self-review",
    without("preventSelfReview"),
    "preventSelfReview true (1f2e3d4c-0000-4000-8000-00000000da7a) -> false",
  ],
];

/** All that can be expected of `FULL`. */
const EXPECTED = `
  approvers: { aks-platform: 2, security-duty: 1 }
  groups:
    aks-platform: 6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61
    security-duty: c2a4f1de-7b3c-4e43-8a10-52f0c3b7a9d2
    aks-leads: e0b6a3d4-58f1-4c2a-b7de-3a90c1f46d25
  distinctPeople: true
  escalateTo: aks-leads
  escalateAfter: 24h
  timeout: 2d
  onTimeout: reject
  remindAfter: 8h
  reasonRequired: true
  authContext: c1
  preventSelfReview: true`;

/** The sample policy with these changes. */
function policyWith(change: (sample: Document) => void): Policy {
  const sample = parseDocument(SAMPLE);
  change(sample);
  return load(sample.toString());
}

function requestIn(text: string) {
  const read = readRequest(text, "request.yaml");
  if (read.kind === "problems") throw new Error(JSON.stringify(read.problems));
  return read.request;
}

function expectationIn(text: string) {
  const read = readTestFile(
    `apiVersion: policy/v1\nkind: ConnectionPolicyTest\npolicy: p\ntests: [{ name: a, expect: { decision: ask, ${text} } }]`,
    "p.tests.yaml",
  );
  if (read.kind === "problems") throw new Error(JSON.stringify(read.problems));
  const [only] = read.file.tests;
  if (only === undefined) throw new Error("There is one test.");
  return only.expect;
}

const inOneLine = (text: string): string => JSON.stringify(parse(text)).slice(1, -1);
const SUBJECT = { one: "request", many: "requests" };

/** How the change of a policy is seen by authors: in `simulate --base`, in `explain`, and in `test`. */
function seen(before: Policy, after: Policy, text: string, expectation: string) {
  const request = requestIn(text);
  const [was, is] = [explain(before, request.facts), explain(after, request.facts)];
  const comparison = compare(request, { before: () => was, after: () => is });
  const expected = expectationIn(expectation);
  return {
    kind: comparison.kind,
    simulated: renderText([comparison], SUBJECT),
    explained: [renderVerdict(was), renderVerdict(is)] as const,
    failed: [verify(expected, was), verify(expected, is)] as const,
  };
}

describe.each(Object.entries(PLACES))("where %s asks, seen is", (_place, { put, request, inForce }) => {
  const policyThatAsks = (ask: Ask): Policy => {
    const policy = policyWith((sample) => put(sample, ask));
    return inForce === undefined ? policy : inForce(policy);
  };

  test.each(ALTERATIONS)("%s", (_what, ask, change) => {
    const { kind, simulated, explained, failed } = seen(
      policyThatAsks(FULL),
      policyThatAsks(ask),
      request,
      inOneLine(EXPECTED),
    );

    expect(kind).toBe("different");
    expect(simulated).toContain(change);
    expect(explained[1]).not.toBe(explained[0]);
    expect(failed[0]).toEqual([]);
    expect(failed[1]).not.toEqual([]);
  });
});

test("another group behind the same approvers is seen by its id", () => {
  const other = "aaaaaaaa-2f7e-4f7a-9a35-0f4d9c8b7a61";
  const before = policyWith((sample) => CARD_DATA.put(sample, FULL));
  const after = policyWith((sample) => {
    CARD_DATA.put(sample, FULL);
    sample.setIn(["approvers", "aks-leads", "groups"], [other]);
  });

  const { kind, simulated, explained, failed } = seen(before, after, CARD_DATA.request, inOneLine(EXPECTED));

  expect(kind).toBe("different");
  expect(simulated).toContain(
    `(e0b6a3d4-58f1-4c2a-b7de-3a90c1f46d25) for security-duty -> after 24h also aks-leads (${other})`,
  );
  expect(explained[1]).not.toBe(explained[0]);
  expect(failed[1].map(({ what }) => what)).toEqual(["groups"]);
});

describe("how those are told who are asked is seen:", () => {
  const telling = (how: Record<string, unknown>) =>
    policyWith((sample) => {
      CARD_DATA.put(sample, FULL);
      for (const [name, value] of Object.entries(how)) sample.setIn(["approvers", "aks-leads", name], value);
    });
  const NIGHT = { between: "22:00-07:00", days: ["sat", "sun"], timezone: "Europe/Oslo" };

  test.each([
    [
      "a channel",
      { notify: ["leads"] },
      {},
      "notify tells aks-leads by leads and tells aks-leads by leads -> nothing",
    ],
    ["another channel", { notify: ["leads"] }, { notify: ["a"] }, "-> tells aks-leads by a"],
    [
      "quiet hours",
      { notify: ["leads"] },
      { notify: ["leads"], quietHours: NIGHT },
      "quietHours nothing -> reminds nobody of aks-leads on sun and sat between 22:00 and 07:00 (Europe/Oslo)",
    ],
  ])("%s", (_what, before, after, change) => {
    const was = telling(before);
    const is = telling(after);

    const { kind, simulated, explained, failed } = seen(
      was,
      is,
      CARD_DATA.request,
      "notify: [leads, security-duty]",
    );

    expect(kind).toBe("different");
    expect(simulated).toContain(change);
    expect(explained[1]).not.toBe(explained[0]);
    expect(failed).toEqual([
      [],
      "quietHours" in after
        ? []
        : [expect.objectContaining({ what: "notify", want: "leads, security-duty" })],
    ]);
  });
});

describe("where two rules ask, seen is that", () => {
  const OTHER: Ask = { approvers: ["aks-leads"], timeout: "2d" };
  const policyWithTwo = (ask: Ask): Policy =>
    policyWith((sample) => {
      CARD_DATA.put(sample, ask);
      sample.setIn(["rules", ruleCalled("prod-with-change-ticket"), "then"], { ask: OTHER });
    });
  const request = REQUEST.replace("env: prod", 'pci: "true", env: prod').replace(
    "message: null",
    "message: CHG1234567",
  );

  test("they no longer need different people", () => {
    const { kind, simulated, explained, failed } = seen(
      policyWithTwo({ ...FULL, distinctPeople: true }),
      policyWithTwo(FULL),
      request,
      "distinctPeople: true",
    );

    expect(kind).toBe("different");
    expect(simulated).toContain(
      "distinctPeople different people for 2 of aks-platform, 1 of security-duty and 1 of aks-leads -> different people for 2 of aks-platform and 1 of security-duty  ",
    );
    expect(explained[0]).toContain(
      "\n  different people for 2 of aks-platform, 1 of security-duty and 1 of aks-leads\n",
    );
    expect(explained[1]).toContain("\n  different people for 2 of aks-platform and 1 of security-duty\n");
    expect(failed).toEqual([[], [{ what: "distinctPeople", want: "true", got: "false" }]]);
  });
});

test("explain shows every term of an ask, each on a line", () => {
  const policy = policyWith((sample) => CARD_DATA.put(sample, FULL));

  const [, ...lines] = renderVerdict(explain(policy, requestIn(CARD_DATA.request).facts)).split("\n");

  expect(lines.slice(0, 8)).toEqual([
    "  asks 2 of aks-platform (6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61), after 24h also aks-leads (e0b6a3d4-58f1-4c2a-b7de-3a90c1f46d25)",
    "  asks 1 of security-duty (c2a4f1de-7b3c-4e43-8a10-52f0c3b7a9d2), after 24h also aks-leads (e0b6a3d4-58f1-4c2a-b7de-3a90c1f46d25)",
    "  different people for 2 of aks-platform and 1 of security-duty",
    "  tells security-duty by security-duty",
    "  an approval must say why",
    "  a review needs a sign-in with the authentication context c1",
    "  whoever asked must not be among those who approve, which is 1f2e3d4c-0000-4000-8000-00000000da7a",
    "  reminds every 8h; after 2d it is rejected for good",
  ]);
});

test("as long as nobody knows who asked, explain says so, and that one more is needed", () => {
  const policy = policyWith((sample) => CARD_DATA.put(sample, FULL));
  const text = CARD_DATA.request.replace(/requesterId: .*/, "requesterId: unknown()");

  const rendered = renderVerdict(explain(policy, requestIn(text).facts));

  expect(rendered).toContain("\n  asks 3 of aks-platform (");
  expect(rendered).toContain(
    "\n  whoever asked must not be among those who approve, and nobody knows who that is\n",
  );
});

describe("another policy, and what is done otherwise:", () => {
  test.each([
    [
      "a reject with another reason",
      "reject: { reason: One. }",
      "reject: { reason: Two. }",
      "reject -> reject (otherwise): reason One. -> Two.",
    ],
    ["the same reject", "reject: { reason: One. }", "reject: { reason: One. }", "reject -> reject: 1"],
  ])("%s", (_what, before, after, said) => {
    const rejecting = (outcome: string) => load(aFile("", { byDefault: outcome }));
    const judges = [rejecting(before), rejecting(after)] as const;

    const comparison = compare(requestIn(REQUEST), {
      before: (facts) => explain(judges[0], facts),
      after: (facts) => explain(judges[1], facts),
    });

    expect(renderText([comparison], SUBJECT)).toContain(said);
  });

  test("a freeze that is over at another time", () => {
    const frozen = (until: string): Policy =>
      policyWith((sample) => {
        sample.setIn(
          ["freeze"],
          parse(`[{ name: f, when: { time: { from: 2026-12-01T00:00Z, until: ${until} } }, then: wait }]`),
        );
      });
    const [before, after] = [frozen("2027-01-01T00:00Z"), frozen("2027-01-02T00:00Z")];

    const comparison = compare(requestIn(REQUEST), {
      before: (facts) => explain(before, facts),
      after: (facts) => explain(after, facts),
    });

    expect(forMachines([comparison]).requests[0]).toMatchObject({
      kind: "different",
      changes: [{ what: "until", before: "2027-01-01T00:00:00.000Z", after: "2027-01-02T00:00:00.000Z" }],
    });
  });
});
