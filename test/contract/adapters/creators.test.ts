import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createArmClient } from "../../../shared/azure/arm-client.ts";
import { AMPLE, createBudgets } from "../../../shared/azure/budgets.ts";
import { azureFactSources } from "../../../shared/azure/fact-sources.ts";
import { PrivateEndpointId } from "../../../shared/connection/arm-id.ts";
import { instant } from "../../../shared/connection/connection.ts";
import type { Creation } from "../../../shared/facts/port.ts";
import { requesterIdOf } from "../../../shared/facts/requester.ts";
import { anEndpoint, aRequest, CONSUMER, MINUTE, NINE } from "../../fixtures/builders.ts";
import { DANA_ID, HOME_TENANT } from "../../fixtures/fact-sources.ts";
import { NETWORK } from "../arm/world.ts";
import { adaptersAt, type StandIn, standIn } from "./kit/stand-in.ts";
import { aWire } from "./kit/wire.ts";

const SPELLED = anEndpoint("Pe-Payments");
const ENDPOINT = PrivateEndpointId.parse(SPELLED);
const PATH = `/subscriptions/${CONSUMER}/providers/Microsoft.Insights/eventtypes/management/values`;
const FOREIGN_TENANT = "4444abcd-4444-4444-8444-444444444444";
const OID = "http://schemas.microsoft.com/identity/claims/objectidentifier";
const TID = "http://schemas.microsoft.com/identity/claims/tenantid";
const SCOPE = "http://schemas.microsoft.com/identity/claims/scope";
const DANA = { by: "dana@contoso.example", objectId: DANA_ID };
const PERSON = { kind: "person", objectId: DANA_ID };

/** A stand-in with one consumer's private endpoint; of its creator more is known where that matters. */
async function aWorld(
  creator?: Readonly<Record<string, unknown>>,
  ...options: Parameters<typeof standIn>
): Promise<StandIn> {
  const arm = await standIn(...options);
  await arm.createEndpoint(await arm.createCluster({ isPrivate: true }));
  if (creator !== undefined) await control(arm, "creators", { endpointId: ENDPOINT, ...creator });
  await arm.arm.control("DELETE", "requests");
  return arm;
}

async function control({ arm }: StandIn, command: string, body: object): Promise<void> {
  expect(await arm.control("POST", command, body)).toMatchObject({ status: 204 });
}

async function creatorOf({ sources: { creations, creators } }: Pick<StandIn, "sources">) {
  const creation = await creations.of(ENDPOINT);
  return creation && creators.of(ENDPOINT, creation);
}

/** The questions to the Activity Log so far. */
const asked = async (arm: StandIn) =>
  (await arm.requests()).filter(({ path }) => path.includes("eventtypes"));

describe("who is behind a creation", () => {
  test("is the person whose token the write came with, by one read of that write's events", async () => {
    const arm = await aWorld(DANA);
    const creation = await arm.sources.creations.of(ENDPOINT);

    expect(creation && (await arm.sources.creators.of(ENDPOINT, creation))).toEqual(PERSON);
    expect(await asked(arm)).toMatchObject([{ method: "GET", path: PATH, apiVersion: "2015-04-01" }]);
  });

  test.each<[string, Readonly<Record<string, unknown>> | undefined, string]>([
    ["the consumers' deployment", undefined, "an app created it (an-app)"],
    [
      "an app",
      { by: "9a7e4d31-2c60-4f0d-a1b8-6d5c3e2f1a03" },
      "an app created it (9a7e4d31-2c60-4f0d-a1b8-6d5c3e2f1a03)",
    ],
    [
      "a name that nobody ties to a person",
      { by: "ana_partner.com#EXT#@contoso.onmicrosoft.com" },
      "Azure does not say which person created it",
    ],
    [
      "a write without claims",
      { by: "dana@contoso.example", claims: null },
      "Azure does not say which person created it",
    ],
    [
      "a guest at home",
      { by: "dana@contoso.example", claims: { [OID]: DANA_ID, [TID]: FOREIGN_TENANT, [SCOPE]: "x" } },
      "the creator's object id is of another tenant",
    ],
  ])("is unclear of %s", async (_who, creator, because) => {
    expect(await creatorOf(await aWorld(creator))).toEqual({ kind: "unclear", because });
  });

  test("is read from claims that are JSON in a text, too", async () => {
    const claims = JSON.stringify({ [OID]: DANA_ID.toUpperCase(), [TID]: HOME_TENANT, [SCOPE]: "x" });

    expect(await creatorOf(await aWorld({ by: "dana", claims }))).toEqual(PERSON);
  });

  test("is null while the log does not show the write, and a person as soon as it does", async () => {
    const arm = await aWorld(DANA);
    await control(arm, "log-lag", { ms: MINUTE });
    const early = await creatorOf(arm);
    await control(arm, "log-lag", { ms: 0 });
    const { sources } = adaptersAt(arm.arm.url, { credential: arm.credential });

    expect(early).toBeNull();
    expect(await creatorOf({ sources })).toEqual(PERSON);
  });

  test("is not whoever wrote other endpoints in the same deployment", async () => {
    const arm = await aWorld();
    const headers = { "x-ms-correlation-request-id": randomUUID() };
    const { body } = await arm.arm.send("GET", SPELLED + NETWORK);
    await arm.arm.send("DELETE", SPELLED + NETWORK);
    await arm.arm.send("PUT", anEndpoint("pe-other") + NETWORK, { body, headers });
    await arm.arm.send("PUT", SPELLED + NETWORK, { body, headers });
    await control(arm, "creators", { endpointId: anEndpoint("pe-other"), by: "eve", objectId: randomUUID() });
    await control(arm, "creators", { endpointId: ENDPOINT, ...DANA });

    expect(await creatorOf(arm)).toEqual(PERSON);
  });

  test("is found among more events than one page holds", async () => {
    const arm = await aWorld(DANA, { pageSize: 1 });

    expect(await creatorOf(arm)).toEqual(PERSON);
    expect(await asked(arm)).toHaveLength(2);
  });
});

