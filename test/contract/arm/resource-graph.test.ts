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
  PROVIDER,
  putEndpoint,
  stopTime,
} from "./world.ts";

const PATH = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";
const FOREIGN_TENANT = "44444444-4444-4444-8444-444444444444";

const ask = (arm: ArmWorld, query: string) => arm.send("POST", PATH, { body: { query } });
const rows = async (arm: ArmWorld, query: string) => (await ask(arm, query)).body.data;

const subscriptionQuery = (id: string) =>
  `resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | where subscriptionId =~ '${id}' | project name, tags, chain=properties.managementGroupAncestorsChain`;
const changeQuery = (id: string) =>
  `resourcechanges | where tostring(properties.targetResourceId) =~ '${id}' and tostring(properties.changeType) in~ ('Create', 'Delete') | order by todatetime(properties.changeAttributes.timestamp) desc | take 1 | project changeType=tostring(properties.changeType), changedBy=tostring(properties.changeAttributes.changedBy), correlationId=tostring(properties.changeAttributes.correlationId), timestamp=tostring(properties.changeAttributes.timestamp)`;
const created = (changedBy: string) => ({
  changeType: "Create",
  changedBy,
  correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
});
const CLUSTERS = `
  resources
  | where type =~ 'microsoft.containerservice/managedclusters'
  | where coalesce(tobool(properties.apiServerAccessProfile.enablePrivateCluster), false) and not(coalesce(tobool(properties.apiServerAccessProfile.enableVnetIntegration), false))
  | project id, subscriptionId, location, tags, nodeRg=tostring(properties.nodeResourceGroup)`;
const PENDING = `
  resources
  | where type =~ 'microsoft.network/privateendpoints'
  | mv-expand c = properties.manualPrivateLinkServiceConnections
  | where tostring(c.properties.privateLinkServiceId) contains '/managedclusters/' and tostring(c.properties.privateLinkServiceConnectionState.status) =~ 'Pending'
  | project peId=id, target=tostring(c.properties.privateLinkServiceId), msg=tostring(c.properties.requestMessage)`;

async function aWorld(): Promise<ArmWorld> {
  const arm = await anArm();
  await aPrivateCluster(arm);
  await putEndpoint(arm, { requestMessage: "please" });
  return arm;
}

describe("Resource Graph finds", () => {
  test("a subscription by its display name, its tags and the management groups above it up to the root", async () => {
    const arm = await anArm();
    const tags = { env: "prod" };
    await arm.control("POST", "subscriptions", {
      id: CONSUMER,
      displayName: "Payments",
      tags,
      managementGroups: ["mg-payments"],
    });

    expect(await ask(arm, subscriptionQuery(CONSUMER.toUpperCase()))).toMatchObject({
      status: 200,
      headers: { "x-ms-user-quota-remaining": "14", "x-ms-user-quota-resets-after": "00:00:05" },
      body: {
        totalRecords: 1,
        count: 1,
        resultTruncated: "false",
        facets: [],
        data: [
          {
            name: "Payments",
            tags,
            chain: [
              { displayName: "mg-payments", name: "mg-payments" },
              { displayName: "mg-root", name: "mg-root" },
            ],
          },
        ],
      },
    });
  });

  test("a subscription that nobody described under the root, without tags", async () => {
    const arm = await aWorld();

    expect(await rows(arm, subscriptionQuery(CONSUMER))).toEqual([
      { name: CONSUMER, tags: null, chain: [{ displayName: "mg-root", name: "mg-root" }] },
    ]);
  });

  test("who created a private endpoint last: an application by its id, a person by the sign-in name", async () => {
    const arm = await aWorld();
    const token = await arm.issuer.token({ preferred_username: "dana@contoso.example" });
    const body = {
      properties: {
        manualPrivateLinkServiceConnections: [
          { name: "l", properties: { privateLinkServiceId: clusterPath("c1"), groupIds: ["management"] } },
        ],
      },
    };
    await arm.send("PUT", endpointPath("of-dana") + NETWORK, { token, body });

    expect(await rows(arm, changeQuery(endpointPath("pe1")))).toEqual([created("an-app")]);
    expect(await rows(arm, changeQuery(endpointPath("OF-DANA").toLowerCase()))).toEqual([
      created("dana@contoso.example"),
    ]);
  });

  test("the creator, not whoever changed it since; one who was named; and of a new one the new one", async () => {
    const arm = await aWorld();
    const query = changeQuery(endpointPath("pe1"));
    await arm.control("POST", "creators", { endpointId: endpointPath("PE1"), by: "eve" });
    await putEndpoint(arm, { requestMessage: "changed" });
    expect(await rows(arm, query)).toEqual([created("eve")]);

    await arm.send("DELETE", endpointPath("pe1") + NETWORK);
    expect(await rows(arm, query)).toEqual([{ ...created("an-app"), changeType: "Delete" }]);

    await putEndpoint(arm);
    expect(await rows(arm, query)).toEqual([created("an-app")]);
  });

  test("who was named beforehand, and when, if that was said", async () => {
    const arm = await aWorld();
    const [endpointId, at] = [endpointPath("pe-new"), "2026-03-02T09:00:00.000Z"];
    const name = (by: string, more = {}) => arm.control("POST", "creators", { endpointId, by, ...more });

    await name("eve", { at });
    await putEndpoint(arm, { name: "pe-new" });
    expect(await rows(arm, changeQuery(endpointId))).toEqual([{ ...created("eve"), timestamp: at }]);

    await name("dana");
    expect(await rows(arm, changeQuery(endpointId))).toEqual([{ ...created("dana"), timestamp: at }]);
  });

  test("changes as late as it is told to, so that an earlier one is the last", async () => {
    const arm = await aWorld();
    const query = changeQuery(endpointPath("pe1"));
    const at = new Date(Date.now() - 120_000).toISOString();
    await arm.control("POST", "creators", { endpointId: endpointPath("pe1"), by: "bob", at });
    await arm.send("DELETE", endpointPath("pe1") + NETWORK);

    await arm.control("POST", "changes-lag", { ms: 60_000 });
    expect(await rows(arm, query)).toEqual([{ ...created("bob"), timestamp: at }]);
    await arm.control("POST", "changes-lag", { ms: 180_000 });
    expect(await rows(arm, query)).toEqual([]);
    await arm.control("POST", "changes-lag", { ms: 0 });
    expect(await rows(arm, query)).toMatchObject([{ changeType: "Delete" }]);
    expect((await arm.control("POST", "changes-lag", { ms: -1 })).status).toBe(400);
  });

  test("private clusters without VNet integration, of every subscription", async () => {
    const arm = await anArm();
    const put = (name: string, apiServerAccessProfile: object | undefined) =>
      arm.send("PUT", clusterPath(name) + AKS, {
        body: { location: "westeurope", tags: { env: name }, properties: { apiServerAccessProfile } },
      });
    await put("private", { enablePrivateCluster: true });
    await put("public", { enablePrivateCluster: false });
    await put("silent", undefined);
    await put("integrated", { enablePrivateCluster: true, enableVnetIntegration: true });

    expect(await rows(arm, CLUSTERS)).toEqual([
      {
        id: clusterPath("private"),
        subscriptionId: PROVIDER,
        location: "westeurope",
        tags: { env: "private" },
        nodeRg: "MC_rg1_private_westeurope",
      },
    ]);
  });

  test("private endpoints that wait for a cluster's owner, until they are answered", async () => {
    const arm = await aWorld();
    await putEndpoint(arm, { name: "automatic", automatic: true });
    expect(await rows(arm, PENDING)).toEqual([
      { peId: endpointPath("pe1"), target: clusterPath("c1"), msg: "please" },
    ]);

    const { body } = await arm.send("GET", `${clusterPath("c1")}/privateEndpointConnections${AKS}`);
    const become = (endpoint: string, status: string) => {
      const { name } = body.value.find((one: { name: string }) => one.name.startsWith(`${endpoint}.`));
      return arm.control("POST", "connections", { kind: "set", clusterId: clusterPath("c1"), name, status });
    };
    await become("pe1", "Approved");
    await become("automatic", "Pending");

    expect(await rows(arm, PENDING)).toEqual([]);
  });

  test("nothing of another tenant", async () => {
    const arm = await aWorld();
    for (const id of [CONSUMER, PROVIDER]) {
      await arm.control("POST", "subscriptions", { id, tenantId: FOREIGN_TENANT });
    }

    for (const query of [subscriptionQuery(CONSUMER), changeQuery(endpointPath("pe1")), CLUSTERS, PENDING]) {
      expect(await rows(arm, query)).toEqual([]);
    }
  });
});

