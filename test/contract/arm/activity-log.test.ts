import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  type ArmWorld,
  anArm,
  aPrivateCluster,
  CONSUMER,
  endpointPath,
  NETWORK,
  putEndpoint,
  stopTime,
} from "./world.ts";

const PATH = `/subscriptions/${CONSUMER}/providers/Microsoft.Insights/eventtypes/management/values`;
const FOREIGN_TENANT = "44444444-4444-4444-8444-444444444444";
const DAY = 24 * 3_600_000;
const OID = "http://schemas.microsoft.com/identity/claims/objectidentifier";
const TID = "http://schemas.microsoft.com/identity/claims/tenantid";
const SCOPE = "http://schemas.microsoft.com/identity/claims/scope";
const UPN = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn";
const TENANT = "33333333-3333-4333-8333-333333333333";

const moment = (ms = 0) => new Date(Date.now() + ms).toISOString();
const since = (ms: number) => `eventTimestamp ge '${moment(-ms)}'`;
const TODAY = () => `${since(DAY)} and eventTimestamp le '${moment(DAY)}'`;

const list = (arm: ArmWorld, filter: string, more: Readonly<Record<string, string>> = {}) =>
  arm.send(
    "GET",
    `${PATH}?${new URLSearchParams({ "api-version": "2015-04-01", $filter: filter, ...more })}`,
  );
const events = async (arm: ArmWorld, filter = TODAY()) => (await list(arm, filter)).body.value;

async function aWorld(...options: Parameters<typeof anArm>): Promise<ArmWorld> {
  const arm = await anArm(...options);
  await aPrivateCluster(arm);
  await putEndpoint(arm);
  return arm;
}

describe("the Activity Log tells of a private endpoint's", () => {
  test("creation: that it began and ended, by whom, in the shape of EventData", async () => {
    const arm = await aWorld();

    expect(await events(arm)).toMatchObject([
      {
        eventName: { value: "EndRequest" },
        status: { value: "Succeeded" },
        category: { value: "Administrative" },
        operationName: { value: "Microsoft.Network/privateEndpoints/write" },
        resourceProviderName: { value: "Microsoft.Network" },
        resourceId: endpointPath("pe1"),
        resourceGroupName: "rg2",
        subscriptionId: CONSUMER,
        caller: "an-app",
        claims: { [OID]: "a-caller", [TID]: TENANT, appid: "an-app" },
        correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        eventDataId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        eventTimestamp: expect.stringMatching(/Z$/),
      },
      { eventName: { value: "BeginRequest" }, status: { value: "Started" } },
    ]);
  });

  test("deletion", async () => {
    const arm = await aWorld();
    await arm.send("DELETE", endpointPath("pe1") + NETWORK);

    expect(await events(arm)).toMatchObject([
      { operationName: { value: "Microsoft.Network/privateEndpoints/delete" } },
      { operationName: { value: "Microsoft.Network/privateEndpoints/delete" } },
      {},
      {},
    ]);
  });

  test("creation by a person: with what the token says, and by the correlation id of the request and of Resource Graph", async () => {
    const arm = await anArm();
    await aPrivateCluster(arm);
    const correlationId = randomUUID();
    const token = await arm.issuer.token({
      oid: "ana-oid",
      preferred_username: "ana@contoso.example",
      scp: "user_impersonation",
    });
    const link = {
      name: "l",
      properties: { privateLinkServiceId: await aPrivateCluster(arm, "c2"), groupIds: ["management"] },
    };
    const body = { location: "westeurope", properties: { manualPrivateLinkServiceConnections: [link] } };
    const headers = { "x-ms-correlation-request-id": correlationId };
    await arm.send("PUT", endpointPath("pe1") + NETWORK, { token, headers, body });

    const said = {
      [OID]: "ana-oid",
      [TID]: TENANT,
      [SCOPE]: "user_impersonation",
      [UPN]: "ana@contoso.example",
    };
    expect(await events(arm)).toMatchObject([
      { correlationId, caller: "ana@contoso.example", claims: said },
      { correlationId, claims: said },
    ]);
    expect((await arm.control("GET", "state")).body.changes).toMatchObject([
      { changes: [{ correlationId }] },
    ]);
  });

  test.each<[string, object, object]>([
    [
      "a person",
      { by: "ana@contoso.example", objectId: "ana-oid" },
      { [OID]: "ana-oid", [TID]: TENANT, [SCOPE]: "user_impersonation", [UPN]: "ana@contoso.example" },
    ],
    [
      "somebody whom nobody knows",
      { by: "eve" },
      { [TID]: TENANT, [SCOPE]: "user_impersonation", [UPN]: "eve" },
    ],
    ["an app", { by: TENANT }, { [TID]: TENANT, appid: TENANT, idtyp: "app" }],
    ["whatever claims there are to be", { by: "eve", claims: "{}" }, "{}" as never],
  ])(
    "creation by %s who is named as its creator, before the PUT and after it",
    async (_who, creator, claims) => {
      const arm = await aWorld();
      const named = async (name: string) =>
        expect(
          (await arm.control("POST", "creators", { endpointId: endpointPath(name), ...creator })).status,
        ).toBe(204);
      await named("pe1");
      await named("pe2");
      await putEndpoint(arm, { name: "pe2" });

      for (const name of ["pe1", "pe2"]) {
        const [ended, began, ...others] = await events(
          arm,
          `${TODAY()} and resourceUri eq '${endpointPath(name)}'`,
        );
        expect([ended.claims, began.claims]).toEqual([claims, claims]);
        expect(others).toEqual([]);
      }
    },
  );

  test("creation without claims where there are none", async () => {
    const arm = await aWorld();
    await arm.control("POST", "creators", { endpointId: endpointPath("pe1"), by: "eve", claims: null });

    const [event] = await events(arm);
    expect(event.caller).toBe("eve");
    expect(event).not.toHaveProperty("claims");
  });
});

