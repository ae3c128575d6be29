import { describe, expect, test } from "vitest";
import { aClusterId, aConnectionId, anEndpoint } from "../../fixtures/builders.ts";
import { connectionsContract } from "./connections-contract.ts";
import { inMemory } from "./kit/in-memory.ts";
import { adaptersAt, standIn } from "./kit/stand-in.ts";
import { aWire } from "./kit/wire.ts";

connectionsContract("in memory", inMemory);
connectionsContract("the adapter against the stand-in", standIn);

const UNREADABLE = { name: "Fault", code: "UNREADABLE", isTransient: false };

/** A connection as ARM sends it, with other properties. */
const sent = (properties: object, name: unknown = "pe-payments.1") => ({
  name,
  properties: {
    privateEndpoint: { id: anEndpoint() },
    privateLinkServiceConnectionState: { status: "Pending", description: "please" },
    ...properties,
  },
});

describe("what the adapter says to ARM", () => {
  test("an answer is one PUT of api-version 2026-01-01 that echoes the endpoint as it was read", async () => {
    const arm = await standIn();
    const endpoint = anEndpoint("PE-Payments", "RG-Payments");
    const id = await arm.connect(await arm.createCluster(), { name: "pe-payments.1", endpoint });
    const connection = await arm.connections.read(id);
    if (connection === null) throw new Error("It is there.");

    const correlationId = await arm.connections.answer(connection, "Approved", "by rule payments");

    expect(await arm.requests()).toMatchObject([
      { method: "GET", path: expect.stringMatching(/\/pe-payments\.1$/), apiVersion: "2026-01-01" },
      {
        method: "PUT",
        path: expect.stringMatching(
          /\/managedClusters\/aks-prod\/privateEndpointConnections\/pe-payments\.1$/,
        ),
        apiVersion: "2026-01-01",
        effective: true,
        correlationId,
      },
    ]);
    expect((await arm.requests())[1]?.body).toEqual({
      properties: {
        privateEndpoint: { id: endpoint },
        privateLinkServiceConnectionState: { status: "Approved", description: "by rule payments" },
      },
    });
  });

  test("a connection whose endpoint ARM did not name is answered without one", async () => {
    const arm = await aWire({ body: sent({ privateEndpoint: undefined }) });
    const { connections } = adaptersAt(arm.url);

    const connection = await connections.read(aConnectionId());
    if (connection === null) throw new Error("It is there.");
    const correlationId = await connections.answer(connection, "Rejected", "no");

    expect(connection).toMatchObject({ privateEndpoint: null, privateEndpointId: null });
    expect(correlationId).toBeNull();
  });
});

describe("what the adapter makes of ARM's words", () => {
  test("a description of 10,000 characters is cut to 1,024", async () => {
    const arm = await standIn();
    const cluster = await arm.createCluster();
    const id = await arm.connect(cluster, { message: "x".repeat(10_000) });

    expect((await arm.connections.read(id))?.description).toBe("x".repeat(1_024));
    expect((await arm.connections.list(cluster))?.items[0]?.description).toBe("x".repeat(1_024));
  });

  test.each([
    ["no description", { privateLinkServiceConnectionState: { status: "Pending" } }, { description: "" }],
    [
      "a status of next year",
      { privateLinkServiceConnectionState: { status: "Reviewing", description: "" } },
      { status: "Reviewing" },
    ],
    [
      "an endpoint that is no private endpoint",
      { privateEndpoint: { id: "/subscriptions/x" } },
      { privateEndpoint: "/subscriptions/x", privateEndpointId: null },
    ],
  ])("%s is taken as it is", async (_case, properties, expected) => {
    const arm = await aWire({ body: sent(properties) });

    const connection = await adaptersAt(arm.url).connections.read(aConnectionId());

    expect(connection).toMatchObject(expected);
  });

  test.each([
    ["nothing", null],
    ["an empty object", {}],
    ["a text", JSON.stringify("Pending")],
    ["no state", sent({ privateLinkServiceConnectionState: undefined })],
    ["no status", sent({ privateLinkServiceConnectionState: { description: "please" } })],
    ["a status that is no text", sent({ privateLinkServiceConnectionState: { status: 1 } })],
    ["an endpoint that is a text", sent({ privateEndpoint: { id: 42 } })],
  ])("an answer of %s is unreadable", async (_case, body) => {
    const arm = await aWire({ body });

    const read = adaptersAt(arm.url).connections.read(aConnectionId());

    await expect(read).rejects.toMatchObject(UNREADABLE);
  });

  test.each([
    ["lacks its value", {}],
    ["has a value that is no list", { value: 1 }],
    ["has nothing among its connections", { value: [null] }],
  ])("a list that %s is unreadable, and not empty", async (_case, body) => {
    const arm = await aWire({ body });

    const list = adaptersAt(arm.url).connections.list(aClusterId());

    await expect(list).rejects.toMatchObject(UNREADABLE);
  });

  test.each([
    ["that is none", null],
    ["with blanks", "pe (1)"],
    ["with a slash", "pe/1"],
    ["that climbs", ".."],
    ["beyond ASCII", "pé.1"],
    ["of 161 characters", "p".repeat(161)],
  ])("a connection under a name %s is unreadable, and hides no other", async (_case, name) => {
    const arm = await aWire({ body: { value: [sent({}), sent({}, name)] } });

    const list = await adaptersAt(arm.url).connections.list(aClusterId());

    expect(list?.items.map(({ id }) => id)).toEqual([aConnectionId()]);
    expect(list?.unreadable).toMatchObject([{ ...UNREADABLE, message: expect.stringContaining("aks-prod") }]);
  });
});
