import { describe, expect, test } from "vitest";
import { ClusterScope } from "../../../shared/connection/arm-id.ts";
import { aClusterId, aConnection, aConnectionId, anEndpoint, PROVIDER } from "../../fixtures/builders.ts";
import { connectionsContract } from "./connections-contract.ts";
import { spelledCluster } from "./kit/arm-under-test.ts";
import { inMemory } from "./kit/in-memory.ts";
import { adaptersAt, standIn } from "./kit/stand-in.ts";
import { type Answer, aWire } from "./kit/wire.ts";

connectionsContract("in memory", inMemory);
connectionsContract("the adapter against the stand-in", standIn);

const UNREADABLE = { name: "Fault", code: "UNREADABLE", isTransient: true };
const STRANGE = { name: "Fault", code: "STRANGE", isTransient: false };

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
    const state = { privateLinkServiceConnectionState: { status: "Rejected" } };
    const arm = await aWire(
      { body: sent({ privateEndpoint: undefined }) },
      { body: sent({ privateEndpoint: undefined, ...state }) },
    );
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
  ])("a list that %s is unreadable, and not empty", async (_case, body) => {
    const arm = await aWire({ body });

    const list = adaptersAt(arm.url).connections.list(aClusterId());

    await expect(list).rejects.toMatchObject(UNREADABLE);
  });

  test.each([
    ["that is none", null, "without a name"],
    ["with a slash", "pe/1", '"pe/1"'],
    ["that climbs", "..", '".."'],
    ["with an escape", "pe%2f1", '"pe%2f1"'],
    ["that would forge a line", "pe\nApproved", '"pe Approved"'],
    ["of 261 characters", "p".repeat(261), "p…"],
  ])("a connection under a name %s is told by it, and hides no other", async (_case, name, told) => {
    const arm = await aWire({ body: { value: [sent({}), sent({}, name)] } });

    const list = await adaptersAt(arm.url).connections.list(aClusterId());

    expect(list?.items.map(({ id }) => id)).toEqual([aConnectionId()]);
    expect(list?.unreadable).toMatchObject([{ ...STRANGE, message: expect.stringContaining("aks-prod") }]);
    expect(list?.unreadable[0]?.message).toContain(told);
  });

  test("several that cannot be understood are told one by one, whatever is wrong with each", async () => {
    const stateless = sent({ privateLinkServiceConnectionState: undefined }, "pe-2.1");
    const arm = await aWire({ body: { value: [null, sent({}, "a/b"), sent({}), stateless, 7] } });

    const list = await adaptersAt(arm.url).connections.list(aClusterId());

    expect(list?.items.map(({ id }) => id)).toEqual([aConnectionId()]);
    expect(list?.unreadable.map(({ message }) => message.replace(/^.*\/|\. Answer.*$/g, ""))).toEqual([
      "aks-prod under a name we do not understand: without a name",
      'b"',
      "pe-2.1 is not what is documented.",
      "aks-prod under a name we do not understand: without a name",
    ]);
  });

  test.each([
    ["a colon", "pe-payments:1"],
    ["blanks", "pe (1)"],
    ["letters beyond ASCII", "pé.1"],
  ])("a name with %s is taken, and calls about it reach ARM under that name", async (_case, name) => {
    const pending = sent({}, name);
    const arm = await aWire(
      { body: { value: [pending] } },
      { body: sent({ privateLinkServiceConnectionState: { status: "Approved" } }, name) },
    );
    const { connections } = adaptersAt(arm.url);

    const [listed] = (await connections.list(aClusterId()))?.items ?? [];
    if (listed === undefined) throw new Error("It is listed.");
    await connections.answer(listed, "Approved", "yes");

    expect(listed).toMatchObject({ name, status: "Pending" });
    expect(decodeURIComponent(arm.asked[1] ?? "")).toContain(`/privateEndpointConnections/${name}?`);
  });

  test.each(["pending", "PENDING", "approved"])("the status %s is understood", async (status) => {
    const arm = await aWire({ body: sent({ privateLinkServiceConnectionState: { status } }) });

    expect(await adaptersAt(arm.url).connections.read(aConnectionId())).toMatchObject({
      status: `${status.charAt(0).toUpperCase()}${status.slice(1).toLowerCase()}`,
    });
  });
});

