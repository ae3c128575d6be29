import { describe, expect, test } from "vitest";
import { judgementEntries, nextReminder, refuse } from "../../../shared/approval/consequence.ts";
import { wakeAt } from "../../../shared/approval/wait.ts";
import { isOwnConnection } from "../../../shared/connection/own-connection.ts";
import type { Policy } from "../../../shared/policy/index.ts";
import {
  APPROVES,
  aCluster,
  aConnection,
  aConnectionId,
  anEndpoint,
  aPolicy,
  aRequest,
  DAY,
  followed,
  HOUR,
  later,
  NINE,
  PROVIDER,
  REJECTS,
} from "../../fixtures/builders.ts";
import { aRequirement, judgementBy } from "../../fixtures/entries.ts";

const NODES = "mc_rg-aks_aks-prod_westeurope";

/** A request after this policy judged it. */
const judged = (policy: Policy, request = aRequest({})) =>
  followed(request, judgementEntries(request, judgementBy(policy, request), NINE));

describe("isOwnConnection: its private endpoint lives in the cluster's node resource group", () => {
  test.each([
    ["there", anEndpoint("kube-apiserver", NODES, PROVIDER), true],
    ["there, whatever its name", anEndpoint("anything", NODES, PROVIDER), true],
    ["there, spelled otherwise", anEndpoint("kube-apiserver", NODES.toUpperCase(), PROVIDER), true],
    ["a group of that name elsewhere", anEndpoint("kube-apiserver", NODES), false],
    ["another group there", anEndpoint("kube-apiserver", "rg-nodes", PROVIDER), false],
    ["a group whose name only begins so", anEndpoint("kube-apiserver", `${NODES}2`, PROVIDER), false],
    ["unknown", null, false],
  ])("%s", (_name, endpoint, expected) => {
    const request = aRequest({ connection: aConnection({ endpoint }) });

    expect(isOwnConnection(request, aCluster())).toBe(expected);
  });

  test("it is left alone for good", () => {
    const request = followed(aRequest({}), refuse(aRequest({})));

    expect(request).toMatchObject({ state: "closed", closure: { outcome: "refused" } });
  });

  test.each([
    ["named so", "kube-apiserver.3cd95037", true],
    ["named otherwise", "pe-payments.1", false],
  ])("where ARM does not say whose the endpoint is, a connection %s: %s", (_name, name, expected) => {
    const request = aRequest({ connection: aConnection({ id: aConnectionId(name), endpoint: null }) });

    expect(isOwnConnection(request, aCluster())).toBe(expected);
  });

  test("a consumer's endpoint that is merely named so is judged like any other, and flagged", () => {
    const connection = aConnection({
      id: aConnectionId("kube-apiserver.3cd95037"),
      endpoint: anEndpoint("kube-apiserver"),
    });
    const request = aRequest({ connection });

    expect(isOwnConnection(request, aCluster())).toBe(false);
    expect(request.flags).toEqual(["named like a cluster's own connection"]);
    expect(judged(aPolicy(APPROVES), request).state).toBe("applying");
  });
});

describe("judge", () => {
  test("approve: decided by the rule", () => {
    const request = judged(aPolicy(APPROVES));

    expect(request).toMatchObject({
      state: "applying",
      decision: { decision: "approve", by: { kind: "rule", rules: ["payments"] } },
      verdict: { kind: "approve" },
    });
    expect(request.policyHash).toBe(aPolicy(APPROVES).hash);
  });

  test("reject: decided by the rule, for its reason", () => {
    const request = judged(aPolicy(REJECTS));

    expect(request).toMatchObject({
      state: "applying",
      decision: { decision: "reject", reason: "Not from here.", by: { kind: "rule", rules: ["sandbox"] } },
    });
  });

  test("reject beats approve", () => {
    expect(judged(aPolicy(APPROVES, REJECTS)).decision).toMatchObject({ decision: "reject" });
  });

  test("an empty policy asks people; nothing is decided", () => {
    const request = judged(aPolicy());

    expect(request).toMatchObject({
      state: "waiting",
      decision: null,
      ask: {
        deadline: later(DAY),
        remindAt: later(4 * HOUR),
        requirement: { requirements: [{ approvers: ["platform"], quorum: 1 }], onTimeout: "expire" },
      },
    });
  });

  test("an endpoint that ARM does not name asks people, also where a rule would approve", () => {
    const request = aRequest({ connection: aConnection({ endpoint: null }) });

    expect(judged(aPolicy(APPROVES), request).state).toBe("waiting");
  });
});

describe("the times of a wait", () => {
  test.each([
    ["in time", 4 * HOUR, 0, later(4 * HOUR)],
    ["just before the deadline", DAY - 1, 0, later(DAY - 1)],
    ["at the deadline, which is none", DAY, 0, null],
    ["after the deadline, which is none", DAY + 1, 0, null],
    ["the last one before the deadline", 4 * HOUR, 21 * HOUR, null],
    ["never", null, 0, null],
  ])("a reminder %s", (_name, remindAfterMs, passedMs, expected) => {
    const [now, deadline] = [Date.parse(NINE) + passedMs, Date.parse(NINE) + DAY];

    expect(nextReminder(aRequirement({ remindAfterMs }), now, deadline)).toBe(expected);
  });

  test.each([
    ["the reminder", aRequirement(), later(4 * HOUR)],
    ["the deadline where nobody is reminded", aRequirement({ remindAfterMs: null }), later(DAY)],
  ])("a waiting request wakes at %s", (_name, requirement, expected) => {
    const judgement = judgementBy(aPolicy());
    const verdict = { ...judgement.verdict, kind: "ask" as const, requirement };

    const request = followed(aRequest({}), judgementEntries(aRequest({}), { ...judgement, verdict }, NINE));

    expect(wakeAt(request)).toBe(expected);
    expect(wakeAt(aRequest({}))).toBeNull();
  });
});
