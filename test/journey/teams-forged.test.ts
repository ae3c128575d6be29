import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { personToken } from "../../infra/local/world/tokens.ts";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { newFolder } from "./kit/processes.ts";
import { ASKS_IN_TEAMS, type Click, teamsOf } from "./kit/teams.ts";
import { ASKED, trailBecomes } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

const policy = join(newFolder(), "policy.yaml");
writeFileSync(policy, ASKS_IN_TEAMS);
const stack = aStack({ POLICY: policy });
const { consumer } = stack;
const { cards, clicks, graph, trouble } = teamsOf(stack.endpoints);

const STRANGER = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
const nowS = () => Math.floor(Date.now() / 1_000);

let messageId: string | undefined;
beforeAll(async () => {
  await consumer.requests("pe-card-forged");
  await trailBecomes(stack, "pe-card-forged", ASKED);
  await eventually(async () => expect(await cards()).toHaveLength(1));
  messageId = (await cards())[0]?.id;
}, TIMEOUT_MS);

/** Bo, who is asked, would approve. */
const asBo = (forged: NonNullable<Click["forged"]>) =>
  clicks({ messageId, person: "bo", verb: "approve", forged });
const nothingCame = async () => expect(await stack.trail("pe-card-forged")).toEqual(ASKED);

describe("whoever is not Teams is not let in, and decides nothing", () => {
  test.each<[string, () => NonNullable<Click["forged"]>]>([
    ["who has no token", () => ({ authorization: null })],
    ["who has no token of the scheme", () => ({ authorization: "Basic Ym86Ym8=" })],
    ["whose token is none", () => ({ authorization: "Bearer not.a.token" })],
    [
      "whose token is unsigned",
      () => ({
        authorization: `Bearer ${[{ alg: "none" }, { iss: "https://api.botframework.com", exp: nowS() + 60 }]
          .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
          .join(".")}.`,
      }),
    ],
    ["another issuer", () => ({ claims: { iss: "https://sts.windows.net/" } })],
    ["who is told to another bot", () => ({ claims: { aud: STRANGER } })],
    ["whose token has expired, by more than the tolerance", () => ({ claims: { exp: nowS() - 301 } })],
    ["whose token is not yet good", () => ({ claims: { nbf: nowS() + 400, exp: nowS() + 900 } })],
    ["whose token ends never", () => ({ claims: { exp: null } })],
    ["whose token names no address", () => ({ claims: { serviceurl: null } })],
    ["whose token names another address", () => ({ claims: { serviceurl: "https://evil.example/" } })],
    ["whose activity names another address", () => ({ activity: { serviceUrl: "https://evil.example/" } })],
    ["another channel of the Bot Framework", () => ({ activity: { channelId: "webchat" } })],
    [
      "another tenant",
      () => ({
        activity: {
          channelData: { tenant: { id: STRANGER } },
          conversation: { id: "19:x", tenantId: STRANGER },
        },
      }),
    ],
    ["one of two tenants", () => ({ activity: { channelData: { tenant: { id: STRANGER } } } })],
  ])("%s", async (_who, forged) => {
    expect(await asBo(forged())).toEqual({ kind: "failed", why: "The bot answered with HTTP 401." });
    await nothingCame();
  });

  test("nor by a token of Entra that is good for the API", async () => {
    const { endpoints } = stack;
    const token = await personToken(endpoints(), "bo", endpoints().audience);

    expect(await asBo({ authorization: `Bearer ${token}` })).toEqual({
      kind: "failed",
      why: "The bot answered with HTTP 401.",
    });
    await nothingCame();
  });
});

describe("a click that is none of this card decides nothing", () => {
  test.each<[string, Readonly<Record<string, unknown>>]>([
    ["on a message that is not the bot's card of the request", { replyToId: "1609459200000" }],
    ["in another channel", { conversation: { id: "19:0000@thread.tacv2;messageid=1" } }],
  ])("%s", async (_what, activity) => {
    const outcome = await asBo({ activity });

    expect(outcome).toMatchObject({ kind: "message", text: expect.stringMatching(/^This card is not kept/) });
    await nothingCame();
  });

  test.each<[string, unknown]>([
    ["another verb", { action: { verb: "delete", data: {} } }],
    ["a request that is none", { action: { verb: "approve", data: { request: "pec-x", asked: 3 } } }],
    ["no data at all", null],
    ["too long a reason", { action: { verb: "approve", data: { reason: "x".repeat(501) } } }],
  ])("with %s it is refused", async (_what, value) => {
    expect(await asBo({ activity: { value } })).toMatchObject({ kind: "refused" });
    await nothingCame();
  });

  test("a bot that is added to a team says nothing", async () => {
    const outcome = await asBo({
      activity: { type: "conversationUpdate" },
    });

    expect(outcome.kind).toBe("failed");
    await nothingCame();
  });
});

describe("when the directory cannot say who it is", () => {
  test.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    ["is down", { status: 503 }, /^This cannot be answered here for now/],
    ["wants a pause", { status: 429 }, /^This cannot be answered here for now/],
    ["refuses the app", { status: 403 }, /^This cannot be answered here for now/],
    ["hangs", { hangMs: 4_500 }, /^This (cannot be answered|takes longer)/],
    ["knows that the account is disabled", { disabled: ["bo"] }, /^The directory does not know you/],
  ])(
    "it %s: nothing is decided, and one is told to answer in the inbox, within the time that Teams waits",
    async (_what, trouble, said) => {
      await graph(trouble);

      const outcome = await asBo({});

      await graph({});
      expect(outcome).toMatchObject({ kind: "message", text: expect.stringMatching(said) });
      expect(JSON.stringify(outcome)).toContain("nbox");
      await nothingCame();
    },
  );
});

test("the time that Teams waits is kept although the connector's keys take long as well", async () => {
  await stack.kill("app");
  await eventually(async () => expect((await stack.api.send("/api/me")).status).toBe(401));
  await trouble({ method: "GET", pathPattern: "/.well-known/", times: 2, kind: "hang", ms: 1_500 });
  await graph({ hangMs: 2_700 });

  const outcome = await asBo({});

  await graph({});
  expect(outcome).toMatchObject({ kind: "message", text: expect.stringMatching(/^This takes longer/) });
  await nothingCame();
});