describe("a provider behind ARM that tells case apart", () => {
  const NOT_FOUND = { status: 404, body: { error: { code: "ResourceNotFound", message: "No." } } };
  const listed = { body: { value: [sent({}, "PE-Payments.1")] } };
  const shown = { body: sent({}, "PE-Payments.1") };

  test("is asked by the name that its list shows, where it does not know ours", async () => {
    const arm = await aWire(NOT_FOUND, listed, shown);

    const read = await adaptersAt(arm.url).connections.read(aConnectionId());

    expect(read).toMatchObject({ id: aConnectionId(), name: "PE-Payments.1" });
    expect(arm.asked.map((path) => path.replace(/^.*privateEndpointConnections|\?.*$/g, ""))).toEqual([
      "/pe-payments.1",
      "",
      "/PE-Payments.1",
    ]);
  });

  test("is asked by it from then on, and written to by it", async () => {
    const approved = sent({ privateLinkServiceConnectionState: { status: "Approved" } }, "PE-Payments.1");
    const arm = await aWire(listed, shown, { body: approved });
    const { connections } = adaptersAt(arm.url);

    await connections.list(aClusterId());
    const read = await connections.read(aConnectionId());
    if (read === null) throw new Error("It is there.");
    await connections.answer(read, "Approved", "yes");

    expect(arm.asked.slice(1).every((path) => path.includes("/PE-Payments.1?"))).toBe(true);
  });

  test("that lists it as we asked for it has none: it is gone", async () => {
    const arm = await aWire(NOT_FOUND, { body: { value: [sent({})] } });

    expect(await adaptersAt(arm.url).connections.read(aConnectionId())).toBeNull();
    expect(arm.asked).toHaveLength(2);
  });

  test("gets the cluster's name, too, as ARM spelled it", async () => {
    const id = spelledCluster("AKS-Prod", "RG-Aks");
    const properties = { nodeResourceGroup: "MC_x" };
    const arm = await aWire({ body: { id, location: "westeurope", properties } }, { body: { value: [] } });
    const { clusters, connections } = adaptersAt(arm.url);

    await clusters.read(aClusterId());
    await connections.list(aClusterId());

    expect(arm.asked[1]).toContain(
      "/resourceGroups/RG-Aks/providers/Microsoft.ContainerService/managedClusters/AKS-Prod/",
    );
  });
});

describe("a cluster that was made anew under another spelling", () => {
  test("is asked for as ARM spells it now, also where that is our own", async () => {
    const properties = { nodeResourceGroup: "MC_x" };
    const shown = (id: string) => ({ body: { id, location: "westeurope", properties } });
    const arm = await aWire(
      shown(spelledCluster("AKS-Prod", "RG-Aks")),
      { body: { value: [shown(aClusterId()).body] } },
      { body: { value: [] } },
    );
    const { clusters, connections } = adaptersAt(arm.url);

    await clusters.read(aClusterId());
    await clusters.listIn(ClusterScope.parse(`/subscriptions/${PROVIDER}`));
    await connections.list(aClusterId());

    expect(arm.asked[2]).not.toContain("AKS-Prod");
  });
});

describe("a reply to a write that does not show the connection with the answer", () => {
  test.each<[string, Answer]>([
    ["a page of a gateway", { headers: { "content-type": "text/html" }, body: "<h1>Sign in</h1>" }],
    ["nothing", { body: "" }],
    ["null", { body: null }],
    ["an array", { body: [] }],
    ["an empty object", { body: {} }],
    ["a text", { body: JSON.stringify("OK") }],
    ["the connection as it was before", { body: sent({}) }],
    ["202, as if it were still under way", { status: 202, body: "" }],
    [
      "202 with the answer",
      { status: 202, body: sent({ privateLinkServiceConnectionState: { status: "Approved" } }) },
    ],
    ["204", { status: 204, body: "" }],
  ])("is no proof that it was taken: %s", async (_case, answer) => {
    const arm = await aWire(answer);

    const written = adaptersAt(arm.url).connections.answer(aConnection(), "Approved", "yes");

    await expect(written).rejects.toMatchObject(UNREADABLE);
    await expect(written).rejects.not.toThrow(/undefined|Unexpected|JSON|token/);
    expect(arm.asked).toHaveLength(1);
  });
});
