import { describe, expect, test } from "vitest";
import { createArmClient } from "../../../shared/azure/arm-client.ts";
import { quotaResetMs } from "../../../shared/azure/arm-fault.ts";
import { AMPLE, createBudgets } from "../../../shared/azure/budgets.ts";
import { azureFactSources } from "../../../shared/azure/fact-sources.ts";
import { PrivateEndpointId } from "../../../shared/connection/arm-id.ts";
import { instant } from "../../../shared/connection/connection.ts";
import type { FaultCode } from "../../../shared/connection/fault.ts";
import { gatherFacts } from "../../../shared/facts/gather.ts";
import type { FactName } from "../../../shared/policy/facts.ts";
import { aCluster, anEndpoint, aRequest, CONSUMER, MINUTE, NINE } from "../../fixtures/builders.ts";
import { aFactSources, HOME_TENANT } from "../../fixtures/fact-sources.ts";
import { NETWORK } from "../arm/world.ts";
import { type AzureSources, adaptersAt, type StandIn, standIn } from "./kit/stand-in.ts";
import { type Answer, aWire } from "./kit/wire.ts";

const ENDPOINT = PrivateEndpointId.parse(anEndpoint());
const NOWHERE = "00000000-0000-4000-8000-00000000dead";
const FOREIGN_TENANT = "4444abcd-4444-4444-8444-444444444444";

/** A stand-in with one consumer's private endpoint. */
async function aWorld(...options: Parameters<typeof standIn>): Promise<StandIn> {
  const arm = await standIn(...options);
  await arm.createEndpoint(await arm.createCluster({ isPrivate: true }));
  return arm;
}

describe("a subscription by Resource Graph", () => {
  test("has its name and tags as they are spelled, and its management groups, nearest first", async () => {
    const arm = await aWorld();
    const tags = { Env: "Prod", "cost center": "42" };
    const displayName = "Payments (WEU)";
    await arm.describeSubscription({
      id: CONSUMER,
      displayName,
      tags,
      managementGroups: ["mg-payments", "mg-prod"],
    });

    expect(await arm.sources.subscriptions.read(CONSUMER)).toEqual({
      name: displayName,
      tags,
      managementGroups: ["mg-payments", "mg-prod", "mg-root"],
    });
  });

  test("without tags has none", async () => {
    const arm = await aWorld();

    expect(await arm.sources.subscriptions.read(CONSUMER)).toEqual({
      name: CONSUMER,
      tags: {},
      managementGroups: ["mg-root"],
    });
  });

  test.each([
    ["nobody knows", NOWHERE],
    ["belongs to another tenant", CONSUMER],
  ])("that %s is null", async (_case, id) => {
    const arm = await aWorld();
    await arm.describeSubscription({ id: CONSUMER, tenantId: FOREIGN_TENANT });

    expect(await arm.sources.subscriptions.read(id)).toBeNull();
  });

  test("that is not shown costs one query as well", async () => {
    const arm = await aWorld();

    for (let n = 0; n < 3; n++) expect(await arm.sources.subscriptions.read(NOWHERE)).toBeNull();

    expect(await arm.requests()).toHaveLength(1);
  });

  test("costs one query of api-version 2024-04-01, which asks for no other subscription", async () => {
    const arm = await aWorld();
    const { subscriptions } = arm.sources;

    await Promise.all([subscriptions.read(CONSUMER), subscriptions.read(CONSUMER)]);
    await subscriptions.read(CONSUMER);

    expect(await arm.requests()).toMatchObject([
      {
        method: "POST",
        path: "/providers/Microsoft.ResourceGraph/resources",
        apiVersion: "2024-04-01",
        effective: false,
        body: {
          query: `resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | where subscriptionId =~ '${CONSUMER}' | project name, tags, chain=properties.managementGroupAncestorsChain`,
          options: { resultFormat: "objectArray" },
        },
      },
    ]);
  });

  test.each(["' or true or '", "", "3e9e0d50", `${CONSUMER}' | project id, '`])(
    "is not asked for by %j, which is no id",
    async (id) => {
      const arm = await aWorld();

      await expect(arm.sources.subscriptions.read(id)).rejects.toThrow(/GUID/);
      await expect(arm.sources.tenants.of(id)).rejects.toThrow(/GUID/);
      expect(await arm.requests()).toEqual([]);
    },
  );
});

