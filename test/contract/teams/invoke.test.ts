import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import { DEMO_DIRECTORY } from "../../../infra/local/entra/directory.ts";
import { PLATFORM_CHANNEL } from "../../../infra/local/teams/demo.ts";
import {
  ACTIVITIES,
  aBot,
  aCard,
  aTeams,
  BOT,
  botToken,
  CARD_TYPE,
  CONNECTOR,
  messageOf,
  messagesIn,
  TENANT,
  type TeamsWorld,
} from "./world.ts";

const [ana] = DEMO_DIRECTORY.people;

const APPROVE = { type: "Action.Execute", id: "a", title: "Approve", verb: "approve", data: { asked: 6 } };
const REFRESH = { action: { type: "Action.Execute", verb: "refresh", data: { asked: 6 } } };
const CARD = aCard({ actions: [APPROVE], refresh: REFRESH });

const answering = (type: string, value: unknown, statusCode = 200) => ({ body: { statusCode, type, value } });
const MESSAGE = "application/vnd.microsoft.activity.message";

/** A bot, and a Teams in which it has posted a card with a button. */
async function aPostedCard(answer: Parameters<typeof aBot>[0], options: Parameters<typeof aTeams>[0] = {}) {
  const bot = await aBot(answer);
  const teams = await aTeams({ botEndpoint: bot.endpoint, ...options });
  const { body } = await teams.send("POST", ACTIVITIES, {
    body: messageOf(CARD),
    token: await botToken(teams),
  });
  const click = (more: object = {}) =>
    teams.control("POST", "invokes", { messageId: body.id, person: "ana", verb: "approve", ...more });
  return { bot, teams, id: String(body.id), click };
}

/** The keys that the connector announces, as a bot finds them. */
async function announced(teams: TeamsWorld) {
  const { body: document } = await teams.send("GET", "/v1/.well-known/openidconfiguration");
  const { pathname } = new URL(document.jwks_uri);
  const { body: keys } = await teams.send("GET", pathname);
  return { document, keys };
}

