import { setTimeout } from "node:timers/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { describe, expect, test } from "vitest";
import { PLATFORM_CHANNEL } from "../../../infra/local/teams/demo.ts";
import { botChannel } from "../../../shared/notify/teams/bot.ts";
import type { Posted } from "../../../shared/request/store.ts";
import { SYSTEM } from "../../../shared/request/terms.ts";
import { aTrail, MINUTE } from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { ana, anEntry, aRequirement, asked, bo, decided, resumed, reviewed } from "../../fixtures/entries.ts";
import { aNotice, PLACE } from "../../unit/notify/teams/world.ts";
import { aTeams, BOT, botToken, messagesIn, type TeamsWorld } from "../teams/world.ts";

const TWO = aRequirement({ quorum: 2 });

/** The app's bot in a channel of the stand-in, and a desk that tells people by it alone. */
async function aBotWorld({ teams, conversation = PLATFORM_CHANNEL.id, timeLimitMs }: Partial<World> = {}) {
  const world = teams ?? (await aTeams());
  setDefaultCACertificates([...getCACertificates("default"), world.ca]);
  const said: string[] = [];
  const connector = { serviceUrl: `${world.url}/emea`, token: () => botToken(world) };
  const posted: Posted = {
    of: (line) => desk.store.posted.of(line),
    keep: (line, message) => desk.store.posted.keep(line, message),
  };
  const needs = {
    connector,
    place: PLACE,
    posted,
    takesAnswers: true,
    info: (line: string) => void said.push(line),
  };
  const channel = botChannel({ name: "teams", id: conversation }, needs, timeLimitMs);
  const desk: Desk = new Desk({ channels: [], named: [channel] });
  return { teams: world, desk, channel, said };
}

interface World {
  readonly teams: TeamsWorld;
  readonly conversation: string;
  readonly timeLimitMs: number;
}

interface Shown {
  readonly id: string;
  readonly threadId?: string;
  readonly headline: string;
  readonly buttons: readonly string[];
  readonly text: string;
}

/** What the channel shows, oldest first. */
async function shownIn(teams: TeamsWorld): Promise<Shown[]> {
  const messages = await messagesIn(teams);
  return messages.toReversed().map(({ id, threadId, cards: [card] }) => ({
    id,
    threadId,
    headline: card.body[0].inlines[0].text,
    buttons: card.actions.map(({ title }: { title: string }) => title),
    text: JSON.stringify(card),
  }));
}

const trouble = async (teams: TeamsWorld, what: Readonly<Record<string, unknown>>): Promise<void> => {
  const line = { method: "PUT", pathPattern: "/activities", times: 1, ...what };
  expect((await teams.control("POST", "troubles", line)).status).toBe(204);
};

const failing = (status: number, code: string, more: Readonly<Record<string, unknown>> = {}) => ({
  kind: "status",
  status,
  code,
  message: "It is scripted.",
  ...more,
});

/** Adds what happened to a request, and tells of it. */
async function happens(desk: Desk, id: Parameters<Desk["add"]>[0], ...entries: Parameters<Desk["add"]>[1][]) {
  await desk.add(id, ...entries);
  await desk.deliver();
}