describe("the creation of a private endpoint", () => {
  const creatorOf = async (arm: StandIn) => (await arm.sources.creations.of(ENDPOINT))?.by ?? null;

  test("is by who sent the PUT, or who is named as its creator, at the time of the PUT", async () => {
    const began = Date.now();
    const arm = await aWorld();
    const creation = await arm.sources.creations.of(ENDPOINT);
    expect(creation?.by).toBe("an-app");
    expect(Date.parse(creation?.at ?? "")).toBeGreaterThanOrEqual(began);
    expect(Date.parse(creation?.at ?? "")).toBeLessThanOrEqual(Date.now());

    await arm.arm.control("POST", "creators", { endpointId: ENDPOINT, by: "dana@contoso.example" });
    expect(await arm.sources.creations.of(ENDPOINT)).toEqual({ ...creation, by: "dana@contoso.example" });
  });

  test("is null when there is no record of it", async () => {
    const arm = await aWorld();

    expect(await arm.sources.creations.of(PrivateEndpointId.parse(anEndpoint("pe-old")))).toBeNull();
  });

  test("is null once its deletion is on record, and another one's afterwards", async () => {
    const arm = await aWorld();
    await arm.arm.control("POST", "creators", { endpointId: ENDPOINT, by: "bob@contoso.example" });
    expect(await creatorOf(arm)).toBe("bob@contoso.example");

    await arm.arm.send("DELETE", anEndpoint() + NETWORK);
    expect(await creatorOf(arm)).toBeNull();

    await arm.arm.control("POST", "creators", { endpointId: ENDPOINT, by: "ana@contoso.example" });
    expect(await creatorOf(arm)).toBe("ana@contoso.example");
  });

  const correlationId = "54ef1e39-6a82-44b3-abc1-bdeb6ce4d3c6";
  const change = { changeType: "Create", changedBy: "dana@contoso.example", correlationId, timestamp: NINE };
  const creationIn = async (row: object) => {
    const arm = await aWire({ body: { data: [row] } });
    return adaptersAt(arm.url).sources.creations.of(ENDPOINT);
  };

  test.each(["", "Unspecified", "System"])(
    "is by nobody when Azure calls its creator %j",
    async (changedBy) => {
      expect(await creationIn({ ...change, changedBy })).toEqual({ by: null, at: NINE, correlationId });
    },
  );

  test.each(["", null, undefined])("is by a write without a name when Azure calls that %j", async (name) => {
    expect(await creationIn({ ...change, correlationId: name })).toMatchObject({ correlationId: null });
  });

  test.each<[string, string, string | null]>([
    ["Create", "2026-03-02T09:00:00.1234567Z", "2026-03-02T09:00:00.123Z"],
    ["create", "2026-03-02T10:00:00+01:00", NINE],
    ["Delete", NINE, null],
    ["Update", NINE, null],
  ])("is read from a change of the type %s at %s", async (changeType, timestamp, at) => {
    const creation = at === null ? null : { by: "dana@contoso.example", at, correlationId };

    expect(await creationIn({ ...change, changeType, timestamp })).toEqual(creation);
  });

  test.each<[string, object]>([
    ["nothing", {}],
    ["no text", { ...change, changedBy: { oid: 1 } }],
    ["no moment", { ...change, timestamp: "" }],
    ["another notation", { ...change, timestamp: "03/02/2026 09:00:00" }],
    ["no type", { ...change, changeType: null }],
  ])("said as %s is unreadable", async (_case, row) => {
    await expect(creationIn(row)).rejects.toMatchObject({ code: "UNREADABLE" });
  });

  test("is asked for by the endpoint's id alone, whatever letters are in it", async () => {
    const arm = await aWorld();
    const id = PrivateEndpointId.parse(anEndpoint("pe", "rg-(größe)_1"));
    await arm.arm.control("POST", "creators", { endpointId: id, by: "eve" });

    expect(await arm.sources.creations.of(id)).toMatchObject({ by: "eve" });
  });
});

describe("where a private endpoint is", () => {
  test("is told in ARM's short form", async () => {
    const arm = await aWorld();

    expect(await arm.sources.endpoints.read(ENDPOINT)).toEqual({ location: "westeurope" });
  });

  test.each<[string, unknown, string | null]>([
    ["West Europe", "West Europe", "westeurope"],
    ["nothing", undefined, null],
    ["null", null, null],
  ])("said as %s is %3$s", async (_case, location, expected) => {
    const arm = await aWire({ body: { location, properties: {} } });

    expect(await adaptersAt(arm.url).sources.endpoints.read(ENDPOINT)).toEqual({ location: expected });
  });

  test("of one that is not there is null", async () => {
    const arm = await aWorld();

    expect(await arm.sources.endpoints.read(PrivateEndpointId.parse(anEndpoint("pe-old")))).toBeNull();
  });
});

