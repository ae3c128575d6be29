import { describe, expect, test } from "vitest";
import { ClusterScope, PrivateEndpointId } from "../../../shared/connection/arm-id.ts";
import { aClusterId, anEndpoint, PROVIDER } from "../../fixtures/builders.ts";
import { clustersContract } from "./clusters-contract.ts";
import { spelledCluster } from "./kit/arm-under-test.ts";
import { inMemory } from "./kit/in-memory.ts";
import { adaptersAt, standIn } from "./kit/stand-in.ts";
import { aWire } from "./kit/wire.ts";

clustersContract("in memory", inMemory);
clustersContract("the adapter against the stand-in", standIn);

const UNREADABLE = { name: "Fault", code: "UNREADABLE", isTransient: true };
const SUBSCRIPTION = ClusterScope.parse(`/subscriptions/${PROVIDER}`);
const ENDPOINT = PrivateEndpointId.parse(anEndpoint());

/** A cluster as ARM sends it, with other members. */
const sent = ({
  location = "westeurope",
  tags = {},
  properties = {},
  ...members
}: Record<string, unknown> = {}) => ({
  id: spelledCluster(),
  location,
  tags,
  properties: { nodeResourceGroup: "MC_1", ...(properties as object) },
  ...members,
});

describe("listing", () => {
  test.each([
    ["a subscription", `/subscriptions/${PROVIDER}`],
    ["a resource group", `/subscriptions/${PROVIDER}/resourceGroups/RG-Aks`],
  ])("%s is read page by page to its end", async (_case, scope) => {
    const arm = await standIn({ pageSize: 2 });
    const names = ["a", "b", "c", "d", "e"];
    for (const name of names) await arm.createCluster({ id: spelledCluster(name) });

    const { items: found } = await arm.clusters.listIn(ClusterScope.parse(scope));

    expect(found.map(({ id }) => id.split("/")[8])).toEqual(names);
    const requests = await arm.requests();
    expect(requests.map(({ method, apiVersion }) => [method, apiVersion])).toEqual(
      Array(3).fill(["GET", "2026-01-01"]),
    );
  });

  test.each([
    ["a page lacks its value", [{ body: { nextLink: "" } }]],
    ["a page is null", [{ body: "null" }]],
    ["the link to the next page is no text", [{ body: { value: [sent()], nextLink: 42 } }]],
  ])("it is unreadable when %s, and no part of it is given", async (_case, answers) => {
    const arm = await aWire(...answers);

    const list = adaptersAt(arm.url).clusters.listIn(SUBSCRIPTION);

    await expect(list).rejects.toMatchObject(UNREADABLE);
  });

  test("a cluster that is strange is unreadable, and hides no other", async () => {
    const arm = await aWire({ body: { value: [{}, sent()] } });

    const list = await adaptersAt(arm.url).clusters.listIn(SUBSCRIPTION);

    expect(list.items).toHaveLength(1);
    expect(list.unreadable).toMatchObject([
      { code: "STRANGE", message: expect.stringContaining("without a name") },
    ]);
  });

  test("nothing is given when a later page is refused", async () => {
    const arm = await standIn({ pageSize: 1 });
    await arm.createCluster({ id: spelledCluster("a") });
    await arm.createCluster({ id: spelledCluster("b") });
    const trouble = { method: "GET", pathPattern: "managedClusters", times: 1 };
    await arm.arm.control("POST", "troubles", { ...trouble, kind: "hang", ms: 0 });
    await arm.arm.control("POST", "troubles", { ...trouble, kind: "throttled", retryAfterSeconds: 7 });

    const list = arm.clusters.listIn(SUBSCRIPTION);

    await expect(list).rejects.toMatchObject({
      code: "THROTTLED",
      armCode: "Throttled",
      retryAfterMs: 7_000,
    });
    expect(await arm.requests()).toHaveLength(2);
  });
});

describe("what the adapter makes of ARM's words about a cluster", () => {
  test.each([
    ["West Europe", "westeurope"],
    ["westeurope", "westeurope"],
    ["US Gov Virginia", "usgovvirginia"],
    ["East US 2 EUAP", "eastus2euap"],
  ])("the location %s is given as %s", async (location, expected) => {
    const arm = await aWire({ body: sent({ location }) });

    expect(await adaptersAt(arm.url).clusters.read(aClusterId())).toMatchObject({ location: expected });
  });

  test.each([
    ["no tags", sent({ tags: null }), { tags: {} }],
    ["no access profile", sent(), { isPrivate: false }],
    [
      "an access profile of null",
      sent({ properties: { apiServerAccessProfile: null } }),
      { isPrivate: false },
    ],
    [
      "members that nobody knows yet",
      sent({ properties: { apiServerAccessProfile: { enablePrivateCluster: true, shiny: 1 } }, shiny: 1 }),
      { isPrivate: true },
    ],
  ])("%s is no trouble", async (_case, body, expected) => {
    const arm = await aWire({ body });

    expect(await adaptersAt(arm.url).clusters.read(aClusterId())).toMatchObject(expected);
  });

  test.each([
    ["nothing", null],
    ["no node resource group", sent({ properties: { nodeResourceGroup: undefined } })],
    ["an empty node resource group", sent({ properties: { nodeResourceGroup: "" } })],
    ["no id", sent({ id: undefined })],
    ["the id of something else", sent({ id: anEndpoint() })],
    ["no location", sent({ location: null })],
    ["a tag that is no text", sent({ tags: { env: 1 } })],
  ])("%s is unreadable", async (_case, body) => {
    const arm = await aWire({ body });

    const read = adaptersAt(arm.url).clusters.read(aClusterId());

    await expect(read).rejects.toMatchObject(UNREADABLE);
  });
});

describe("what the adapter makes of ARM's words about a private endpoint", () => {
  const link = (privateLinkServiceId: string) => ({ name: "link", properties: { privateLinkServiceId } });
  const database = `/subscriptions/${PROVIDER}/resourceGroups/rg/providers/Microsoft.Sql/servers/payments`;

  test("both kinds of connections count, and targets that are no clusters do not", async () => {
    const manual = [link(database), link(spelledCluster("Aks-Prod"))];
    const automatic = [link(spelledCluster("Aks-Test")), link("nonsense")];
    const arm = await aWire({
      body: {
        properties: {
          manualPrivateLinkServiceConnections: manual,
          privateLinkServiceConnections: automatic,
        },
      },
    });

    const targets = await adaptersAt(arm.url).clusters.targetsOf(ENDPOINT);

    expect(targets).toEqual([aClusterId("aks-prod"), aClusterId("aks-test")]);
    expect(arm.asked).toEqual([`${ENDPOINT}?api-version=2024-05-01`]);
  });

  test.each([
    ["without lists", {}],
    [
      "with lists of null",
      { manualPrivateLinkServiceConnections: null, privateLinkServiceConnections: null },
    ],
    ["with empty lists", { manualPrivateLinkServiceConnections: [], privateLinkServiceConnections: [] }],
  ])("one %s points nowhere", async (_case, properties) => {
    const arm = await aWire({ body: { properties } });

    expect(await adaptersAt(arm.url).clusters.targetsOf(ENDPOINT)).toEqual([]);
  });

  test.each([
    ["nothing", null],
    ["no properties", { id: ENDPOINT }],
    ["a target that is no text", { properties: { privateLinkServiceConnections: [{ properties: {} }] } }],
  ])("%s is unreadable", async (_case, body) => {
    const arm = await aWire({ body });

    const targets = adaptersAt(arm.url).clusters.targetsOf(ENDPOINT);

    await expect(targets).rejects.toMatchObject(UNREADABLE);
  });
});
