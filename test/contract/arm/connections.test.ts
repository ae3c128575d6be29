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

const APPROVED = { privateLinkServiceConnectionState: { status: "Approved", description: "ok" } };

describe("private endpoint connections, through Azure's own client", () => {
  test("an update is answered with the new state and the spelling of the official sample", async () => {
    const arm = await anArm();
    const name = await aPendingConnection(arm);

    const updated = await arm.client().privateEndpointConnections.update("rg1", "c1", name, APPROVED);

    expect(updated).toMatchObject({
      id: `/subscriptions/${PROVIDER}/resourceGroups/rg1/providers/Microsoft.ContainerService/managedCluster/c1/privateEndpointConnections/${name}`,
      name,
      type: "Microsoft.Network/privateLinkServices/privateEndpointConnections",
      privateEndpoint: { id: endpointPath("pe1") },
      privateLinkServiceConnectionState: { status: "Approved", description: "ok" },
      provisioningState: "Succeeded",
    });
    expect(await arm.client().privateEndpointConnections.get("RG1", "C1", name.toUpperCase())).toEqual(
      updated,
    );
  });

  test("a list has all of them, the cluster's own among them, and no next link", async () => {
    const arm = await anArm({ pageSize: 1 });
    const name = await aPendingConnection(arm);

    const { value = [] } = await arm.client().privateEndpointConnections.list("rg1", "c1");

    expect(value).toHaveLength(2);
    expect(value.find((one) => one.name === name)?.privateLinkServiceConnectionState).toEqual({
      status: "Pending",
      description: "please",
    });
    expect(value.find((one) => one.name !== name)).toMatchObject({
      name: expect.stringMatching(/^kube-apiserver\.[0-9a-f-]{36}$/),
      privateEndpoint: {
        id: `/subscriptions/${PROVIDER}/resourceGroups/MC_rg1_c1_westeurope/providers/Microsoft.Network/privateEndpoints/kube-apiserver`,
      },
      privateLinkServiceConnectionState: { status: "Approved", description: "Auto Approved" },
    });
  });

  test.each([
    ["Pending", "Approved", 200],
    ["Pending", "Rejected", 200],
    ["Pending", "Pending", 200],
    ["Pending", "Disconnected", 400],
    ["Approved", "Approved", 200],
    ["Approved", "Rejected", 200],
    ["Approved", "Pending", 400],
    ["Rejected", "Rejected", 200],
    ["Rejected", "Approved", 400],
    ["Rejected", "Pending", 400],
    ["Disconnected", "Approved", 400],
    ["Disconnected", "Rejected", 400],
  ])("from %s to %s is answered %i", async (before, after, status) => {
    const arm = await anArm();
    const cluster = await aPrivateCluster(arm);
    await arm.control("POST", "connections", {
      kind: "set",
      clusterId: cluster,
      name: "x",
      status: before,
      privateEndpointId: endpointPath("pe"),
    });

    const reply = await arm.send("PUT", `${cluster}/privateEndpointConnections/x${AKS}`, {
      body: { properties: { privateLinkServiceConnectionState: { status: after } } },
    });

    const { body } = await arm.send("GET", `${cluster}/privateEndpointConnections/x${AKS}`);
    expect(reply.status).toBe(status);
    expect(body.properties.privateLinkServiceConnectionState.status).toBe(status === 200 ? after : before);
    if (status === 400)
      expect(reply.body.error).toMatchObject({
        code: "OperationNotAllowed",
        message: expect.stringContaining("create a new one"),
      });
  });

  test("the private endpoint may be echoed in any case, and never changed", async () => {
    const arm = await anArm();
    const name = await aPendingConnection(arm);
    const update = (id: string) =>
      arm
        .client()
        .privateEndpointConnections.update("rg1", "c1", name, { ...APPROVED, privateEndpoint: { id } });

    await expect(update(endpointPath("another"))).rejects.toMatchObject({
      statusCode: 400,
      code: "InvalidRequestContent",
    });
    await expect(update(endpointPath("PE1").toUpperCase())).resolves.toMatchObject({
      privateEndpoint: { id: endpointPath("pe1") },
    });
  });

  test("an update never creates a connection", async () => {
    const arm = await anArm();
    await aPrivateCluster(arm);
    const connections = arm.client().privateEndpointConnections;

    await expect(connections.update("rg1", "c1", "nobody", APPROVED)).rejects.toMatchObject({
      statusCode: 404,
      code: "ResourceNotFound",
    });
    await expect(connections.update("rg1", "no-cluster", "nobody", APPROVED)).rejects.toMatchObject({
      statusCode: 404,
    });
    await expect(connections.get("rg1", "c1", "nobody")).rejects.toMatchObject({ statusCode: 404 });
  });

  test("deleted by the provider, it leaves the cluster and the consumer sees Disconnected", async () => {
    const arm = await anArm();
    const name = await aPendingConnection(arm);
    const connections = arm.client().privateEndpointConnections;

    await connections.delete("rg1", "c1", name, { updateIntervalInMs: 20 });

    await expect(connections.get("rg1", "c1", name)).rejects.toMatchObject({ statusCode: 404 });
    const endpoint = await arm.send("GET", endpointPath("pe1") + NETWORK);
    const [link] = endpoint.body.properties.manualPrivateLinkServiceConnections;
    expect(link.properties.privateLinkServiceConnectionState.status).toBe("Disconnected");
  });

  test("a deletion is a long-running operation with both polling links; of nothing it is 204", async () => {
    const arm = await anArm();
    const path = `${clusterPath("c1")}/privateEndpointConnections/${await aPendingConnection(arm)}${AKS}`;

    const { status, headers } = await arm.send("DELETE", path);

    const operation = String(headers["azure-asyncoperation"]).slice(arm.url.length);
    const result = String(headers.location).slice(arm.url.length);
    expect(status).toBe(202);
    await expect.poll(async () => (await arm.send("GET", operation)).body.status).toBe("Succeeded");
    expect((await arm.send("GET", result)).status).toBe(204);
    expect((await arm.send("DELETE", path)).status).toBe(204);
  });

  test("both sides hear of an answer: the provider's event names the caller, the consumer's endpoint shows it", async () => {
    const arm = await anArm();
    const name = await aPendingConnection(arm);
    arm.events.length = 0;

    await arm
      .client(PROVIDER, { oid: "an-approver" })
      .privateEndpointConnections.update("rg1", "c1", name, APPROVED);

    await expect.poll(() => arm.events).toHaveLength(1);
    const subject = `${clusterPath("c1")}/privateEndpointConnections/${name}`;
    expect(arm.events[0]).toMatchObject({
      topic: `/subscriptions/${PROVIDER}`,
      subject,
      eventType: "Microsoft.Resources.ResourceWriteSuccess",
      data: {
        operationName: "Microsoft.ContainerService/managedClusters/privateEndpointConnections/write",
        resourceProvider: "Microsoft.ContainerService",
        resourceUri: subject,
        status: "Succeeded",
        subscriptionId: PROVIDER,
        claims: { "http://schemas.microsoft.com/identity/claims/objectidentifier": "an-approver" },
        httpRequest: { method: "PUT" },
      },
    });
    const { body } = await arm.send("GET", endpointPath("pe1") + NETWORK);
    expect(
      body.properties.manualPrivateLinkServiceConnections[0].properties.privateLinkServiceConnectionState,
    ).toMatchObject({
      status: "Approved",
      description: "ok",
    });
  });
});
