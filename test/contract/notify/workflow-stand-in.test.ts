import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { describe, expect, test } from "vitest";
import { PLATFORM_WORKFLOW } from "../../../infra/local/teams/demo.ts";
import type { Channel } from "../../../shared/notify/channel.ts";
import { workflowChannel } from "../../../shared/notify/teams/workflows.ts";
import { NoticeKind } from "../../../shared/request/notice.ts";
import type { Entry } from "../../../shared/request/record.ts";
import { aConnection, aConnectionId, aTrail, DAY } from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { anEntry, asked, reviewed } from "../../fixtures/entries.ts";
import { aNotice, PLACE } from "../../unit/notify/teams/world.ts";
import { stopTime } from "../arm/world.ts";
import { aTeams, FLOW_AUDIENCE, messagesIn, runsOf, TENANT, type TeamsWorld } from "../teams/world.ts";

type Token = (() => Promise<string>) | null;

/** The channel of the app, whose workflow is that of the stand-in. */
function channelOf(teams: TeamsWorld, token: Token = null): Channel & { readonly accepted: string[] } {
  setDefaultCACertificates([...getCACertificates("default"), teams.ca]);
  const accepted: string[] = [];
  const path = token === null ? teams.flow() : `${teams.flow().split("?")[0]}?api-version=1`;
  const workflow = { name: "teams", url: () => `${teams.url}${path}`, token };
  return {
    ...workflowChannel(workflow, { place: PLACE, info: (line) => void accepted.push(line) }),
    accepted,
  };
}

/** The first words of what is posted, oldest first. */
const headlinesIn = async (teams: TeamsWorld): Promise<string[]> =>
  (await messagesIn(teams)).map(({ cards }) => cards[0].body[0].inlines[0].text).toReversed();

async function telling(teams: TeamsWorld, ...entries: readonly Entry[]) {
  const channel = channelOf(teams);
  const desk = new Desk({ channels: [channel] });
  const { id } = await desk.file(aTrail({}, ...entries));
  return { channel, desk, id };
}

/** Lets time pass, and brings out what is due whenever something is. */
async function pass(desk: Desk, ms: number, strideMs = 60_000): Promise<void> {
  for (const end = Date.parse(desk.clock.now()) + ms; Date.parse(desk.clock.now()) < end; ) {
    await desk.deliver();
    desk.clock.advance(strideMs);
  }
}

/** What goes wrong with the next card, or with so many. */
async function trouble(teams: TeamsWorld, what: Readonly<Record<string, unknown>>): Promise<void> {
  const line = { method: "POST", pathPattern: "/paths/invoke", times: 1, ...what };
  expect((await teams.control("POST", "troubles", line)).status).toBe(204);
}

const failing = (status: number, code: string, more: Readonly<Record<string, unknown>> = {}) => ({
  kind: "status",
  status,
  code,
  message: "It is scripted.",
  ...more,
});

test.each(NoticeKind.options)("a card of what is %s is posted", async (kind) => {
  const teams = await aTeams();

  await channelOf(teams).send(aNotice(kind));

  expect(await runsOf(teams)).toEqual([undefined]);
  expect(await messagesIn(teams)).toMatchObject([{ cards: [{ type: "AdaptiveCard", version: "1.4" }] }]);
});

test.each([
  "[click](javascript:alert(1)) **b** <at>everyone</at> {{DATE(2020-01-01T00:00:00Z,SHORT)}}",
  "\u202egnp.exe\u0000\u001b[2J\u2028 ![x](https://evil.example/p.png)",
  '"}],"actions":[{"type":"Action.Submit"}]',
  "漢🏴\ud800".repeat(16_384),
])("a consumer's text stays a text on its way: %#", async (message) => {
  const teams = await aTeams();

  await channelOf(teams).send(aNotice("asked", { message }));

  expect(await runsOf(teams)).toEqual([undefined]);
  const [{ cards }] = await messagesIn(teams);
  expect(cards[0].actions.map(({ type, title }: Record<string, string>) => [type, title])).toEqual([
    ["Action.OpenUrl", "Review"],
    ["Action.OpenUrl", "Open cluster in portal"],
  ]);
  expect(
    JSON.stringify(cards[0].body.filter(({ type }: { type: string }) => type !== "RichTextBlock")),
  ).not.toMatch(/click|evil|漢|Submit/);
});

