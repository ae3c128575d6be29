import { describe, expect, test } from "vitest";
import {
  AKS,
  anArm,
  aPendingConnection,
  aPrivateCluster,
  clusterPath,
  endpointPath,
  NETWORK,
  PROVIDER,
} from "./world.ts";

describe("managed clusters, through Azure's own client", () => {
  test("a cluster is created, found in any case and spelling, and updated", async () => {
    const arm = await anArm();
    const clusters = arm.client().managedClusters;

    await clusters.createOrUpdate("Rg1", "Prod", {
      location: "westeurope",
      tags: { env: "prod" },
      apiServerAccessProfile: { enablePrivateCluster: true },
    });
    await clusters.createOrUpdate("rg1", "PROD", {
      location: "westeurope",
      tags: { env: "test" },
      apiServerAccessProfile: { enablePrivateCluster: true },
    });

    expect(await clusters.get("RG1", "prod")).toMatchObject({
      id: clusterPath("Prod", "Rg1"),
      name: "Prod",
      type: "Microsoft.ContainerService/managedClusters",
      location: "westeurope",
      tags: { env: "test" },
      nodeResourceGroup: "MC_Rg1_Prod_westeurope",
      provisioningState: "Succeeded",
      apiServerAccessProfile: { enablePrivateCluster: true },
    });
  });

  test("lists by subscription and by resource group follow every page", async () => {
    const arm = await anArm({ pageSize: 2 });
    const clusters = arm.client().managedClusters;
    for (const [group, name] of [
      ["rg1", "a"],
      ["rg1", "b"],
      ["rg1", "c"],
      ["rg10", "d"],
      ["other", "e"],
    ] as const) {
      await clusters.createOrUpdate(group, name, { location: "westeurope" });
    }

    const names = async (pages: AsyncIterable<{ name?: string }>) =>
      (await Array.fromAsync(pages)).map(({ name }) => name).sort();

    expect(await names(clusters.list())).toEqual(["a", "b", "c", "d", "e"]);
    expect(await names(clusters.listByResourceGroup("RG1"))).toEqual(["a", "b", "c"]);
    expect(await names(clusters.listByResourceGroup("nowhere"))).toEqual([]);
    expect(await names(arm.client("00000000-0000-4000-8000-0000000000ff").managedClusters.list())).toEqual(
      [],
    );
  });

  test("a cluster that is not private has no connections; it cannot become private later", async () => {
    const arm = await anArm();
    const client = arm.client();
    await client.managedClusters.createOrUpdate("rg1", "c1", { location: "westeurope" });

    const change = client.managedClusters.createOrUpdate("rg1", "c1", {
      location: "westeurope",
      apiServerAccessProfile: { enablePrivateCluster: true },
    });

    await expect(change).rejects.toMatchObject({ code: "PropertyChangeNotAllowed" });
    expect(await client.privateEndpointConnections.list("rg1", "c1")).toEqual({ value: [] });
  });

  test("deleted, it leaves its consumers Disconnected", async () => {
    const arm = await anArm();
    await aPendingConnection(arm);
    const clusters = arm.client().managedClusters;

    await clusters.delete("rg1", "c1", { updateIntervalInMs: 20 });

    await expect(clusters.get("rg1", "c1")).rejects.toMatchObject({
      statusCode: 404,
      code: "ResourceNotFound",
    });
    const { body } = await arm.send("GET", endpointPath("pe1") + NETWORK);
    expect(
      body.properties.manualPrivateLinkServiceConnections[0].properties.privateLinkServiceConnectionState
        .status,
    ).toBe("Disconnected");
    expect((await arm.send("DELETE", clusterPath("c1") + AKS)).status).toBe(204);
  });

  test("another subscription's cluster of the same name is another cluster", async () => {
    const arm = await anArm();
    await aPrivateCluster(arm);

    const elsewhere = clusterPath("c1").replace(PROVIDER, "00000000-0000-4000-8000-0000000000aa");

    expect((await arm.send("GET", elsewhere + AKS)).status).toBe(404);
  });
});
