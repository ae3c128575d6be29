import { describe, expect, test } from "vitest";
import { policyChangeEntries } from "../../../shared/approval/policy-change.ts";
import { AuditRecord } from "../../../shared/request/record.ts";
import { ApprovalRequest } from "../../../shared/request/request.ts";
import { aPolicy } from "../../fixtures/builders.ts";
import { judgementBy } from "../../fixtures/entries.ts";

/** As version 0.1 wrote them, before there were modes, freezes, escalations and facts on record. */
const CLUSTER =
  "/subscriptions/9f1c0d7a-53c4-4f8e-9c0f-8d2f6a1b7e43/resourcegroups/rg-aks/providers/microsoft.containerservice/managedclusters/aks-prod";
const HASH = "ab".repeat(32);
const of = {
  connectionId: `${CLUSTER}/privateendpointconnections/pe-payments.1`,
  clusterId: CLUSTER,
  privateEndpointId:
    "/subscriptions/3e9e0d50-1ff8-4789-acc6-7d571bd52f17/resourcegroups/rg-payments/providers/microsoft.network/privateendpoints/pe-payments",
  consumerSubscription: "3e9e0d50-1ff8-4789-acc6-7d571bd52f17",
};
const requirement = {
  requirements: [{ approvers: ["platform"], groups: ["6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61"], quorum: 1 }],
  timeoutMs: 86_400_000,
  remindAfterMs: 14_400_000,
  onTimeout: "expire",
};
const finding = {
  field: "cluster.tags.env",
  expected: '"test"',
  actual: { kind: "value", value: "prod" },
  result: "no",
};
const verdict = {
  kind: "ask",
  requirement,
  because: "No rule matched, so the default asks 1 of platform, within 24h.",
  decidedBy: [{ name: "default", line: 6 }],
  undecided: [],
  rules: [{ name: "test", line: 9, outcome: "approve", result: "notMatched", when: [finding], unless: [] }],
  rulesOmitted: 0,
  nearMisses: [{ name: "test", line: 9, outcome: "approve", failed: [finding], blockedBy: [] }],
  unknownFacts: [],
  policyHash: HASH,
};
const assessed = {
  requestId: `pec-${"0".repeat(32)}`,
  seq: 2,
  at: "2026-03-02T09:00:00.000Z",
  ...of,
  actor: { kind: "rule", rules: ["default"] },
  policyHash: HASH,
  correlationId: null,
  sentence: "ask by default (line 6): 1 of platform, within 24h",
  kind: "assessed",
  verdict,
};
const request = {
  id: `pec-${"0".repeat(32)}`,
  state: "waiting",
  outcome: null,
  ...of,
  requestMessage: "for payments",
  flags: [],
  source: "sweep",
  receivedAt: "2026-03-02T09:00:00.000Z",
  updatedAt: "2026-03-02T09:00:00.000Z",
  closedAt: null,
  verdict,
  policyHash: HASH,
  requirement,
  askedSeq: 3,
  deadline: "2026-03-03T09:00:00.000Z",
  remindAt: "2026-03-02T13:00:00.000Z",
  reviews: [],
  decision: null,
  intent: null,
  applied: false,
  failure: null,
  failures: 0,
  round: 1,
  seq: 3,
};

describe("what an earlier version stored is still understood", () => {
  test("an assessment: without facts, and without a word about the policy before", () => {
    const record = AuditRecord.parse(assessed);

    expect(record).toMatchObject({ ...assessed, facts: null, previousPolicyHash: null });
    expect(record).toMatchObject({
      verdict: {
        wouldHave: null,
        requirement: { reasonRequired: false, excludedReviewer: null, requirements: [{ escalation: null }] },
        rules: [{ mode: "enforce", anyOf: [] }],
      },
    });
  });

  test("a question to people: nobody is kept out, and it is escalated to nobody", () => {
    const asked = {
      ...assessed,
      seq: 3,
      kind: "asked",
      verdict: undefined,
      requirement,
      deadline: request.deadline,
      remindAt: request.remindAt,
    };

    expect(AuditRecord.parse(asked)).toMatchObject({
      requirement: { excludedReviewer: null, reasonRequired: false },
    });
  });

  test("a request: it waits for no moment, and everything else is as it was", () => {
    expect(ApprovalRequest.parse(request)).toMatchObject({ ...request, deferredUntil: null });
  });

  test("a request that waits goes on doing so when today's policy asks the same people", () => {
    const policy = aPolicy();

    const entries = policyChangeEntries(ApprovalRequest.parse(request), policy.hash, judgementBy(policy));

    expect(entries.map(({ kind }) => kind)).toEqual(["policyChanged", "assessed"]);
  });
});