describe("what was found is remembered", () => {
  test("for long: whoever asks at the same time, or later, costs no further read", async () => {
    const arm = await aWorld(DANA);
    const creation = (await arm.sources.creations.of(ENDPOINT)) as Creation;
    const ask = () => arm.sources.creators.of(ENDPOINT, creation);

    await Promise.all([ask(), ask(), ask()]);
    await ask();

    expect(await asked(arm)).toHaveLength(1);
  });

  test("of one creation, not of the endpoint: another creation is asked about anew", async () => {
    const arm = await aWorld(DANA);
    expect(await creatorOf(arm)).toEqual(PERSON);
    const { body } = await arm.arm.send("GET", SPELLED + NETWORK);
    await arm.arm.send("DELETE", SPELLED + NETWORK);
    await arm.arm.send("PUT", SPELLED + NETWORK, { body });

    expect(await creatorOf(arm)).toMatchObject({ kind: "unclear" });
  });

  test("for half a minute that the log shows nothing", async () => {
    const arm = await aWorld(DANA);
    await control(arm, "log-lag", { ms: MINUTE });

    for (let n = 0; n < 3; n++) expect(await creatorOf(arm)).toBeNull();

    expect(await asked(arm)).toHaveLength(1);
  });
});

test("of a wave of creations the log is asked about twenty in five seconds, and is not what throttles us", async () => {
  const arm = await aWorld(DANA);
  const creation = (await arm.sources.creations.of(ENDPOINT)) as Creation;

  const found = await Promise.allSettled(
    Array.from({ length: 21 }, (_, n) =>
      arm.sources.creators.of(PrivateEndpointId.parse(anEndpoint(`pe-${n}`)), creation),
    ),
  );

  expect(found.flatMap((one) => (one.status === "rejected" ? [one.reason] : []))).toMatchObject([
    { code: "THROTTLED", message: "This app asks no more than 20 times in 5 s." },
  ]);
  expect(await asked(arm)).toHaveLength(20);
});

test("without a tenant to compare with nobody is known, and the log is not asked", async () => {
  const arm = await aWorld(DANA);
  const client = createArmClient({
    endpoint: arm.arm.url,
    audience: "https://management.azure.com",
    credential: arm.credential,
  });
  const sources = azureFactSources(client, createBudgets(AMPLE), {
    endpoint: arm.arm.url,
    tenantId: null,
  });

  expect(await creatorOf({ sources })).toEqual({
    kind: "unclear",
    because: "without TENANT_ID nobody knows whose people may review",
  });
  expect(await asked(arm)).toEqual([]);
});

describe("a creation that cannot be followed", () => {
  const creation = { by: null, at: NINE, correlationId: "54ef1e39-6a82-44b3-abc1-bdeb6ce4d3c6" };

  test.each([null, "", "x' or correlationId ne '", "54ef1e39"])(
    "by the correlation id %j is unclear, and the log is not asked",
    async (correlationId) => {
      const arm = await aWire({ body: { value: [] } });
      const { creators } = adaptersAt(arm.url).sources;

      expect(await creators.of(ENDPOINT, { ...creation, correlationId })).toEqual({
        kind: "unclear",
        because: "Azure does not say which person created it",
      });
      expect(arm.asked).toEqual([]);
    },
  );

  test("asks for no earlier write of the same correlation id, which a client chooses, and for what is read of it", async () => {
    const arm = await aWire({ body: { value: [] } });

    await adaptersAt(arm.url).sources.creators.of(ENDPOINT, creation);

    const [url = ""] = arm.asked;
    expect(Object.fromEntries(new URL(url, arm.url).searchParams)).toEqual({
      "api-version": "2015-04-01",
      $filter:
        "eventTimestamp ge '2026-03-02T08:55:00.000Z' and eventTimestamp le '2026-03-02T10:00:00.000Z' and correlationId eq '54ef1e39-6a82-44b3-abc1-bdeb6ce4d3c6'",
      $select: "claims,correlationId,operationName,resourceId",
    });
  });
});

