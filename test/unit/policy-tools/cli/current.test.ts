import { describe, expect, test } from "vitest";
import { ClusterScope } from "../../../../shared/connection/arm-id.ts";
import { Fault } from "../../../../shared/connection/fault.ts";
import { currentRequests, type World } from "../../../../shared/policy-tools/cli/current.ts";
import { ArmWorld } from "../../../fixtures/arm-world.ts";
import {
  aCluster,
  aClusterId,
  aConnection,
  aConnectionId,
  anEndpoint,
  CONSUMER,
  NINE,
  PROVIDER,
} from "../../../fixtures/builders.ts";
import { aFactSources } from "../../../fixtures/fact-sources.ts";

const world = (arm: ArmWorld, differences: Partial<World> = {}): World => ({
  scopes: [ClusterScope.parse(`/subscriptions/${PROVIDER}`)],
  clusters: arm.clusters,
  connections: arm.connections,
  sources: aFactSources(),
  audit: null,
  now: () => Date.parse(NINE),
  ...differences,
});

const OWN = anEndpoint("kube-apiserver", "MC_rg-aks_aks-prod_westeurope", PROVIDER);

describe("the requests of now are", () => {
  test("the Pending connections of private clusters, with the facts that a policy uses", async () => {
    const arm = new ArmWorld().put(aCluster(), aConnection());

    const { requests, troubles } = await currentRequests(world(arm), new Set(["consumer.tenant"]), false);

    expect(requests).toEqual([
      expect.objectContaining({
        at: NINE,
        endpoint: `${CONSUMER}/rg-payments/pe-payments`,
        cluster: "aks-prod",
        verdict: null,
        facts: expect.objectContaining({
          message: { kind: "value", value: "for payments" },
          consumer: {
            tenant: { kind: "value", value: "33333333-3333-4333-8333-333333333333" },
            tags: { kind: "unknown", cause: "no rule uses it" },
            managementGroups: { kind: "unknown", cause: "no rule uses it" },
          },
        }),
      }),
    ]);
    expect(troubles).toEqual([]);
  });

  test("those of every status, when they are asked for", async () => {
    const arm = new ArmWorld().put(aCluster(), aConnection({ status: "Approved" }));

    expect((await currentRequests(world(arm), new Set(), false)).requests).toEqual([]);
    expect((await currentRequests(world(arm), new Set(), true)).requests).toHaveLength(1);
  });

  test("neither a cluster's own connection, nor those of a cluster that is not private", async () => {
    const open = aCluster({ id: aClusterId("aks-open"), isPrivate: false });
    const arm = new ArmWorld().put(
      aCluster(),
      aConnection({ endpoint: OWN }),
      open,
      aConnection({ id: aConnectionId("pe.1", open.id) }),
    );

    expect((await currentRequests(world(arm), new Set(), false)).requests).toEqual([]);
  });

  test("those that can be read, and a word on what cannot", async () => {
    const other = aCluster({ id: aClusterId("aks-two") });
    const arm = new ArmWorld().put(aCluster(), other, aConnection({ id: aConnectionId("pe.1", other.id) }));
    arm.trouble(
      "listConnections",
      new Fault("FORBIDDEN", "You may not.", { armCode: "AuthorizationFailed" }),
    );

    const { requests, troubles } = await currentRequests(world(arm), new Set(), false);

    expect(requests.map(({ cluster }) => cluster)).toEqual(["aks-two"]);
    expect(troubles).toEqual([`${aCluster().id} cannot be looked at: AuthorizationFailed: You may not.`]);
  });
});