describe("the tenant of a subscription", () => {
  test.each([
    ["our own", HOME_TENANT],
    ["another", FOREIGN_TENANT],
  ])("is told to whoever asks without a token: %s", async (_case, tenantId) => {
    const arm = await aWorld();
    await arm.describeSubscription({ id: CONSUMER, tenantId });

    expect(await arm.sources.tenants.of(CONSUMER)).toBe(tenantId);
    expect(await arm.requests()).toMatchObject([
      { method: "GET", path: `/subscriptions/${CONSUMER}`, apiVersion: "2022-12-01", status: 401 },
    ]);
  });

  test("is remembered, and that there is none is not", async () => {
    const arm = await aWorld();
    const { tenants } = arm.sources;
    expect(await tenants.of(NOWHERE)).toBeNull();
    await arm.describeSubscription({ id: NOWHERE });

    expect(await tenants.of(NOWHERE)).toBe(HOME_TENANT);
    expect(await tenants.of(NOWHERE)).toBe(HOME_TENANT);
    expect(await arm.requests()).toHaveLength(1);
  });

  const challenged = (challenge: string): Answer => ({
    status: 401,
    headers: { "www-authenticate": challenge },
  });
  const AT = "https://login.windows.net/";

  test.each([
    ["alone", `Bearer authorization_uri="${AT}${FOREIGN_TENANT}"`],
    ["with more", `Bearer authorization_uri="${AT}${FOREIGN_TENANT}", error="invalid_token"`],
    ["in capitals", `Bearer authorization_uri="${AT}${FOREIGN_TENANT.toUpperCase()}/", error="x"`],
    ["of another cloud", `Bearer authorization_uri="https://login.chinacloudapi.cn/${FOREIGN_TENANT}"`],
  ])("is read from a challenge %s", async (_case, challenge) => {
    const arm = await aWire(challenged(challenge));

    expect(await adaptersAt(arm.url).sources.tenants.of(CONSUMER)).toBe(FOREIGN_TENANT);
  });

  test.each([
    ["no challenge", { status: 401 }],
    ["no tenant", challenged(`Bearer authorization_uri="${AT}"`)],
    ["no GUID", challenged(`Bearer authorization_uri="${AT}common"`)],
    ["a path behind it", challenged(`Bearer authorization_uri="${AT}${FOREIGN_TENANT}/oauth2"`)],
    ["a path before it", challenged(`Bearer authorization_uri="${AT}evil/${FOREIGN_TENANT}"`)],
    ["no https", challenged(`Bearer authorization_uri="http://login.windows.net/${FOREIGN_TENANT}"`)],
    ["another scheme", challenged(`Basic authorization_uri="${AT}${FOREIGN_TENANT}"`)],
    ["a second challenge", challenged(`Basic, Bearer authorization_uri="${AT}${FOREIGN_TENANT}"`)],
    ["another parameter first", challenged(`Bearer realm="x", authorization_uri="${AT}${FOREIGN_TENANT}"`)],
    ["an open end", challenged(`Bearer authorization_uri="${AT}${FOREIGN_TENANT}`)],
    ["200", { status: 200, body: { tenantId: FOREIGN_TENANT } }],
    ["a redirect", { status: 302, headers: { location: "/elsewhere" }, body: "" }],
  ] as const)("cannot be read from %s", async (_case, answer) => {
    const arm = await aWire(answer);

    await expect(adaptersAt(arm.url).sources.tenants.of(CONSUMER)).rejects.toMatchObject({
      code: "UNREADABLE",
    });
    expect(arm.asked).toHaveLength(1);
  });

  test.each<[string, Answer, FaultCode]>([
    ["a 404 of somebody else", { status: 404, body: "<h1>Not here</h1>" }, "UNREADABLE"],
    ["403", { status: 403, body: {} }, "FORBIDDEN"],
    ["a proxy's 502", { status: 502, body: "<h1>Bad gateway</h1>" }, "UNREACHABLE"],
  ])("is not known by %s", async (_case, answer, code) => {
    const arm = await aWire(answer);

    await expect(adaptersAt(arm.url).sources.tenants.of(CONSUMER)).rejects.toMatchObject({ code });
  });

  test("is not known when nobody listens", async () => {
    const { sources } = adaptersAt("https://127.0.0.1:1");

    await expect(sources.tenants.of(CONSUMER)).rejects.toMatchObject({ code: "UNREACHABLE" });
  });
});

