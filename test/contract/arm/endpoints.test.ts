import { describe, expect, test } from "vitest";
import {
  AKS,
  type ArmWorld,
  anArm,
  aPrivateCluster,
  CONSUMER,
  clusterPath,
  endpointPath,
  NETWORK,
  putEndpoint,
} from "./world.ts";

/** The connections that consumers made, by the cluster's own view. */
async function asked(arm: ArmWorld) {
  const { value = [] } = await arm.client().privateEndpointConnections.list("rg1", "c1");
  return value
    .filter(({ name }) => !name?.startsWith("kube-apiserver."))
    .map(({ name, privateEndpoint, privateLinkServiceConnectionState: state }) => ({
      name,
      of: privateEndpoint?.id,
      ...state,
    }));
}

describe("a consumer's private endpoint", () => {
  test("asks: the connection is Pending, named after the endpoint and a guid, and carries the consumer's words", async () => {
    const arm = await anArm();
    await aPrivateCluster(arm);

    const reply = await putEndpoint(arm, { name: "sql-tools", requestMessage: "for the sql team" });

    expect(reply.status).toBe(201);
    expect(await asked(arm)).toEqual([
      {
        name: expect.stringMatching(/^sql-tools\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        of: endpointPath("sql-tools"),
        status: "Pending",
        description: "for the sql team",
      },
    ]);
    expect(reply.body).toMatchObject({
      id: endpointPath("sql-tools"),
      type: "Microsoft.Network/privateEndpoints",
    });
  });

  test("asked for twice is one connection; other words replace the description while it is Pending", async () => {
    const arm = await anArm();
    await aPrivateCluster(arm);
    await putEndpoint(arm, { requestMessage: "first" });
    const [before] = await asked(arm);

    const again = await putEndpoint(arm, { requestMessage: "second" });

    expect(again.status).toBe(200);
    expect(await asked(arm)).toEqual([{ ...before, description: "second" }]);
  });

  test("answered, keeps the provider's words whatever the consumer says", async () => {
    const arm = await anArm();
    await aPrivateCluster(arm);
    await putEndpoint(arm);
    const [connection] = await asked(arm);
    await arm.client().privateEndpointConnections.update("rg1", "c1", connection?.name ?? "", {
      privateLinkServiceConnectionState: { status: "Rejected", description: "no" },
    });

    await putEndpoint(arm, { requestMessage: "please!" });

    expect(await asked(arm)).toMatchObject([{ status: "Rejected", description: "no" }]);
  });

  test("in the auto-approval form is Approved at once", async () => {
    const arm = await anArm();
    await aPrivateCluster(arm);

    await putEndpoint(arm, { automatic: true });

    expect(await asked(arm)).toMatchObject([{ status: "Approved", description: "Auto Approved" }]);
  });

  test("deleted, takes its connection along; made again, it gets another name", async () => {
    const arm = await anArm();
    await aPrivateCluster(arm);
    await putEndpoint(arm);
    const [before] = await asked(arm);

    const deleted = await arm.send("DELETE", endpointPath("pe1") + NETWORK);
    const gone = await asked(arm);
    await putEndpoint(arm);

    expect(deleted.status).toBe(200);
    expect(gone).toEqual([]);
    expect((await asked(arm))[0]?.name).not.toBe(before?.name);
    expect((await arm.send("DELETE", endpointPath("pe2") + NETWORK)).status).toBe(204);
  });

  test("is announced in the consumer's subscription only, without its target", async () => {
    const arm = await anArm();
    await aPrivateCluster(arm);

    await putEndpoint(arm);
    await arm.send("DELETE", endpointPath("pe1") + NETWORK);

    await expect.poll(() => arm.events).toHaveLength(2);
    const [written, deleted] = arm.events;
    expect(arm.events.map(({ topic, subject }) => ({ topic, subject }))).toEqual(
      Array(2).fill({ topic: `/subscriptions/${CONSUMER}`, subject: endpointPath("pe1") }),
    );
    expect(written).toMatchObject({
      eventType: "Microsoft.Resources.ResourceWriteSuccess",
      data: { operationName: "Microsoft.Network/privateEndpoints/write" },
    });
    expect(deleted).toMatchObject({
      eventType: "Microsoft.Resources.ResourceDeleteSuccess",
      data: { operationName: "Microsoft.Network/privateEndpoints/delete" },
    });
    expect(written?.data).not.toHaveProperty("httpRequest");
    expect(JSON.stringify(written)).not.toContain("managedClusters");
  });

  test.each([
    ["a cluster that does not exist", { clusterId: clusterPath("nowhere") }, "InvalidResourceReference"],
    ["something that is no cluster", { clusterId: "/subscriptions/x" }, "InvalidResourceReference"],
    ["a cluster that is not private", { clusterId: clusterPath("public") }, "OperationNotAllowed"],
    ["another sub-resource", { groupIds: ["blob"] }, "InvalidRequestContent"],
    ["more words than fit", { requestMessage: "x".repeat(141) }, "InvalidRequestContent"],
  ])("is refused for %s", async (_case, wish, code) => {
    const arm = await anArm();
    await aPrivateCluster(arm);
    await arm.send("PUT", clusterPath("public") + AKS, { body: { location: "westeurope" } });

    const reply = await putEndpoint(arm, wish);

    expect(reply).toMatchObject({ status: 400, body: { error: { code } } });
    expect(await asked(arm)).toEqual([]);
    expect((await arm.send("GET", endpointPath("pe1") + NETWORK)).status).toBe(404);
  });

  test("cannot move to another cluster", async () => {
    const arm = await anArm();
    await aPrivateCluster(arm);
    await aPrivateCluster(arm, "c2");
    await putEndpoint(arm);

    const reply = await putEndpoint(arm, { clusterId: clusterPath("c2") });

    expect(reply).toMatchObject({
      status: 400,
      body: { error: { code: "CannotChangePrivateLinkConnectionOnPrivateEndpoint" } },
    });
  });
});
