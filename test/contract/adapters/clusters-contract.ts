import { describe, expect, test } from "vitest";
import { ClusterId, ClusterScope, PrivateEndpointId } from "../../../shared/connection/arm-id.ts";
import { aClusterId, anEndpoint, CONSUMER, PROVIDER } from "../../fixtures/builders.ts";
import { type OpenArm, spelledCluster } from "./kit/arm-under-test.ts";

/** What every `Clusters` must do. */
export function clustersContract(name: string, open: OpenArm): void {
  describe(`Clusters: ${name}`, () => {
    describe("reading", () => reading(open));
    describe("listing a scope", () => listing(open));
    describe("the targets of a private endpoint", () => targets(open));
  });
}

function reading(open: OpenArm): void {
  test("a cluster is given under its key, with everything else as ARM spells it", async () => {
    const arm = await open();
    const id = await arm.createCluster({
      id: spelledCluster("Aks-Prod", "RG-Aks"),
      location: "westeurope",
      tags: { Env: "Prod", "cost center": "42" },
      nodeResourceGroup: "MC_RG-Aks_Aks-Prod_westeurope",
      isPrivate: true,
    });

    expect(await arm.clusters.read(id)).toEqual({
      id: aClusterId("aks-prod", "rg-aks"),
      location: "westeurope",
      tags: { Env: "Prod", "cost center": "42" },
      nodeResourceGroup: "MC_RG-Aks_Aks-Prod_westeurope",
      isPrivate: true,
    });
  });

  test("a public cluster is not private", async () => {
    const arm = await open();
    const id = await arm.createCluster({ isPrivate: false });

    expect(await arm.clusters.read(id)).toMatchObject({ isPrivate: false });
  });

  test("one that is not there is null", async () => {
    const arm = await open();

    expect(await arm.clusters.read(aClusterId("nowhere"))).toBeNull();
  });
}

/** One cluster in the consumer's subscription, and in the provider's two in one group and one in a similar one. */
async function fourClusters(open: OpenArm) {
  const arm = await open();
  for (const id of [
    spelledCluster("Aks-Prod", "RG-Aks"),
    spelledCluster("Aks-Prod-2", "RG-Aks"),
    spelledCluster("Aks-Prod", "RG-Aks-2"),
    spelledCluster("Aks-Prod", "RG-Aks", CONSUMER),
  ]) {
    await arm.createCluster({ id });
  }
  return arm;
}

const provider = `/subscriptions/${PROVIDER}`;

function listing(open: OpenArm): void {
  test.each<[string, string, string[]]>([
    [
      "a subscription has the clusters of all its groups",
      provider,
      ["rg-aks/aks-prod", "rg-aks/aks-prod-2", "rg-aks-2/aks-prod"],
    ],
    ["a group has its own", `${provider}/resourceGroups/RG-AKS`, ["rg-aks/aks-prod", "rg-aks/aks-prod-2"]],
    ["a cluster has itself", spelledCluster("AKS-prod", "rg-AKS"), ["rg-aks/aks-prod"]],
    ["a group without clusters has nothing", `${provider}/resourceGroups/rg`, []],
  ])("%s", async (_case, scope, expected) => {
    const arm = await fourClusters(open);

    const { items: found } = await arm.clusters.listIn(ClusterScope.parse(scope));

    const named = (id: string) => id.split("/");
    expect(found.map(({ id }) => `${named(id)[4]}/${named(id)[8]}`).toSorted()).toEqual(expected.toSorted());
  });

  test("a cluster that is not there is a fault: our settings name it", async () => {
    const arm = await fourClusters(open);

    const list = arm.clusters.listIn(ClusterScope.parse(spelledCluster("Aks")));

    await expect(list).rejects.toMatchObject({ code: "REFUSED", message: expect.stringContaining("/aks") });
  });

  test("what is listed is what is read, one by one", async () => {
    const arm = await fourClusters(open);

    const { items: found } = await arm.clusters.listIn(ClusterScope.parse(provider));

    expect(found).toHaveLength(3);
    expect(found).toEqual(await Promise.all(found.map(({ id }) => arm.clusters.read(id))));
  });
}

function targets(open: OpenArm): void {
  test.each(["manual", "automatic"] as const)("a %s one points at its cluster", async (form) => {
    const arm = await open();
    const cluster = await arm.createCluster({ isPrivate: true });
    const endpoint = await arm.createEndpoint(cluster, form);

    expect(await arm.clusters.targetsOf(endpoint)).toEqual([ClusterId.parse(cluster)]);
  });

  test("there are none, not even an empty list, when the endpoint is not there", async () => {
    const arm = await open();

    expect(await arm.clusters.targetsOf(PrivateEndpointId.parse(anEndpoint("nowhere")))).toBeNull();
  });
}
