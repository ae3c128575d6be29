import { beforeAll, describe, expect, test } from "vitest";
import { ARM_AUDIENCE } from "../../infra/local/entra/constants.ts";
import { personToken } from "../../infra/local/world/tokens.ts";
import { delivered } from "../fixtures/events.ts";
import { peopleAreAsked } from "./kit/moments.ts";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { push } from "./kit/push.ts";
import { anaByAnotherKey, anaTampered, anaUnsigned, anaWith } from "./kit/tokens.ts";
import { ASKED, BY_RULE, settlesOnce } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

const SUBSCRIPTION = "5d0d3c54-0c33-4a4c-a4c3-6c3d5c4f2a10";
const CLUSTERS = "providers/Microsoft.ContainerService/managedClusters";

const stack = aStack();
const { arm, api, queue } = stack;

/** The message of this id in the quarantine. */
const quarantined = (messageId: string) =>
  eventually(async () => {
    const found = (await queue.quarantined()).filter((message) => message.messageId === messageId);
    expect(found).toHaveLength(1);
    return found[0];
  });

const cluster = (group: string, name: string) =>
  `/subscriptions/${SUBSCRIPTION}/resourceGroups/${group}/${CLUSTERS}/${name}`;

describe("a message that cannot be understood is put aside as it came, with the reason", {
  timeout: TIMEOUT_MS,
}, () => {
  const NOT_AN_ID = "is not the ARM id of";

  test.concurrent.each<[string, string, string]>([
    ["not JSON", "close the door", "The body is not JSON"],
    ["not UTF-8", "\xc3\x28\x00", "The body is not JSON"],
    ["nothing", "", "The body is not JSON"],
    ["a number", "42", "The body is not a JSON object"],
    ["an array of two", "[{},{}]", "one at a time"],
    ["an object of nothing", "{}", "Neither an ARM event nor a message of ours"],
    ["deep nesting", "[".repeat(50_000), "The body is not JSON"],
    ["a prototype", `{"__proto__":{"connectionId":"x"}}`, "__proto__"],
    ["two ids", JSON.stringify({ connectionId: "x", clusterId: "y" }), "Neither"],
    ["an id that is no text", `{"clusterId":["${cluster("rg", "aks")}"]}`, "Neither"],
    ["dots", JSON.stringify({ clusterId: cluster("..", "aks") }), NOT_AN_ID],
    ["an encoded slash", JSON.stringify({ clusterId: cluster("rg", "aks%2fx") }), NOT_AN_ID],
    ["a query", JSON.stringify({ clusterId: cluster("rg", "aks?x=1") }), NOT_AN_ID],
    ["a line break", JSON.stringify({ clusterId: `${cluster("rg", "aks")}\n` }), NOT_AN_ID],
    [
      "a missing segment",
      JSON.stringify({ clusterId: `/subscriptions/${SUBSCRIPTION}/${CLUSTERS}/aks` }),
      NOT_AN_ID,
    ],
    ["a group of 91 characters", JSON.stringify({ clusterId: cluster("g".repeat(91), "aks") }), NOT_AN_ID],
    [
      "another provider",
      JSON.stringify({
        connectionId: `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Sql/servers/x/privateEndpointConnections/y`,
      }),
      NOT_AN_ID,
    ],
    ["an event about a wrong id", JSON.stringify(delivered("connection-write", "/x")), "resource"],
    ["200 KB", "x".repeat(200_000), "The body is not JSON"],
  ])("%s", async (what, text, reason) => {
    const messageId = `bad, ${what}`;
    const body = Buffer.from(text, "latin1");

    await queue.send({ body, messageId });

    const kept = await quarantined(messageId);
    expect(Buffer.from(kept?.body)).toEqual(body);
    expect(kept?.applicationProperties?.reason).toContain(reason);
  });

  test("and the queue moves on: nothing waits, nothing died, the next good message is followed", async () => {
    const connectionId = await arm.hides("pe-trusted-after");

    await queue.send({ body: { connectionId } });

    await settlesOnce(stack, "pe-trusted-after", BY_RULE);
    await eventually(async () => expect(await queue.waiting()).toBe(0));
    expect(await queue.deadLettered()).toEqual([]);
  });
});