describe("it can be asked for", () => {
  test.each<[string, (correlationId: string) => string, number]>([
    ["all since a moment", () => since(DAY), 4],
    ["all between two", () => TODAY(), 4],
    ["a resource group", () => `${TODAY()} and resourceGroupName eq 'RG2'`, 4],
    ["another resource group", () => `${TODAY()} and resourceGroupName eq 'rg3'`, 0],
    ["a resource", () => `${TODAY()} and resourceUri eq '${endpointPath("PE1")}'`, 2],
    ["a provider", () => `${TODAY()} and resourceProvider eq 'microsoft.network'`, 4],
    ["another provider", () => `${TODAY()} and resourceProvider eq 'Microsoft.Compute'`, 0],
    ["a correlation id", (id) => `${TODAY()} and correlationId eq '${id.toUpperCase()}'`, 2],
    ["a time before it all", () => `${since(2 * DAY)} and eventTimestamp le '${moment(-DAY)}'`, 0],
    ["a time after it all", () => since(-DAY), 0],
  ])("by %s", async (_what, filter, expected) => {
    const arm = await aWorld();
    await putEndpoint(arm, { name: "pe2" });
    const [{ correlationId }] = await events(arm);

    expect(await events(arm, filter(correlationId))).toHaveLength(expected);
  });

  test.each<[string, string]>([
    ["nothing", ""],
    ["no time", "correlationId eq 'x'"],
    ["a time without quotes", "eventTimestamp ge 2026-11-30T00:00:00Z"],
    ["a day", "eventTimestamp ge '2026-11-30'"],
    ["two keys", `${since(DAY)} and resourceGroupName eq 'a' and correlationId eq 'b'`],
    ["a key that is not documented", `${since(DAY)} and caller eq 'ana'`],
    ["another operator", `${since(DAY)} and correlationId ne 'b'`],
    ["another order", `correlationId eq 'b' and ${since(DAY)}`],
    ["a quote in a value", `${since(DAY)} and correlationId eq 'a' or '1' eq '1'`],
  ])("not by %s", async (_what, filter) => {
    const arm = await aWorld();

    expect(await list(arm, filter)).toMatchObject({
      status: 400,
      body: { code: "BadRequest", message: "$filter searching parameters invalid." },
    });
  });

  test("not without a filter, not further back than 90 days, and not for what is no property", async () => {
    const arm = await aWorld();
    stopTime();

    expect((await arm.send("GET", `${PATH}?api-version=2015-04-01`)).status).toBe(400);
    expect(await list(arm, since(90 * DAY))).toMatchObject({ status: 200 });
    expect(await list(arm, since(90 * DAY + 1))).toMatchObject({
      status: 400,
      body: { message: "The start time cannot be more than 90 days in the past." },
    });
    expect((await list(arm, TODAY(), { $select: "claims,oid" })).status).toBe(400);
  });

  test("for some properties only", async () => {
    const arm = await aWorld();

    const { body } = await list(arm, TODAY(), { $select: "claims,correlationId" });

    expect(body.value.map((event: object) => Object.keys(event).toSorted())).toEqual([
      ["claims", "correlationId"],
      ["claims", "correlationId"],
    ]);
  });

  test("in pages, each with a link to the next", async () => {
    const arm = await aWorld({ pageSize: 3 });
    await putEndpoint(arm, { name: "pe2" });

    const first = await list(arm, TODAY());
    const next = new URL(first.body.nextLink);
    const second = await arm.send("GET", next.pathname + next.search);

    expect([first.body.value.length, second.body.value.length]).toEqual([3, 1]);
    expect(next.origin).toBe(arm.url);
    expect(second.body.nextLink).toBeUndefined();
    const ids = [...first.body.value, ...second.body.value].map(({ eventDataId }) => eventDataId);
    expect(new Set(ids).size).toBe(4);
  });

  test("in vain until its events are old enough", async () => {
    const arm = await aWorld();
    const pass = stopTime();
    expect((await arm.control("POST", "log-lag", { ms: 60_000 })).status).toBe(204);

    expect(await events(arm)).toEqual([]);
    pass(60_000);
    expect(await events(arm)).toHaveLength(2);
    expect((await arm.control("POST", "log-lag", { ms: -1 })).status).toBe(400);
  });

  test.each<[string, string, number, string]>([
    ["another tenant's subscription", CONSUMER, 401, "InvalidAuthenticationTokenTenant"],
    ["a subscription that nobody has", "00000000-0000-4000-8000-00000000dead", 404, "SubscriptionNotFound"],
  ])("not of %s", async (_whose, subscription, status, code) => {
    const arm = await aWorld();
    await arm.control("POST", "subscriptions", { id: CONSUMER, tenantId: FOREIGN_TENANT });
    const query = new URLSearchParams({ "api-version": "2015-04-01", $filter: TODAY() });

    expect(await arm.send("GET", `${PATH.replace(CONSUMER, subscription)}?${query}`)).toMatchObject({
      status,
      body: { error: { code } },
    });
  });

  test("after a restart", async () => {
    const arm = await aWorld();
    const before = await events(arm);
    await arm.restart();

    expect(await events(arm)).toEqual(before);
  });
});