describe("a click on a card", () => {
  test("reaches the bot as an invoke that names who clicked what, where and with which words", async () => {
    const { bot, teams, id, click } = await aPostedCard(answering(MESSAGE, "recorded"));

    const { body: outcome } = await click({ inputs: { reason: "a change" } });

    expect(outcome).toEqual({ kind: "message", text: "recorded" });
    expect(bot.heard.map(({ activity }) => activity)).toMatchObject([
      {
        type: "invoke",
        name: "adaptiveCard/action",
        channelId: "msteams",
        serviceUrl: `${teams.url}/emea/`,
        from: { id: expect.stringMatching(/^29:1/), name: ana?.displayName, aadObjectId: ana?.oid },
        recipient: { id: `28:${BOT}` },
        conversation: { tenantId: TENANT, id: `${PLATFORM_CHANNEL.id};messageid=${id}` },
        channelData: { tenant: { id: TENANT } },
        replyToId: id,
        value: {
          trigger: "manual",
          action: { ...APPROVE, data: { asked: 6, reason: "a change" } },
        },
      },
    ]);
  });

  test("comes with a token of the connector, which its announced keys verify", async () => {
    const { bot, teams, click } = await aPostedCard(answering(MESSAGE, ""));

    await click();

    const { document, keys } = await announced(teams);
    const token = bot.heard[0]?.authorization?.replace("Bearer ", "") ?? "";
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      issuer: CONNECTOR,
      audience: BOT,
      algorithms: ["RS256"],
    });
    expect(payload.serviceurl).toBe(`${teams.url}/emea/`);
    expect(document.issuer).toBe(CONNECTOR);
    const key = keys.keys.find(({ kid }: { kid: string }) => kid === decodeProtectedHeader(token).kid);
    expect(key.endorsements).toContain("msteams");
  });

  test("a new key is announced at once, and signs when it may", async () => {
    const { bot, teams, click } = await aPostedCard(answering(MESSAGE, ""));
    await click();

    const { kid } = (await teams.control("POST", "keys", {})).body;
    await click();

    const kids = bot.heard.map(
      ({ authorization = "" }) => decodeProtectedHeader(authorization.replace("Bearer ", "")).kid,
    );
    expect(kids[1]).toBe(kid);
    expect(kids[0]).not.toBe(kid);
    expect((await announced(teams)).keys.keys.map((key: { kid: string }) => key.kid)).toEqual(kids);
  });

  test("the card in the answer is for who clicked alone, until everybody's is replaced", async () => {
    const mine = aCard({ actions: [{ ...APPROVE, verb: "again" }] });
    const { bot, teams, id, click } = await aPostedCard(answering(CARD_TYPE, mine));

    const first = await click();
    const hasSeen = [await click({ verb: "again" }), await click({ person: "bo", verb: "again" })];
    await teams.send("PUT", `${ACTIVITIES}/${id}`, {
      body: messageOf(CARD),
      token: await botToken(teams),
    });
    const afterwards = await click({ verb: "again" });

    expect(first.body).toMatchObject({ kind: "card" });
    expect(hasSeen.map(({ status }) => status)).toEqual([200, 404]);
    expect(afterwards.status).toBe(404);
    expect(await messagesIn(teams)).toMatchObject([{ cards: [CARD] }]);
    expect(bot.heard).toHaveLength(2);
  });

  test("a refresh says whether somebody asked for it", async () => {
    const { bot, click } = await aPostedCard(answering(MESSAGE, ""));

    await click({ verb: undefined, trigger: "automatic" });

    expect(bot.heard[0]?.activity.value).toEqual({
      trigger: "automatic",
      action: { type: "Action.Execute", verb: "refresh", data: { asked: 6 } },
    });
  });

  test.each<[string, Parameters<typeof aBot>[0], object]>([
    [
      "a refusal",
      answering("application/vnd.microsoft.error", { code: "Forbidden", message: "not yours" }, 400),
      { kind: "refused", code: "Forbidden", message: "not yours" },
    ],
    ["401", { status: 401, body: {} }, { kind: "failed", why: "The bot answered with HTTP 401." }],
    ["a bare 200", { body: {} }, { kind: "failed" }],
    ["another type", answering("application/json", {}), { kind: "failed" }],
    [
      "the type that a page misspells",
      answering("application/vnd.microsoft.adaptive.card", CARD),
      { kind: "failed" },
    ],
    ["a card that cannot be shown", answering(CARD_TYPE, { ...CARD, version: "1.6" }), { kind: "failed" }],
  ])("%s in answer is kept, and changes no card", async (_name, answer, outcome) => {
    const { teams, click } = await aPostedCard(answer);

    expect((await click()).body).toMatchObject(outcome);

    const { body } = await teams.control("GET", "invokes");
    expect(body.value).toMatchObject([{ person: "ana", outcome }]);
    expect(await messagesIn(teams)).toMatchObject([{ cards: [CARD] }]);
  });

  test("a bot that takes too long is not waited for", async () => {
    const { teams, click } = await aPostedCard("silence", { invokeTimeoutMs: 50 });

    expect((await click()).body).toEqual({ kind: "failed", why: "The bot did not answer within 0.05 s." });
    expect(await messagesIn(teams)).toMatchObject([{ cards: [CARD] }]);
  });

  test("a bot that is not there is a click that failed", async () => {
    const teams = await aTeams();
    const { body } = await teams.send("POST", ACTIVITIES, {
      body: messageOf(CARD),
      token: await botToken(teams),
    });

    const click = { messageId: body.id, person: "ana", verb: "approve" };

    expect((await teams.control("POST", "invokes", click)).body).toMatchObject({ kind: "failed" });
  });

  test("what is forged reaches the bot: claims, members of the activity, the whole header", async () => {
    const { bot, click } = await aPostedCard(answering(MESSAGE, ""));

    await click({ forged: { claims: { aud: "other", serviceurl: "https://evil.example/" } } });
    await click({ forged: { activity: { serviceUrl: "https://evil.example/" } } });
    await click({ forged: { authorization: null } });

    const [claims, activity, nothing] = bot.heard;
    const payload = JSON.parse(
      Buffer.from(claims?.authorization?.split(".")[1] ?? "", "base64url").toString(),
    );
    expect(payload).toMatchObject({ iss: CONNECTOR, aud: "other", serviceurl: "https://evil.example/" });
    expect(activity?.activity.serviceUrl).toBe("https://evil.example/");
    expect(nothing?.authorization).toBeUndefined();
  });
});
