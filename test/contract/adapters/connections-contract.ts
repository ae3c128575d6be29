import { describe, expect, test } from "vitest";
import { connectionIdOf } from "../../../shared/connection/arm-id.ts";
import type { PrivateEndpointConnection } from "../../../shared/connection/connection.ts";
import type { Connections } from "../../../shared/connection/port.ts";
import { aClusterId, aConnectionId, anEndpoint } from "../../fixtures/builders.ts";
import { type OpenArm, spelledCluster } from "./kit/arm-under-test.ts";

/** What every `Connections` must do. */
export function connectionsContract(name: string, open: OpenArm): void {
  describe(`Connections: ${name}`, () => {
    describe("reading", () => reading(open));
    describe("listing", () => listing(open));
    describe("answering", () => answering(open));
  });
}

/** The connection as ARM shows it now; a test's Given that it exists. */
async function shown(connections: Connections, id: PrivateEndpointConnection["id"]) {
  const connection = await connections.read(id);
  if (connection === null) throw new Error(`There is no ${id}.`);
  return connection;
}

function reading(open: OpenArm): void {
  test("a connection is given with its endpoint as ARM spells it, and as a key", async () => {
    const arm = await open();
    const cluster = await arm.createCluster();
    const endpoint = anEndpoint("Pe-Payments", "RG-Payments");
    const id = await arm.connect(cluster, { name: "Pe-Payments.1", endpoint, message: "for payments" });

    expect(await arm.connections.read(id)).toEqual({
      id: `${cluster}/privateendpointconnections/pe-payments.1`,
      clusterId: aClusterId(),
      name: "Pe-Payments.1",
      privateEndpoint: endpoint,
      privateEndpointId: endpoint.toLowerCase(),
      status: "Pending",
      description: "for payments",
    });
  });

  test.each(["Pending", "Approved", "Rejected", "Disconnected"] as const)(
    "one that is %s is given as that",
    async (status) => {
      const arm = await open();
      const id = await arm.connect(await arm.createCluster(), { status });

      expect(await arm.connections.read(id)).toMatchObject({ status });
    },
  );

  test("one that is not there is null, whether its cluster is there or not", async () => {
    const arm = await open();
    const cluster = await arm.createCluster();
    const gone = await arm.connect(cluster);
    await arm.disconnect(gone);

    expect(await arm.connections.read(gone)).toBeNull();
    expect(await arm.connections.read(aConnectionId("x", aClusterId("nowhere")))).toBeNull();
  });
}

function listing(open: OpenArm): void {
  test("all connections of the cluster are given, in every state, and no other cluster's", async () => {
    const arm = await open();
    const cluster = await arm.createCluster();
    const other = await arm.createCluster({ id: spelledCluster("Aks-Prod-2") });
    const ids = [
      await arm.connect(cluster, { name: "a.1", status: "Pending" }),
      await arm.connect(cluster, { name: "b.1", status: "Rejected" }),
      await arm.connect(cluster, { name: "c.1", status: "Approved" }),
    ];
    await arm.connect(other, { name: "d.1" });

    const listed = await arm.connections.list(cluster);

    expect(listed?.items.map(({ id }) => id).toSorted()).toEqual(ids);
  });

  test("what is listed is what is read, one by one", async () => {
    const arm = await open();
    const cluster = await arm.createCluster({ isPrivate: true });
    await arm.connect(cluster, { name: "a.1", message: "one" });
    await arm.connect(cluster, { name: "b.1", status: "Approved", message: "two" });

    const listed = (await arm.connections.list(cluster))?.items ?? [];

    expect(listed.length).toBeGreaterThanOrEqual(2);
    expect(listed).toEqual(await Promise.all(listed.map(({ id }) => arm.connections.read(id))));
  });

  test("a cluster without connections has an empty list; one that is not there has none", async () => {
    const arm = await open();
    const cluster = await arm.createCluster();

    expect(await arm.connections.list(cluster)).toEqual({ items: [], unreadable: [] });
    expect(await arm.connections.list(aClusterId("nowhere"))).toBeNull();
  });
}

function answering(open: OpenArm): void {
  test.each(["Approved", "Rejected"] as const)(
    "%s is written, and the next read shows it",
    async (answer) => {
      const arm = await open();
      const id = await arm.connect(await arm.createCluster());
      const before = await shown(arm.connections, id);

      await arm.connections.answer(before, answer, "by rule payments");

      expect(await arm.connections.read(id)).toEqual({
        ...before,
        status: answer,
        description: "by rule payments",
      });
    },
  );

  test("every write has a correlation id of its own", async () => {
    const arm = await open();
    const connection = await shown(arm.connections, await arm.connect(await arm.createCluster()));

    const first = await arm.connections.answer(connection, "Approved", "yes");
    const second = await arm.connections.answer(connection, "Approved", "yes");

    expect([first, second]).toEqual([expect.stringMatching(/.+/), expect.stringMatching(/.+/)]);
    expect(first).not.toBe(second);
  });

  test("other connections of the cluster stay as they are", async () => {
    const arm = await open();
    const cluster = await arm.createCluster();
    const connection = await shown(arm.connections, await arm.connect(cluster, { name: "a.1" }));
    const neighbour = await arm.connect(cluster, { name: "a.11" });

    await arm.connections.answer(connection, "Rejected", "no");

    expect(await arm.connections.read(neighbour)).toMatchObject({ status: "Pending" });
  });

  test("a connection that is gone is a Fault that may pass, and none is made", async () => {
    const arm = await open();
    const cluster = await arm.createCluster();
    const connection = await shown(arm.connections, await arm.connect(cluster));
    await arm.disconnect(connection.id);

    const answer = arm.connections.answer(connection, "Approved", "yes");

    await expect(answer).rejects.toMatchObject({ name: "Fault", code: "BUSY", isTransient: true });
    expect(await arm.connections.read(connection.id)).toBeNull();
  });

  test.each([
    ["was rejected before", { status: "Rejected" }, {}],
    ["belongs to another endpoint by now", {}, { endpoint: anEndpoint("pe-somebody-else") }],
  ] as const)("a connection that %s is a Fault for good, and stays as it is", async (_case, wish, change) => {
    const arm = await open();
    const cluster = await arm.createCluster();
    const connection = await shown(arm.connections, await arm.connect(cluster, wish));
    const now = await shown(arm.connections, await arm.connect(cluster, { ...wish, ...change }));

    const answer = arm.connections.answer(connection, "Approved", "yes");

    await expect(answer).rejects.toMatchObject({ name: "Fault", code: "REFUSED", isTransient: false });
    expect(await arm.connections.read(connection.id)).toEqual(now);
  });

  test("the answer reaches a connection that ARM knows by another spelling", async () => {
    const arm = await open();
    const cluster = await arm.createCluster({ id: spelledCluster("AKS-PROD", "RG-AKS") });
    await arm.connect(cluster, { name: "PE-Payments.ABC" });
    const connection = await shown(arm.connections, connectionIdOf(cluster, "pe-payments.abc"));

    await arm.connections.answer(connection, "Approved", "yes");

    expect(await arm.connections.read(connectionIdOf(cluster, "pe-PAYMENTS.abc"))).toMatchObject({
      status: "Approved",
    });
  });
}