describe("Resource Graph refuses", () => {
  test.each([
    ["another table", "resources | project id"],
    ["more than it knows", `${subscriptionQuery(CONSUMER)} | take 1`],
    ["a literal that ends early", subscriptionQuery("' or true or '")],
    ["an empty query", ""],
    ["two queries", `${CLUSTERS};${PENDING}`],
    ["other capitals", CLUSTERS.toUpperCase()],
  ])("%s, and says which queries it knows", async (_case, query) => {
    const arm = await anArm();

    const { status, body } = await ask(arm, query);

    expect(status).toBe(400);
    expect(body.error).toMatchObject({
      code: "BadRequest",
      details: [
        {
          code: "InvalidQuery",
          message:
            "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying.",
        },
        { code: "NotImitated", message: expect.stringContaining("{subscription}") },
      ],
    });
  });

  test("a quote that is escaped is part of the literal, which nothing fits", async () => {
    const arm = await anArm();

    expect(await rows(arm, subscriptionQuery("\\' or \\'"))).toEqual([]);
  });

  test.each([
    ["a body without a query", {}],
    ["a body that names subscriptions", { query: CLUSTERS, subscriptions: [PROVIDER] }],
    ["another result format", { query: CLUSTERS, options: { resultFormat: "table" } }],
  ])("%s", async (_case, body) => {
    const arm = await anArm();

    expect(await arm.send("POST", PATH, { body })).toMatchObject({
      status: 400,
      body: { error: { code: "InvalidRequestContent" } },
    });
  });

  test("whoever has no token, another method, and an api-version that is too old", async () => {
    const arm = await anArm();
    const old = PATH.replace("2024-04-01", "2019-04-01");

    expect((await arm.send("POST", PATH, { body: { query: CLUSTERS }, token: null })).status).toBe(401);
    expect((await arm.send("GET", PATH)).status).toBe(405);
    expect((await arm.send("POST", old, { body: { query: CLUSTERS } })).body.error.code).toBe(
      "NoRegisteredProviderFound",
    );
  });

  test("a caller's sixteenth query in five seconds, but not another caller's first", async () => {
    stopTime();
    const arm = await anArm();
    for (let n = 0; n < 15; n++) expect((await ask(arm, CLUSTERS)).status).toBe(200);

    const refused = await ask(arm, CLUSTERS);
    const token = await arm.issuer.token({ oid: "another" });
    const other = await arm.send("POST", PATH, { token, body: { query: CLUSTERS } });

    expect(refused).toMatchObject({
      status: 429,
      headers: { "x-ms-user-quota-remaining": "0" },
      body: { error: { code: "RateLimiting", details: [{ code: "RateLimiting" }] } },
    });
    expect(other.status).toBe(200);
  });
});
