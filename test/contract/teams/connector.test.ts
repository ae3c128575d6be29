import { describe, expect, test } from "vitest";
import { PLATFORM_CHANNEL, SECURITY_CHANNEL } from "../../../infra/local/teams/demo.ts";
import { stopTime } from "../arm/world.ts";
import {
  ACTIVITIES,
  aCard,
  aTeams,
  BOT,
  botToken,
  CONNECTOR,
  messageOf,
  messagesIn,
  type TeamsWorld,
} from "./world.ts";

const post = async (teams: TeamsWorld, body: unknown = messageOf(aCard())) =>
  teams.send("POST", `${ACTIVITIES}/`, { body, token: await botToken(teams) });

const execute = { type: "Action.Execute", title: "Approve", verb: "approve", data: { asked: 1 } };

describe("a bot's message", () => {
  test("is posted to the channel, and answered with its id", async () => {
    const teams = await aTeams();

    const { status, body } = await post(teams);

    expect([status, body]).toEqual([201, { id: expect.stringMatching(/^\d{13,}$/) }]);
    expect(await messagesIn(teams)).toMatchObject([
      {
        id: body.id,
        conversationId: PLATFORM_CHANNEL.id,
        author: { kind: "bot", id: BOT },
        cards: [aCard()],
      },
    ]);
  });

  test("is replaced in place for everybody, and keeps its id", async () => {
    const teams = await aTeams();
    const { id } = (await post(teams)).body;
    const body = messageOf(aCard({ fallbackText: "decided" }));

    const reply = await teams.send("PUT", `${ACTIVITIES}/${id}`, { body, token: await botToken(teams) });

    expect([reply.status, reply.body]).toEqual([200, { id }]);
    expect(await messagesIn(teams)).toMatchObject([{ id, cards: [{ fallbackText: "decided" }] }]);
  });

  test("may name the thread behind the channel, as invokes do", async () => {
    const teams = await aTeams();
    const path = ACTIVITIES.replace("/activities", "%3Bmessageid%3D1481567603816/activities");

    const { status } = await teams.send("POST", path, {
      body: messageOf(aCard()),
      token: await botToken(teams),
    });

    expect(status).toBe(201);
    expect(await messagesIn(teams)).toMatchObject([{ conversationId: PLATFORM_CHANNEL.id }]);
  });

  test("may have buttons that send something back, inputs, and a refresh", async () => {
    const teams = await aTeams();
    const card = aCard({
      version: "1.5",
      body: [{ type: "Input.Text", id: "reason", label: "Why?", maxLength: 400, isMultiline: true }],
      actions: [execute],
      refresh: { action: { type: "Action.Execute", verb: "refresh" }, userIds: [] },
    });

    expect((await post(teams, messageOf(card))).status).toBe(201);
    expect(await messagesIn(teams)).toMatchObject([{ cards: [card] }]);
  });
});