describe("what goes wrong", () => {
  const VERBS: readonly [string, object, (sources: AzureSources) => Promise<unknown>][] = [
    [
      "a subscription",
      { method: "POST", pathPattern: "ResourceGraph" },
      ({ subscriptions }) => subscriptions.read(CONSUMER),
    ],
    [
      "a creation",
      { method: "POST", pathPattern: "ResourceGraph" },
      ({ creations }) => creations.of(ENDPOINT),
    ],
    [
      "a creator",
      { method: "GET", pathPattern: "eventtypes/management/values" },
      async ({ creations, creators }) => {
        const creation = await creations.of(ENDPOINT);
        return creation && creators.of(ENDPOINT, creation);
      },
    ],
    [
      "a location",
      { method: "GET", pathPattern: "privateEndpoints" },
      ({ endpoints }) => endpoints.read(ENDPOINT),
    ],
    ["a tenant", { method: "GET", pathPattern: "/subscriptions/" }, ({ tenants }) => tenants.of(CONSUMER)],
  ];
  const TROUBLES: readonly [string, object, object][] = [
    [
      "403",
      { kind: "status", status: 403, code: "AuthorizationFailed", message: "No." },
      { code: "FORBIDDEN", armCode: "AuthorizationFailed", message: "No." },
    ],
    ["429", { kind: "throttled", retryAfterSeconds: 1 }, { code: "THROTTLED", retryAfterMs: 1_000 }],
    ["503", { kind: "status", status: 503, code: "Sorry", message: "Later." }, { code: "UNREACHABLE" }],
    ["a cut connection", { kind: "resetBeforeCommit" }, { code: "UNREACHABLE" }],
  ];
  const cases = VERBS.flatMap(([what, target, ask]) =>
    TROUBLES.map(
      ([trouble, script, fault]) => [what, trouble, { ...target, times: 1, ...script }, ask, fault] as const,
    ),
  );

  test.each(cases)(
    "with %s by %s is told, and the next look-up succeeds",
    async (_w, _t, trouble, ask, fault) => {
      const arm = await aWorld();
      expect((await arm.arm.control("POST", "troubles", trouble)).status).toBe(204);

      await expect(ask(arm.sources)).rejects.toMatchObject({ name: "Fault", ...fault });

      expect(await ask(arm.sources)).not.toBeNull();
    },
  );

  test.each(VERBS)(
    "with %s that never comes is given up when its time is over",
    async (_what, target, ask) => {
      const arm = await aWorld({}, { timeLimitMs: 250 });
      await arm.arm.control("POST", "troubles", { ...target, times: 1, kind: "hang", ms: 60_000 });

      await expect(ask(arm.sources)).rejects.toMatchObject({ code: "UNREACHABLE" });
    },
  );

  test("with one query too many is that Resource Graph is throttled until the five seconds are over", async () => {
    const arm = await aWorld({ queriesPerWindow: 2 });

    const asked = await Promise.allSettled(
      Array.from({ length: 3 }, () => arm.sources.creations.of(ENDPOINT)),
    );

    const [fault, ...others] = asked.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    expect(others).toEqual([]);
    expect(fault).toMatchObject({ code: "THROTTLED", armCode: "RateLimiting" });
    expect([1_000, 2_000, 3_000, 4_000, 5_000]).toContain(fault.retryAfterMs);
  });

  test("is not that Resource Graph throttles us: of a wave it hears twelve, whatever they ask", async () => {
    const arm = await aWorld();
    const { creations, subscriptions } = arm.sources;

    const asked = await Promise.allSettled([
      ...Array.from({ length: 10 }, () => creations.of(ENDPOINT)),
      ...Array.from({ length: 10 }, (_, n) => subscriptions.read(NOWHERE.replace("dead", `000${n}`))),
    ]);

    const failed = asked.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    expect(failed).toHaveLength(8);
    for (const fault of failed) {
      expect(fault).toMatchObject({
        code: "THROTTLED",
        message: "This app asks no more than 12 times in 5 s.",
      });
    }
    expect(await arm.requests()).toHaveLength(12);
  });

  test.each([
    ["00:00:05", 5_000],
    [" 00:01:02 ", 62_000],
    ["01:00:00", 3_600_000],
    ["99:59:59", 3_600_000],
    ["00:00:00", 0],
    ["5", undefined],
    ["00:00:60", undefined],
    ["-00:00:05", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("a quota that is whole again after %j is so after %j ms", (header, expected) => {
    expect(quotaResetMs(header)).toBe(expected);
  });

  test("Retry-After goes before what the quota says, which counts for nothing but 429", async () => {
    const headers = { "x-ms-user-quota-resets-after": "00:00:04" };
    const arm = await aWire(
      { status: 429, headers: { ...headers, "retry-after": "2" } },
      { status: 429, headers },
      { status: 503, headers },
    );

    for (const [code, retryAfterMs] of [
      ["THROTTLED", 2_000],
      ["THROTTLED", 4_000],
      ["UNREACHABLE", undefined],
    ]) {
      // Those who were refused ask nothing for a while.
      const { creations } = adaptersAt(arm.url).sources;
      await expect(creations.of(ENDPOINT)).rejects.toMatchObject({ code, retryAfterMs });
    }
  });
});

describe("an answer of Resource Graph that is not what is documented", () => {
  const chain = (length: number) => Array.from({ length }, (_, n) => ({ name: `mg-${n}` }));

  test.each<[string, unknown]>([
    ["null", "null"],
    ["half a JSON", '{"data":['],
    ["no rows", {}],
    ["rows that are a table", { data: { columns: [], rows: [] } }],
    ["rows that are no objects", { data: [42] }],
    [
      "two rows",
      {
        data: [
          { tags: {}, chain: [] },
          { tags: {}, chain: [] },
        ],
      },
    ],
    ["tags that are a text", { data: [{ tags: '{"env":"prod"}', chain: [] }] }],
    ["a tag that is no text", { data: [{ tags: { env: 1 }, chain: [] }] }],
    ["a chain that is a text", { data: [{ tags: {}, chain: "mg-root" }] }],
    ["a name that is no text", { data: [{ name: 7, tags: {} }] }],
    ["a group without a name", { data: [{ tags: {}, chain: [{ displayName: "Payments" }] }] }],
    ["a group with an empty name", { data: [{ tags: {}, chain: [{ name: "" }] }] }],
    ["21 groups", { data: [{ tags: {}, chain: chain(21) }] }],
  ])("%s is unreadable", async (_case, body) => {
    const arm = await aWire({ body });

    await expect(adaptersAt(arm.url).sources.subscriptions.read(CONSUMER)).rejects.toMatchObject({
      code: "UNREADABLE",
    });
  });

  test("20 groups are taken, and tags of null are none", async () => {
    const arm = await aWire({ body: { data: [{ tags: null, chain: chain(20), extra: 1 }] } });

    expect(await adaptersAt(arm.url).sources.subscriptions.read(CONSUMER)).toMatchObject({
      tags: {},
      managementGroups: { length: 20 },
    });
  });

  test("a subscription without management groups is told apart from one above which there are none", async () => {
    const arm = await aWire(
      { body: { data: [{ tags: {} }] } },
      { body: { data: [{ tags: {}, chain: [] }] } },
    );
    const { subscriptions } = adaptersAt(arm.url).sources;

    expect((await subscriptions.read(CONSUMER))?.managementGroups).toBeNull();
    expect((await subscriptions.read(NOWHERE))?.managementGroups).toEqual([]);
  });

  test.each([
    ["no name", {}],
    ["a name of null", { name: null }],
    ["an empty name", { name: "" }],
  ])("a subscription with %s has a name that nobody knows", async (_case, row) => {
    const arm = await aWire({ body: { data: [{ ...row, tags: {}, chain: [] }] } });

    expect((await adaptersAt(arm.url).sources.subscriptions.read(CONSUMER))?.name).toBeNull();
  });

  test("tags named like parts of JavaScript are tags, or are not there, and harm nobody", async () => {
    const tags = '{"__proto__":{"polluted":"yes"},"constructor":"c","toString":"t"}';
    const text = tags.replace('{"polluted":"yes"}', '"p"');
    const arm = await aWire({ body: `{"data":[{"tags":${text},"chain":[]}]}` });

    const found = await adaptersAt(arm.url).sources.subscriptions.read(CONSUMER);

    expect(Object.entries(found?.tags ?? {})).toEqual([
      ["constructor", "c"],
      ["toString", "t"],
    ]);
    expect(Object.getPrototypeOf(found?.tags)).toBe(Object.prototype);
  });
});

describe("gathering over the wire", () => {
  const USED: ReadonlySet<FactName> = new Set([
    "endpoint.location",
    "consumer.tenant",
    "consumer.subscriptionName",
    "consumer.managementGroups",
    "consumer.tags",
    "requester",
  ] as const);

  async function gathered(arm: StandIn) {
    const client = createArmClient({
      endpoint: arm.arm.url,
      audience: "https://management.azure.com",
      credential: arm.credential,
    });
    const place = { endpoint: arm.arm.url, tenantId: HOME_TENANT };
    const sources = { ...aFactSources(), ...azureFactSources(client, createBudgets(AMPLE), place) };
    const at = instant(Date.now());
    const { facts } = await gatherFacts(
      sources,
      { request: aRequest({ at }), cluster: aCluster(), at },
      USED,
    );
    return facts;
  }

  test("never takes the creator of an earlier endpoint of the same name for the requester", async () => {
    const arm = await aWorld();
    const endpointId = anEndpoint();
    const named = (by: string, minutesAgo: number) =>
      arm.arm.control("POST", "creators", { endpointId, by, at: instant(Date.now() - minutesAgo * MINUTE) });
    await arm.arm.control("POST", "changes-lag", { ms: 5 * MINUTE });

    await named("bob@contoso.example", 16);
    const unknownYet = await gathered(arm);
    await arm.arm.send("DELETE", endpointId + NETWORK);
    await named("ana@contoso.example", 0);
    const lagging = await gathered(arm);
    await arm.arm.control("POST", "changes-lag", { ms: 0 });
    const shown = await gathered(arm);

    const cause = "Resource Graph: the creation on record is older than this request";
    expect(unknownYet.requester).toEqual({ kind: "unknown", cause });
    expect(lagging.requester).toEqual({ kind: "unknown", cause });
    expect(shown.requester).toEqual({ kind: "value", value: "ana@contoso.example" });
  });

  test("gives everything about a consumer of our own tenant", async () => {
    const arm = await aWorld();
    await arm.describeSubscription({
      id: CONSUMER,
      displayName: "Payments",
      tags: { env: "prod" },
      managementGroups: ["mg-payments"],
    });

    expect(await gathered(arm)).toMatchObject({
      endpoint: { location: { value: "westeurope" } },
      consumer: {
        tenant: { value: HOME_TENANT },
        subscriptionName: { value: "Payments" },
        tags: { value: { env: "prod" } },
        managementGroups: { value: ["mg-payments", "mg-root"] },
      },
      requester: { value: "an-app" },
    });
  });

  test("gives of another tenant's consumer nothing but the tenant", async () => {
    const arm = await aWorld();
    await arm.describeSubscription({ id: CONSUMER, tenantId: FOREIGN_TENANT, tags: { env: "prod" } });

    const hidden = {
      kind: "unknown",
      cause: "Resource Graph does not show the subscription to this app's identity",
    };
    expect(await gathered(arm)).toMatchObject({
      endpoint: {
        location: {
          kind: "unknown",
          cause: expect.stringMatching(/^GET privateEndpoints: FORBIDDEN InvalidAuthenticationTokenTenant: /),
        },
      },
      consumer: {
        tenant: { value: FOREIGN_TENANT },
        subscriptionName: hidden,
        tags: hidden,
        managementGroups: hidden,
      },
      requester: {
        kind: "unknown",
        cause: "Resource Graph does not show who created the private endpoint",
      },
    });
  });

  test("names the role that is missing", async () => {
    const arm = await aWorld();
    const refusal = { kind: "status", status: 403, code: "AuthorizationFailed", message: "No Reader." };
    const target = { method: "POST", pathPattern: "ResourceGraph", times: 1 };
    await arm.arm.control("POST", "troubles", { ...target, ...refusal });
    await arm.arm.control("POST", "troubles", { ...target, ...refusal });

    expect(await gathered(arm)).toMatchObject({
      consumer: {
        tags: { kind: "unknown", cause: "Resource Graph: FORBIDDEN AuthorizationFailed: No Reader." },
        tenant: { kind: "value" },
      },
    });
  });
});