describe.concurrent("an event of 1 MB", { timeout: TIMEOUT_MS }, () => {
  const ballast = "x".repeat(1024 * 1024);

  test("is followed when it can be understood", async () => {
    const resource = await arm.hides("pe-trusted-heavy");
    const event = delivered("connection-write-in-queue", resource);

    expect(await push(stack.endpoints(), { ...event, ballast })).toBe(202);

    await settlesOnce(stack, "pe-trusted-heavy", BY_RULE);
  });

  test("is put aside, as far as the quarantine can hold it, when it cannot", async () => {
    expect(await push(stack.endpoints(), [{ id: "heavy-nonsense", ballast }])).toBe(202);

    const kept = await quarantined("heavy-nonsense");
    expect(kept?.applicationProperties?.cutFromBytes).toBeGreaterThan(1024 * 1024);
    expect(Buffer.from(kept?.body).toString()).toMatch(/^\{"id":"heavy-nonsense","ballast":"xxx/);
  });
});

describe("what people's clients send", { timeout: TIMEOUT_MS }, () => {
  let id: string;

  beforeAll(async () => {
    await peopleAreAsked(stack, "pe-guarded");
    ({ id } = await api.request("pe-guarded"));
  }, TIMEOUT_MS);

  const review = async (
    body: string | null,
    headers: Record<string, string> = { "content-type": "application/json" },
  ) => {
    const token = await personToken(stack.endpoints(), "ana", stack.endpoints().audience);
    return api.send(`/api/requests/${id}/reviews`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, ...headers },
      body,
    });
  };

  test.concurrent.each<[string, number, () => ReturnType<typeof review>]>([
    ["not JSON", 400, () => review("{review:")],
    ["nothing", 400, () => review("")],
    ["no review", 400, () => review("{}")],
    ["a review of another kind", 400, () => review('{"review":"delete"}')],
    ["a list", 400, () => review('["approve"]')],
    ["a reason that is no text", 400, () => review('{"review":"approve","reason":{}}')],
    [
      "a reason of 501 characters",
      400,
      () => review(JSON.stringify({ review: "approve", reason: "x".repeat(501) })),
    ],
    ["a form", 415, () => review("review=approve", { "content-type": "application/x-www-form-urlencoded" })],
    ["no content type", 415, () => review('{"review":"approve"}', { "content-type": "" })],
    ["1 MB", 413, () => review(JSON.stringify({ review: "approve", reason: "x".repeat(1024 * 1024) }))],
  ])("%s is answered with a problem document: %i", async (_what, status, send) => {
    const reply = await send();

    expect(reply).toMatchObject({ status, body: { status, title: expect.any(String) } });
    expect(reply.headers.get("content-type")).toBe("application/problem+json");
    expect(await stack.trail("pe-guarded")).toEqual(ASKED);
  });

  const hourAgo = () => Math.floor(Date.now() / 1000) - 3_600;
  const elsewhere = "11111111-2222-4333-8444-555555555555";

  test.concurrent.each<[string, () => Promise<string> | string]>([
    ["that expired", () => anaWith(stack, { exp: hourAgo() })],
    ["that is not valid yet", () => anaWith(stack, { nbf: Math.floor(Date.now() / 1000) + 3_600 })],
    ["for another audience", () => personToken(stack.endpoints(), "ana", ARM_AUDIENCE)],
    ["of another tenant", () => anaWith(stack, { tid: elsewhere })],
    ["of another issuer", () => anaWith(stack, { iss: "https://login.example/v2.0" })],
    ["that is an ID token", () => anaWith(stack, { azp: undefined, scp: undefined, idtyp: undefined })],
    ["without an end", () => anaWith(stack, { exp: undefined })],
    ["that nobody signed", () => anaUnsigned(stack)],
    ["signed by another key", () => anaByAnotherKey(stack)],
    ["with somebody else's signature", () => anaTampered(stack)],
    ["that is none", () => "not-a-token"],
    ["that never ends", () => "x".repeat(12_000)],
  ])("a token %s proves nobody", async (_what, token) => {
    const reply = await api.send(`/api/requests/${id}/reviews`, {
      method: "POST",
      headers: { authorization: `Bearer ${await token()}`, "content-type": "application/json" },
      body: '{"review":"approve","asked":3}',
    });

    expect(reply).toMatchObject({ status: 401, body: { status: 401 } });
    expect(await stack.trail("pe-guarded")).toEqual(ASKED);
  });

  test("an app's own token may not review, whatever roles it has", async () => {
    const token = await anaWith(stack, { idtyp: "app", scp: undefined });

    const reply = await api.send(`/api/requests/${id}/reviews`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: '{"review":"approve","asked":3}',
    });

    expect(reply.status).toBe(403);
  });

  test("a token of an approver that was asked for only to read may read, and not review", async () => {
    const { audience } = stack.endpoints();
    const token = await personToken(stack.endpoints(), "ana", audience, ["Approvals.Read"]);
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };

    const reading = await api.send(`/api/requests/${id}`, { headers });
    const reviewing = await api.send(`/api/requests/${id}/reviews`, {
      method: "POST",
      headers,
      body: '{"review":"approve"}',
    });

    expect(reading.status).toBe(200);
    expect(reviewing).toMatchObject({ status: 403, body: { code: "wrongScope" } });
    await eventually(async () =>
      expect(stack.output()).toMatch(/"event":"refused".*"wrongScope".*"reviewRequest"/),
    );
    expect(stack.output()).not.toContain(token);
  });

  test("the platform's sign-in headers prove nobody", async () => {
    const principal = Buffer.from(JSON.stringify({ userId: "ana", userRoles: ["Approver"] })).toString(
      "base64",
    );

    const reply = await api.send("/api/requests", {
      headers: { "x-ms-client-principal": principal, "x-ms-client-principal-name": "ana@contoso.example" },
    });

    expect(reply.status).toBe(401);
  });

  test.concurrent.each([
    "/api/requests?limit=0",
    "/api/requests?limit=201",
    "/api/requests?state=open",
    "/api/requests?cursor=x",
    "/api/audit?from=yesterday",
    "/api/audit?outcome=maybe",
  ])("GET %s is answered 400", async (path) => {
    expect(await api.as("cy").get(path)).toMatchObject({ status: 400, body: { status: 400 } });
  });

  test("after all of that ARM was never written to, and the request can still be answered", async () => {
    expect(await arm.writes("pe-guarded")).toEqual([]);
    expect((await api.reviews("ana", "pe-guarded", "approve")).status).toBe(200);
  });

  test("and none of it was an error of ours", () => {
    expect(stack.output()).not.toMatch(/^\S+ (error|crit ) /m);
  });
});