describe("a bot is refused", () => {
  test.each<[string, unknown]>([
    ["no JSON", "{"],
    ["another type", { type: "typing" }],
    ["nothing to show", { type: "message" }],
    ["a card of 1.6", messageOf(aCard({ version: "1.6" }))],
    ["Action.Submit", messageOf(aCard({ actions: [{ type: "Action.Submit" }] }))],
    [
      "61 people to refresh for",
      messageOf(aCard({ refresh: { action: execute, userIds: Array.from({ length: 61 }, String) } })),
    ],
  ])("%s, with 400", async (_name, body) => {
    const teams = await aTeams();

    const reply = await post(teams, body);

    expect([reply.status, reply.body.error.code]).toEqual([400, "BadArgument"]);
    expect(await messagesIn(teams)).toEqual([]);
  });

  test.each<[string, object | null, unknown[]]>([
    ["no token", null, [401, "Unauthorized"]],
    ["a token for Azure", { aud: "https://management.azure.com", appid: BOT }, [401, "Unauthorized"]],
    [
      "a token of another issuer",
      { aud: CONNECTOR, appid: BOT, iss: "https://sts.example/" },
      [401, "Unauthorized"],
    ],
    ["an old token", { aud: CONNECTOR, appid: BOT, expiresIn: -3600 }, [401, "Unauthorized"]],
    ["a token of no bot", { aud: CONNECTOR, appid: "app" }, [401, "BotNotRegistered"]],
  ])("%s, with 401", async (_name, claims, expected) => {
    const teams = await aTeams();
    const token = claims === null ? null : await teams.token(claims);

    const { status, body } = await teams.send("POST", ACTIVITIES, { body: messageOf(aCard()), token });

    expect([status, body.error.code]).toEqual(expected);
    expect(await messagesIn(teams)).toEqual([]);
  });

  test("where it was taken out, with 403", async () => {
    const teams = await aTeams();
    const installation = { botId: BOT, conversationId: PLATFORM_CHANNEL.id };
    await teams.control("POST", "installations", { ...installation, isInstalled: false });

    const { status, body } = await post(teams);

    expect([status, body.error.code]).toEqual([403, "BotNotInConversationRoster"]);
    await teams.control("POST", "installations", { ...installation, isInstalled: true });
    expect((await post(teams)).status).toBe(201);
  });

  test.each<[string, string, string, unknown[]]>([
    ["another channel", "POST", "/emea/v3/conversations/19%3Anone/activities", [404, "ConversationNotFound"]],
    ["another message", "PUT", `${ACTIVITIES}/1`, [404, "ActivityNotFoundInConversation"]],
    ["another region", "POST", ACTIVITIES.replace("emea", "amer"), [404, "NotFound"]],
    ["a message to post over", "POST", `${ACTIVITIES}/1`, [405, "MethodNotAllowed"]],
  ])("%s", async (_name, method, path, expected) => {
    const teams = await aTeams();

    const { status, body } = await teams.send(method, path, {
      body: messageOf(aCard()),
      token: await botToken(teams),
    });

    expect([status, body.error.code]).toEqual(expected);
  });

  test("a message of another channel, and one that a flow has posted", async () => {
    const teams = await aTeams();
    const own = (await post(teams)).body.id;
    await teams.send("POST", teams.flow(), { body: messageOf(aCard()) });
    const [flows] = await messagesIn(teams);
    const request = { body: messageOf(aCard()), token: await botToken(teams) };
    const elsewhere = ACTIVITIES.replace(
      encodeURIComponent(PLATFORM_CHANNEL.id),
      encodeURIComponent(SECURITY_CHANNEL.id),
    );

    const replies = [
      await teams.send("PUT", `${elsewhere}/${own}`, request),
      await teams.send("PUT", `${ACTIVITIES}/${flows.id}`, request),
    ];

    expect(replies.map(({ status, body }) => [status, body.error.code])).toEqual([
      [404, "ActivityNotFoundInConversation"],
      [403, "NotEnoughPermissions"],
    ]);
  });

  test("more than 28 KB, with 413", async () => {
    const teams = await aTeams();

    const { status, body } = await post(teams, { ...messageOf(aCard()), text: "x".repeat(28 * 1024) });

    expect([status, body.error.code]).toEqual([413, "MessageSizeTooBig"]);
  });

  test("the eighth request of a second to a thread, posts and updates alike, but not another channel", async () => {
    const later = stopTime();
    const teams = await aTeams();
    const { id } = (await post(teams)).body;
    const request = { body: messageOf(aCard()), token: await botToken(teams) };
    const update = () => teams.send("PUT", `${ACTIVITIES}/${id}`, request);
    for (let count = 0; count < 6; count++) expect((await update()).status).toBe(200);

    const refused = await update();
    const elsewhere = ACTIVITIES.replace(
      encodeURIComponent(PLATFORM_CHANNEL.id),
      encodeURIComponent(SECURITY_CHANNEL.id),
    );

    expect([refused.status, refused.body.error.code, refused.headers["retry-after"]]).toEqual([
      429,
      "Throttled",
      "1",
    ]);
    expect((await teams.send("POST", elsewhere, request)).status).toBe(201);
    later(1000);
    expect((await update()).status).toBe(200);
  });

  test.each([412, 502, 504])("with %i when the script says so", async (status) => {
    const teams = await aTeams();
    const trouble = { kind: "status", status, code: "ServiceError", message: "again" };
    await teams.control("POST", "troubles", { method: "POST", pathPattern: "/v3/", times: 1, ...trouble });

    expect((await post(teams)).status).toBe(status);
    expect((await post(teams)).status).toBe(201);
  });
});
