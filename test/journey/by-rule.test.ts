import { describe, expect, test } from "vitest";
import { connectionIdOf, endpointIdOf } from "./kit/arm.ts";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { ANSWERED, ASKED, BY_RULE, settlesOnce, trailBecomes } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

const MANAGED_IDENTITY = "d4e8fa0c-3152-4d6e-bf70-819203142534";

describe("what a rule is sure about", { timeout: TIMEOUT_MS }, () => {
  const stack = aStack();
  const { consumer, arm, api } = stack;

  test("a trusted endpoint is approved, and both sides read by what, why and under which request", async () => {
    await consumer.requests("pe-trusted-shop", { message: "The shop's new jump host" });

    await settlesOnce(stack, "pe-trusted-shop", BY_RULE);
    const { id } = await api.request("pe-trusted-shop");
    const description = `Approved by rule trusted: every condition holds [${id}]`;
    expect(description.length).toBeLessThanOrEqual(140);
    expect(await arm.connection("pe-trusted-shop")).toMatchObject({ status: "Approved", description });
    expect(await consumer.sees("pe-trusted-shop")).toMatchObject({ status: "Approved", description });
  });

  test("the one PUT is the app's own, of the documented version, and echoes the private endpoint", async () => {
    await consumer.requests("pe-trusted-echo");
    await trailBecomes(stack, "pe-trusted-echo", BY_RULE);

    const [put, ...more] = await arm.writes("pe-trusted-echo");

    expect(more).toEqual([]);
    expect(put).toMatchObject({
      apiVersion: "2026-01-01",
      caller: { appid: MANAGED_IDENTITY },
      status: 200,
      effective: true,
      body: {
        properties: {
          privateEndpoint: { id: endpointIdOf("pe-trusted-echo") },
          privateLinkServiceConnectionState: { status: "Approved" },
        },
      },
    });
    const applied = (await api.records("pe-trusted-echo")).find(({ kind }) => kind === "applied");
    expect(applied?.correlationId).toBe(put?.correlationId);
  });

  test("a sandbox is rejected for the rule's reason", async () => {
    await consumer.requests("pe-sandbox-try");

    await settlesOnce(stack, "pe-sandbox-try", BY_RULE, "Rejected");
    const { id, closure } = await api.request("pe-sandbox-try");
    expect(closure?.outcome).toBe("rejected");
    expect((await arm.connection("pe-sandbox-try")).description).toBe(
      `Rejected by rule sandbox: Sandboxes may not reach this cluster. [${id}]`,
    );
  });

  test("a reader finds the whole story by request, by rule and by outcome", async () => {
    await arm.createsCluster("aks-audited");
    await consumer.requests("pe-sandbox-audited", { cluster: "aks-audited" });
    await trailBecomes(stack, "pe-sandbox-audited", BY_RULE);
    const { id, connectionId } = await api.request("pe-sandbox-audited");
    const cy = api.as("cy");

    const whole = await cy.get(`/api/requests/${id}/audit`);
    const byRule = await cy.get("/api/audit?cluster=AKS-Audited&rule=sandbox");
    const rejected = await cy.get("/api/audit?cluster=aks-audited&outcome=rejected");
    const approved = await cy.get("/api/audit?cluster=aks-audited&outcome=approved");

    expect(connectionId).toBe(connectionIdOf(await arm.connection("pe-sandbox-audited")).toLowerCase());
    expect(whole).toMatchObject({ status: 200, body: { records: BY_RULE.map((kind) => ({ kind })) } });
    expect(byRule.body).toMatchObject({
      records: [{ kind: "applying" }, { kind: "decided" }, { kind: "assessed" }],
      nextCursor: null,
    });
    expect(rejected.body).toMatchObject({ records: [{ requestId: id, kind: "verified" }] });
    expect(approved.body).toMatchObject({ records: [] });
  });

  test("the cluster's own connection is refused on record and never written to", async () => {
    await arm.createsCluster("aks-own");
    await arm.changes("kube-apiserver", { status: "Pending", description: "" }, "aks-own");

    await stack.sweep();
    await eventually(async () =>
      expect(await stack.trail("kube-apiserver", "aks-own")).toEqual(["received", "refused"]),
    );
    await stack.sweep();

    expect(await stack.trail("kube-apiserver", "aks-own")).toEqual(["received", "refused"]);
    expect(await api.request("kube-apiserver", "aks-own")).toMatchObject({ closure: { outcome: "refused" } });
    expect(await arm.connection("kube-apiserver", "aks-own")).toMatchObject({ status: "Pending" });
    expect(await arm.writes("kube-apiserver")).toEqual([]);
  });

  test("a consumer's endpoint that is only named like it is asked about like any other, and flagged", async () => {
    await consumer.requests("kube-apiserver");

    await eventually(async () => expect(await stack.trail("kube-apiserver", "aks-1")).toEqual(ASKED));
    const { id, flags } = await api.request("kube-apiserver", "aks-1");
    await api.as("ana").post(`/api/requests/${id}/reviews`, { review: "approve", asked: 3 });

    expect(flags).toEqual(["named like a cluster's own connection"]);
    await eventually(async () =>
      expect(await stack.trail("kube-apiserver", "aks-1")).toEqual([...ASKED, ...ANSWERED]),
    );
    expect(await consumer.sees("kube-apiserver")).toMatchObject({ status: "Approved" });
  });
});