describe("one card shows everybody how it stands", () => {
  test("from the question over each review to the end, it is the same message", async () => {
    const { teams, desk } = await aBotWorld();
    const { id } = await desk.file(aTrail({}, asked(TWO)));
    await desk.deliver();
    const [question] = await shownIn(teams);

    await happens(desk, id, reviewed());
    const [afterOne] = await shownIn(teams);
    await happens(desk, id, reviewed(bo), decided());
    const [decidedCard] = await shownIn(teams);
    await happens(desk, id, anEntry.applied, anEntry.verified);
    const shown = await shownIn(teams);

    expect(question).toMatchObject({
      headline: "Please review",
      buttons: ["Review", "Open cluster in portal"],
    });
    expect(afterOne).toMatchObject({ id: question?.id, headline: "Please review" });
    expect(afterOne?.text).toContain("Ana");
    expect(decidedCard).toMatchObject({ id: question?.id, headline: "Decided: approved" });
    expect(decidedCard?.buttons).toEqual(["Look at it", "Open cluster in portal"]);
    expect(shown).toMatchObject([{ id: question?.id, headline: "Closed: Approved" }]);
  });

  test("a review that is taken back is not on it any more", async () => {
    const { teams, desk } = await aBotWorld();
    const { id } = await desk.file(aTrail({}, asked(TWO), reviewed()));
    await desk.deliver();
    expect((await shownIn(teams))[0]?.text).toContain("Ana");

    await happens(desk, id, anEntry.withdrawn);

    const [card, ...others] = await shownIn(teams);
    expect(others).toEqual([]);
    expect(card?.text).not.toContain("Ana");
  });

  test("a review is not on it any more once it is known to be that of whoever asked for the connection", async () => {
    const { teams, desk } = await aBotWorld();
    const { id } = await desk.file(aTrail({}, asked(TWO), reviewed()));
    await desk.deliver();
    expect((await shownIn(teams))[0]?.text).toContain("Ana");

    const { sentence } = anEntry.requesterFound;
    await happens(desk, id, { kind: "requesterFound", actor: SYSTEM, requester: ana.oid, sentence });

    const [card, ...others] = await shownIn(teams);
    expect(others).toEqual([]);
    expect(card?.text).not.toContain("Ana");
  });

  test("a reminder and an escalation are messages in its thread, so that they reach who has read it", async () => {
    const { teams, desk } = await aBotWorld();
    const { id } = await desk.file(aTrail({}, asked()));
    await desk.deliver();

    await happens(desk, id, anEntry.reminded);
    await happens(desk, id, anEntry.escalated);

    const [card, ...thread] = await shownIn(teams);
    expect(card?.headline).toBe("Too few have answered: more people may");
    expect(thread).toMatchObject([
      { threadId: card?.id, headline: "Still waits for a review" },
      { threadId: card?.id, headline: "Too few have answered: more people may" },
    ]);
  });

  test("what is asked anew has a card of its own, and the former one says so", async () => {
    const { teams, desk } = await aBotWorld();
    const { id } = await desk.file(aTrail({}, asked()));
    await desk.deliver();

    await happens(desk, id, resumed, asked());

    expect(await shownIn(teams)).toMatchObject([
      { headline: "Asked anew: answer the newer card", buttons: ["Look at it", "Open cluster in portal"] },
      { headline: "Please review" },
    ]);
  });

  test("a card that somebody deleted is posted again with the next reminder, and not for a review or the end", async () => {
    const { teams, desk, said } = await aBotWorld();
    const { id } = await desk.file(aTrail({}, asked(TWO)));
    await desk.deliver();
    await teams.control("DELETE", "messages");

    await happens(desk, id, reviewed());
    expect(await shownIn(teams)).toEqual([]);
    expect(said.at(-1)).toBe(
      `The card of ${id} is not brought up to date any more: Teams answered 404 ActivityNotFoundInConversation: somebody deleted it.`,
    );
    await happens(desk, id, anEntry.reminded);
    expect(await shownIn(teams)).toMatchObject([{ headline: "Still waits for a review" }]);
    await teams.control("DELETE", "messages");
    await happens(desk, id, anEntry.expired);

    expect(await shownIn(teams)).toEqual([]);
    expect(desk.errors).toEqual([]);
  });

  test("a notice that is handed over again, after a crash, posts nothing new", async () => {
    const { teams, desk, channel } = await aBotWorld();
    const { id } = await desk.file(aTrail({}, asked()));
    await desk.deliver();
    const request = await desk.request(id);

    await channel.send({ ...aNotice("asked"), requestId: id, request });

    expect(await shownIn(teams)).toHaveLength(1);
  });
});