describe("each occasion is one card", () => {
  test("from the question to its end", async () => {
    const teams = await aTeams();
    const { desk, id, channel } = await telling(teams, asked());
    await desk.deliver();
    for (const entry of [anEntry.reminded, anEntry.escalated, reviewed(), anEntry.expired]) {
      await desk.add(id, entry);
      await desk.deliver();
    }
    await pass(desk, 2 * DAY, DAY / 24);

    expect(await headlinesIn(teams)).toEqual([
      "Please review",
      "Still waits for a review",
      "Too few have answered: more people may",
      "Closed: Expired",
    ]);
    expect(channel.accepted).toHaveLength(4);
  });

  test("of many requests at once, though Teams takes four a second and says when to come back", async () => {
    const moveOn = stopTime();
    const teams = await aTeams();
    const desk = new Desk({ channels: [channelOf(teams)] });
    for (let n = 0; n < 12; n++)
      await desk.file(aTrail({ connection: aConnection({ id: aConnectionId(`pe-${n}.1`) }) }, asked()));

    for (let attempt = 0; attempt < 5; attempt++) {
      await pass(desk, 60_000);
      moveOn(60_000);
    }

    expect(desk.warnings.length).toBeGreaterThan(0);
    expect(await headlinesIn(teams)).toEqual(Array.from({ length: 12 }, () => "Please review"));
    expect(await desk.store.outbox.figures()).toEqual([]);
  });

  test.each([
    ["a gateway answers", { kind: "page", status: 502 }],
    ["it is turned away", failing(429, "TooManyRequests", { retryAfterSeconds: 300 })],
    ["it leads elsewhere", failing(307, "Moved", { location: "https://127.0.0.1:1/" })],
    ["the connection is cut", { kind: "resetBeforeCommit" }],
  ])("where %s at first", async (_what, what) => {
    const teams = await aTeams();
    const { desk } = await telling(teams, asked());
    await trouble(teams, what);

    await pass(desk, 10 * 60_000);

    expect(await headlinesIn(teams)).toEqual(["Please review"]);
    expect(desk.warnings).toHaveLength(1);
  });

  test("but for one whose acceptance was lost: who answers may have to be told twice, never less than once", async () => {
    const teams = await aTeams();
    const { desk } = await telling(teams, asked());
    await trouble(teams, { kind: "resetAfterCommit" });

    await pass(desk, 10 * 60_000);

    expect(await headlinesIn(teams)).toEqual(["Please review", "Please review"]);
  });
});

test("it comes back when it was told to, and not before", async () => {
  const teams = await aTeams();
  const { desk } = await telling(teams, asked());
  await trouble(teams, failing(429, "TooManyRequests", { retryAfterSeconds: 300 }));

  await pass(desk, 4 * 60_000);
  const early = await headlinesIn(teams);
  await pass(desk, 2 * 60_000);

  expect(early).toEqual([]);
  expect(await headlinesIn(teams)).toEqual(["Please review"]);
});

test("a day without Teams: what is still of use is told when it is back, each once", async () => {
  const teams = await aTeams();
  const { desk, id } = await telling(teams, asked());
  await trouble(teams, failing(503, "ServiceUnavailable", { times: 1_000 }));
  await pass(desk, DAY / 2, 10 * 60_000);
  await desk.add(id, anEntry.reminded);
  await desk.add(id, anEntry.expired);
  await pass(desk, DAY / 4, 10 * 60_000);

  await teams.control("DELETE", "troubles");
  await pass(desk, DAY / 8, 10 * 60_000);

  expect(await headlinesIn(teams)).toEqual(["Closed: Expired"]);
  expect(await desk.store.outbox.figures()).toEqual([]);
});

test("a flow that is turned off is said to be, and told when it is on again", async () => {
  const teams = await aTeams();
  const { desk } = await telling(teams, asked());
  await teams.control("POST", "workflows", { id: PLATFORM_WORKFLOW.id, isOn: false });
  await desk.deliver();
  await teams.control("POST", "workflows", { id: PLATFORM_WORKFLOW.id, isOn: true });
  await pass(desk, 60_000, 10_000);

  expect(desk.warnings[0]).toContain(
    "answered 400 WorkflowTriggerIsNotEnabled: it is turned off, or was deleted.",
  );
  expect(await headlinesIn(teams)).toEqual(["Please review"]);
});

test("a run that fails is accepted all the same, and nothing says that it was delivered", async () => {
  const teams = await aTeams();
  const { desk, channel } = await telling(teams, asked());
  await trouble(teams, { kind: "failedRun", code: "NotFound", message: "The channel is gone." });

  await desk.deliver();

  expect(await headlinesIn(teams)).toEqual([]);
  expect(channel.accepted).toEqual([
    expect.stringMatching(/was accepted .* only the workflow's run history says\.$/),
  ]);
});

describe("a flow that only people and apps of the tenant may trigger", () => {
  test("takes a card with a token", async () => {
    const teams = await aTeams();
    await teams.control("POST", "workflows", { id: PLATFORM_WORKFLOW.id, access: "tenant" });

    await channelOf(teams, () => teams.token({ aud: FLOW_AUDIENCE, tid: TENANT })).send(aNotice("asked"));

    expect(await headlinesIn(teams)).toEqual(["Please review"]);
  });

  test.each([
    ["of another audience", { aud: FLOW_AUDIENCE.replace(/\/$/, ""), tid: TENANT }],
    ["of another tenant", { aud: FLOW_AUDIENCE, tid: "44444444-4444-4444-8444-444444444444" }],
  ])("takes none with one %s, and what to do is said", async (_which, claims) => {
    const teams = await aTeams();
    await teams.control("POST", "workflows", { id: PLATFORM_WORKFLOW.id, access: "tenant" });

    const sent = channelOf(teams, () => teams.token(claims)).send(aNotice("asked"));

    await expect(sent).rejects.toThrow(
      "The workflow answered 401 MisMatchingOAuthClaims: it does not let us in. Copy its whole address with `sig`, or let this app trigger it and set TEAMS_WORKFLOW_AUDIENCE.",
    );
    expect(await headlinesIn(teams)).toEqual([]);
  });
});