describe("an answer of the log", () => {
  const correlationId = "54ef1e39-6a82-44b3-abc1-bdeb6ce4d3c6";
  const creation = { by: null, at: NINE, correlationId };
  const claims = (objectId: string) => ({
    [OID]: objectId,
    [TID]: HOME_TENANT,
    [SCOPE]: "user_impersonation",
  });
  const event = (differences: object = {}) => ({
    correlationId,
    resourceId: SPELLED.replace("resourceGroups", "resourcegroups"),
    operationName: { value: "MICROSOFT.NETWORK/privateEndpoints/WRITE", localizedValue: "Create" },
    claims: claims(DANA_ID),
    ...differences,
  });
  const answered = async (...pages: readonly unknown[]) => {
    const arm = await aWire(...pages.map((body) => ({ body })));
    return { arm, creator: adaptersAt(arm.url).sources.creators.of(ENDPOINT, creation) };
  };

  test.each<[string, readonly object[], object | null]>([
    ["one event, in whatever spelling", [event({ correlationId: correlationId.toUpperCase() })], PERSON],
    [
      "several events that agree",
      [event(), event({ claims: claims(DANA_ID.toUpperCase()) }), event({ claims: {} })],
      PERSON,
    ],
    [
      "two events that disagree",
      [event(), event({ claims: claims("b2c6d8ea-1f30-4b4c-9d5e-6f7081920312") })],
      { kind: "unclear", because: "the events of its creation name different people" },
    ],
    ["no event", [], null],
    ["an event of another write", [event({ correlationId: randomUUID() })], null],
    ["an event of another resource", [event({ resourceId: anEndpoint("pe-2") })], null],
    ["a deletion", [event({ operationName: { value: "Microsoft.Network/privateEndpoints/delete" } })], null],
  ])("with %s", async (_case, value, expected) => {
    const { creator } = await answered({ value });

    expect(await creator).toEqual(expected);
  });

  test.each<[string, unknown]>([
    ["no list", {}],
    ["an event without an operation", { value: [event({ operationName: null })] }],
    ["an event without a resource", { value: [event({ resourceId: undefined })] }],
    ["a next page elsewhere", { value: [event()], nextLink: "https://evil.example/subscriptions" }],
    ["a next page that is no address", { value: [event()], nextLink: "next" }],
  ])("with %s is unreadable", async (_case, body) => {
    const { arm, creator } = await answered(body);

    await expect(creator).rejects.toMatchObject({ code: "UNREADABLE" });
    expect(arm.asked).toHaveLength(1);
  });

  test("is followed only on our ARM, whatever host the next page names", async () => {
    const nextLink = `https://evil.example${PATH}?api-version=1999-01-01&%24skipToken=a%2Bb`;
    const { arm, creator } = await answered({ value: [], nextLink }, { value: [event()] });

    expect(await creator).toEqual(PERSON);
    expect(arm.asked[1]).toContain(PATH);
    const query = new URL(arm.asked[1] ?? "", arm.url).searchParams;
    expect(Object.fromEntries(query)).toEqual({ "api-version": "2015-04-01", $skipToken: "a+b" });
  });

  test("without an end is given up after five pages", async () => {
    const { arm, creator } = await answered({ value: [event()], nextLink: `https://x${PATH}?$skipToken=1` });

    await expect(creator).rejects.toMatchObject({ code: "UNREADABLE" });
    expect(arm.asked).toHaveLength(5);
  });
});

describe("looked up again and again while people are asked", () => {
  test("whoever created the endpoint becomes known as soon as both records show it", async () => {
    const arm = await aWorld(DANA);
    const request = aRequest({ at: instant(Date.now()) });
    const look = () => {
      const { sources } = adaptersAt(arm.arm.url, { credential: arm.credential });
      return requesterIdOf(sources, request);
    };
    const cause = "Azure's records do not show who created the private endpoint";

    await control(arm, "changes-lag", { ms: MINUTE });
    expect(await look()).toEqual({ kind: "unknown", cause });
    await control(arm, "changes-lag", { ms: 0 });
    await control(arm, "log-lag", { ms: MINUTE });
    expect(await look()).toEqual({ kind: "unknown", cause });
    await control(arm, "log-lag", { ms: 0 });
    expect(await look()).toEqual({ kind: "value", value: DANA_ID });
  });

  test("nobody is known in a subscription that this app may not read", async () => {
    const arm = await aWorld(DANA);
    await arm.describeSubscription({ id: CONSUMER, tenantId: FOREIGN_TENANT });

    expect(await requesterIdOf(arm.sources, aRequest({ at: instant(Date.now()) }))).toMatchObject({
      kind: "unknown",
    });
  });
});