describe("when something is wrong", () => {
  test.each([
    ["the service is down", failing(502, "BadGateway"), "Teams answered 502 BadGateway."],
    ["a gateway answers", { kind: "page", status: 504 }, "Teams answered 504."],
    ["the connection breaks", { kind: "resetBeforeCommit" }, "Teams cannot be reached (UND_ERR_SOCKET)."],
    [
      "somebody else was writing",
      failing(412, "PreconditionFailed"),
      "Teams answered 412 PreconditionFailed.",
    ],
  ])("%s: it is tried again, and the card is right then", async (_what, script, because) => {
    const { teams, desk } = await aBotWorld();
    const { id } = await desk.file(aTrail({}, asked(TWO)));
    await desk.deliver();
    await trouble(teams, script);

    await happens(desk, id, reviewed());
    desk.clock.advance(MINUTE);
    await desk.deliver();

    expect(desk.warnings.join("\n")).toContain(because);
    expect(await shownIn(teams)).toHaveLength(1);
    expect((await shownIn(teams))[0]?.text).toContain("Ana");
  });

  test("a pause that Teams wants is kept", async () => {
    const { teams, desk } = await aBotWorld();
    const { id } = await desk.file(aTrail({}, asked(TWO)));
    await desk.deliver();
    await trouble(teams, failing(429, "Throttled", { retryAfterSeconds: 600 }));

    await happens(desk, id, reviewed());
    desk.clock.advance(9 * MINUTE);
    await desk.deliver();
    expect((await shownIn(teams))[0]?.text).not.toContain("Ana");
    desk.clock.advance(2 * MINUTE);
    await desk.deliver();

    expect((await shownIn(teams))[0]?.text).toContain("Ana");
  });

  test("an answer that is lost after a post leaves two cards, of which the newer one is brought up to date", async () => {
    const { teams, desk } = await aBotWorld();
    await trouble(teams, { method: "POST", kind: "resetAfterCommit" });
    const { id } = await desk.file(aTrail({}, asked(TWO)));
    await desk.deliver();
    desk.clock.advance(MINUTE);
    await desk.deliver();

    await happens(desk, id, reviewed());

    const [lost, kept, ...others] = await shownIn(teams);
    expect(others).toEqual([]);
    expect(lost?.text).not.toContain("Ana");
    expect(kept?.text).toContain("Ana");
  });

  test.each([
    ["asked anew", [resumed, asked(TWO)], "Please review"],
    ["escalated", [anEntry.escalated], "Too few have answered: more people may"],
    ["reminded", [anEntry.reminded], "Still waits for a review"],
  ])(
    "a card that the bot may not replace, as of a bot before it, keeps nobody from being %s",
    async (_what, entries, headline) => {
      const { teams, desk, said } = await aBotWorld();
      const { id } = await desk.file(aTrail({}, asked(TWO)));
      await desk.deliver();
      await trouble(teams, { ...failing(403, "Forbidden"), times: 9 });

      await happens(desk, id, ...entries);

      expect((await shownIn(teams)).map((card) => card.headline)).toEqual(["Please review", headline]);
      expect(said.join("\n")).toContain(
        `The card of ${id} is not brought up to date any more: Teams answered 403 Forbidden: the bot may not replace it.`,
      );
      expect(desk.warnings).toEqual([]);
    },
  );

  test("where there is no token in time, nothing is posted, not even later", async () => {
    const { teams, desk } = await aBotWorld();
    const late = Promise.withResolvers<string>();
    const connector = { serviceUrl: `${teams.url}/emea`, token: () => late.promise };
    const channel = botChannel(
      { name: "teams", id: PLATFORM_CHANNEL.id },
      { connector, place: PLACE, posted: desk.store.posted, takesAnswers: true, info: () => undefined },
      50,
    );

    const sent = channel.send(aNotice("asked"));

    await expect(sent).rejects.toThrow("no answer within 0.05 s");
    late.resolve(await botToken(teams));
    await setTimeout(100);
    expect(await shownIn(teams)).toEqual([]);
  });

  test("where it does not answer, it is given up in time", async () => {
    const { teams, channel } = await aBotWorld({ timeLimitMs: 50 });
    await trouble(teams, { method: "POST", kind: "hang", ms: 1_000 });

    await expect(channel.send(aNotice("asked"))).rejects.toThrow("Teams did not answer within 0.05 s.");
  });

  test("where it leads elsewhere, the token goes nowhere", async () => {
    const { teams, channel } = await aBotWorld();
    await trouble(teams, { method: "POST", ...failing(307, "Moved", { location: "https://127.0.0.1:1/" }) });

    await expect(channel.send(aNotice("asked"))).rejects.toThrow(
      "it leads elsewhere, and nothing is sent there",
    );
  });

  test("a channel that is not there, or that the bot is not in, is told with what to do next", async () => {
    const { channel } = await aBotWorld({ conversation: "19:nowhere@thread.tacv2" });
    const { teams, channel: shut } = await aBotWorld();
    const out = { botId: BOT, conversationId: PLATFORM_CHANNEL.id, isInstalled: false };
    await teams.control("POST", "installations", out);

    await expect(channel.send(aNotice("asked"))).rejects.toThrow(
      "Teams answered 404 ConversationNotFound: there is no such channel. Copy the link",
    );
    await expect(shut.send(aNotice("asked"))).rejects.toThrow(
      "Teams answered 403 BotNotInConversationRoster: the bot may not speak there. Add its app to the team",
    );
  });

  test("a bot that Microsoft does not know is told with what to do next", async () => {
    const teams = await aTeams();
    const stranger = {
      token: () => teams.token({ aud: "https://api.botframework.com", appid: PLATFORM_CHANNEL.id }),
    };
    const connector = { serviceUrl: `${teams.url}/emea`, ...stranger };
    setDefaultCACertificates([...getCACertificates("default"), teams.ca]);
    const { posted } = new Desk().store;
    const channel = botChannel(
      { name: "teams", id: PLATFORM_CHANNEL.id },
      { connector, place: PLACE, posted, takesAnswers: false, info: () => undefined },
    );

    await expect(channel.send(aNotice("asked"))).rejects.toThrow(
      "Teams answered 401 BotNotRegistered: the bot is not known. TEAMS_BOT_ID must be",
    );
  });
});
