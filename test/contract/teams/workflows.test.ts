import { Agent, request } from "node:https";
import { describe, expect, test } from "vitest";
import { PLATFORM_CHANNEL, PLATFORM_WORKFLOW } from "../../../infra/local/teams/demo.ts";
import { stopTime } from "../arm/world.ts";
import {
  aCard,
  aTeams,
  CARD_TYPE,
  FLOW_AUDIENCE,
  messageOf,
  messagesIn,
  runsOf,
  type TeamsWorld,
} from "./world.ts";

const HOUR_S = 3600;
const trigger = (teams: TeamsWorld, body: unknown = messageOf(aCard())) =>
  teams.send("POST", teams.flow(), { body });

/** The same trigger without what stands behind the question mark, but for the version. */
const withoutSignature = (teams: TeamsWorld) => `${teams.flow().split("?")[0]}?api-version=1`;

/** A body of exactly so many bytes. */
const ofSize = (bytes: number): string => {
  const empty = JSON.stringify({ ...messageOf(aCard()), padding: "" });
  return JSON.stringify({ ...messageOf(aCard()), padding: "x".repeat(bytes - empty.length) });
};

describe("a flow that is triggered by its address", () => {
  test("answers 202 without a body, and posts the card to its channel", async () => {
    const teams = await aTeams();

    const { status, body, headers } = await trigger(teams);

    expect([status, body, headers["content-length"]]).toEqual([202, "", "0"]);
    expect(headers["x-ms-workflow-run-id"]).toBeDefined();
    expect(await messagesIn(teams)).toMatchObject([
      { conversationId: PLATFORM_CHANNEL.id, author: { kind: "workflow" }, cards: [aCard()] },
    ]);
    expect(await runsOf(teams)).toEqual([undefined]);
  });

  test("is reached on the path of the old host, too", async () => {
    const teams = await aTeams();
    const old = teams
      .flow()
      .replace("/powerautomate/automations/direct", "")
      .replace("api-version=1", "api-version=2016-06-01");

    expect((await teams.send("POST", old, { body: messageOf(aCard()) })).status).toBe(202);
  });

  test("posts each card of an envelope as a message of its own, newest last", async () => {
    const teams = await aTeams();

    await trigger(teams, messageOf(aCard({ fallbackText: "1" }), aCard({ fallbackText: "2" })));

    const messages = await messagesIn(teams);
    expect(messages.map(({ cards }) => cards[0].fallbackText)).toEqual(["2", "1"]);
    expect(Number(messages[0].id)).toBeGreaterThan(Number(messages[1].id));
  });

  test("keeps what it posted over a restart", async () => {
    const teams = await aTeams();
    await trigger(teams);

    await teams.restart();

    expect(await messagesIn(teams)).toHaveLength(1);
    expect(await runsOf(teams)).toEqual([undefined]);
  });
});

const opens = (more: object) => ({
  type: "Action.OpenUrl",
  title: "Open",
  url: "https://a.example/",
  ...more,
});
const saying = (more: object) => ({ type: "TextBlock", text: "Hello", ...more });

describe("202 says nothing about whether the card is shown", () => {
  test.each<[string, unknown, string]>([
    ["a bare card", aCard(), "ExpressionEvaluationFailed"],
    ["no JSON", "{", "ExpressionEvaluationFailed"],
    ["a misspelt envelope", { type: "message", attachment: [] }, "ExpressionEvaluationFailed"],
    ["an envelope of another type", { ...messageOf(aCard()), type: "event" }, "ExpressionEvaluationFailed"],
    [
      "an attachment of another type",
      { type: "message", attachments: [{ contentType: "text/html", content: aCard() }] },
      "InvalidBotAdaptiveCard",
    ],
    ["a card without a type", messageOf(aCard({ type: undefined })), "InvalidBotAdaptiveCard"],
    ["version 1.5", messageOf(aCard({ version: "1.5" })), "InvalidBotAdaptiveCard"],
    ["version 1.6", messageOf(aCard({ version: "1.6" })), "InvalidBotAdaptiveCard"],
    ["no version", messageOf(aCard({ version: undefined })), "InvalidBotAdaptiveCard"],
    ["an element that is none", messageOf(aCard({ body: [{ type: "Text" }] })), "InvalidBotAdaptiveCard"],
    [
      "an image",
      messageOf(aCard({ body: [{ type: "Image", url: "https://a.example/" }] })),
      "InvalidBotAdaptiveCard",
    ],
    [
      "an input",
      messageOf(aCard({ body: [{ type: "Input.Text", id: "reason" }] })),
      "InvalidBotAdaptiveCard",
    ],
    ["a misspelt property", messageOf(aCard({ body: [saying({ wraps: true })] })), "InvalidBotAdaptiveCard"],
    ["a style of 1.5", messageOf(aCard({ body: [saying({ style: "heading" })] })), "InvalidBotAdaptiveCard"],
    ["a tooltip, of 1.5", messageOf(aCard({ actions: [opens({ tooltip: "?" })] })), "InvalidBotAdaptiveCard"],
    ["Action.Submit", messageOf(aCard({ actions: [{ type: "Action.Submit" }] })), "InvalidBotAdaptiveCard"],
    [
      "Action.Execute",
      messageOf(aCard({ actions: [{ type: "Action.Execute", verb: "approve" }] })),
      "InvalidBotAdaptiveCard",
    ],
    [
      "a refresh",
      messageOf(aCard({ refresh: { action: { type: "Action.Execute", verb: "refresh" } } })),
      "InvalidBotAdaptiveCard",
    ],
    [
      "a link that runs something",
      messageOf(aCard({ actions: [opens({ url: "javascript:alert(1)" })] })),
      "InvalidBotAdaptiveCard",
    ],
    [
      "Action.Submit deep inside",
      messageOf(
        aCard({
          body: [
            {
              type: "Container",
              items: [
                {
                  type: "ColumnSet",
                  columns: [{ items: [{ type: "ActionSet", actions: [{ type: "Action.Submit" }] }] }],
                },
              ],
            },
          ],
        }),
      ),
      "InvalidBotAdaptiveCard",
    ],
  ])("%s is accepted, and is a failed run", async (_name, body, code) => {
    const teams = await aTeams();

    const { status, body: answer } = await trigger(teams, body);

    expect([status, answer]).toEqual([202, ""]);
    expect(await runsOf(teams)).toEqual([code]);
    expect(await messagesIn(teams)).toEqual([]);
  });

  test("of two cards the good one is shown, and the run has failed", async () => {
    const teams = await aTeams();

    await trigger(teams, messageOf(aCard({ version: "1.5" }), aCard()));

    expect(await messagesIn(teams)).toHaveLength(1);
    expect(await runsOf(teams)).toEqual(["InvalidBotAdaptiveCard"]);
  });

  test("an empty list of attachments is a run that succeeds and shows nothing", async () => {
    const teams = await aTeams();

    await trigger(teams, { type: "message", attachments: [] });

    expect(await runsOf(teams)).toEqual([undefined]);
    expect(await messagesIn(teams)).toEqual([]);
  });

  test("every element that is taken is shown", async () => {
    const teams = await aTeams();
    const card = aCard({
      body: [
        saying({ size: "large", weight: "bolder", color: "good", isSubtle: true, maxLines: 2, id: "title" }),
        {
          type: "RichTextBlock",
          inlines: [
            "plain",
            { type: "TextRun", text: "*", italic: true, underline: true, fontType: "monospace" },
          ],
        },
        { type: "FactSet", facts: [{ title: "Cluster", value: "aks-prod" }], isVisible: false, id: "facts" },
        {
          type: "Container",
          style: "emphasis",
          separator: true,
          items: [
            {
              type: "ColumnSet",
              columns: [
                { type: "Column", width: "auto", items: [saying({})] },
                { width: 2, items: [] },
              ],
            },
            { type: "ActionSet", actions: [{ type: "Action.ToggleVisibility", targetElements: ["facts"] }] },
          ],
        },
      ],
      actions: [
        opens({}),
        { type: "Action.ShowCard", title: "More", card: { type: "AdaptiveCard", body: [saying({})] } },
      ],
      msteams: { width: "Full" },
    });

    await trigger(teams, messageOf(card));

    expect(await runsOf(teams)).toEqual([undefined]);
    expect(await messagesIn(teams)).toMatchObject([{ cards: [card] }]);
  });
});

describe("who may trigger", () => {
  const errorOf = ({ status, body }: Awaited<ReturnType<typeof trigger>>) => [status, body.error?.code];

  test.each<[string, (flow: string) => string, unknown[]]>([
    ["no signature", (flow) => flow.replace(/&sig=[^&]+/, ""), [401, "DirectApiAuthorizationRequired"]],
    ["another signature", (flow) => `${flow.slice(0, -3)}xyz`, [401, "AuthorizationFailed"]],
    ["another permission", (flow) => flow.replace("%2Frun", "%2Fread"), [401, "AuthorizationFailed"]],
    ["no version", (flow) => flow.replace(/api-version=[^&]+&/, ""), [400, "MissingApiVersionParameter"]],
    [
      "another flow's id",
      (flow) => flow.replace(PLATFORM_WORKFLOW.id, "0".repeat(32)),
      [404, "WorkflowNotFound"],
    ],
  ])("an address with %s is refused, and nothing runs", async (_name, spoil, expected) => {
    const teams = await aTeams();

    const reply = await teams.send("POST", spoil(teams.flow()), { body: messageOf(aCard()) });

    expect(errorOf(reply)).toEqual(expected);
    expect(await runsOf(teams)).toEqual([]);
  });

  test("a signature and a token together are one too many", async () => {
    const teams = await aTeams();
    const token = await teams.token({ aud: FLOW_AUDIENCE });

    const reply = await teams.send("POST", teams.flow(), { body: messageOf(aCard()), token });

    expect(errorOf(reply)).toEqual([401, "DirectApiRequestHasMoreThanOneAuthorization"]);
  });

  test("a flow for any user of the tenant takes a token, and no signature", async () => {
    const teams = await aTeams();
    await teams.control("POST", "workflows", { id: PLATFORM_WORKFLOW.id, access: "tenant" });
    const body = messageOf(aCard());
    const token = await teams.token({ aud: FLOW_AUDIENCE });

    const signed = await trigger(teams);
    const anonymous = await teams.send("POST", withoutSignature(teams), { body });
    const known = await teams.send("POST", withoutSignature(teams), { body, token });

    expect(errorOf(signed)).toEqual([401, "DirectApiAuthorizationRequired"]);
    expect(errorOf(anonymous)).toEqual([401, "DirectApiAuthorizationRequired"]);
    expect(known.status).toBe(202);
  });

  test.each<[string, object, string]>([
    ["the audience without its slash", { aud: FLOW_AUDIENCE.slice(0, -1) }, "MisMatchingOAuthClaims"],
    ["another audience", { aud: "https://management.azure.com" }, "MisMatchingOAuthClaims"],
    [
      "another tenant",
      { aud: FLOW_AUDIENCE, tid: "44444444-4444-4444-8444-444444444444" },
      "MisMatchingOAuthClaims",
    ],
    ["another issuer", { aud: FLOW_AUDIENCE, iss: "https://sts.example/" }, "MisMatchingOAuthClaims"],
    ["an end in the past", { aud: FLOW_AUDIENCE, expiresIn: -HOUR_S }, "InvalidAuthenticationToken"],
  ])("a token with %s is refused", async (_name, claims, code) => {
    const teams = await aTeams();
    await teams.control("POST", "workflows", { id: PLATFORM_WORKFLOW.id, access: "tenant" });
    const token = await teams.token(claims);

    const reply = await teams.send("POST", withoutSignature(teams), { body: messageOf(aCard()), token });

    expect(errorOf(reply)).toEqual([401, code]);
    expect(await runsOf(teams)).toEqual([]);
  });

  test("a token of another signer is refused", async () => {
    const teams = await aTeams();
    await teams.control("POST", "workflows", { id: PLATFORM_WORKFLOW.id, access: "tenant" });
    const token = await teams.issuer.forgedToken();

    const reply = await teams.send("POST", withoutSignature(teams), { body: messageOf(aCard()), token });

    expect(errorOf(reply)).toEqual([401, "InvalidAuthenticationToken"]);
  });

  test("a flow that is off refuses, also after a restart, until it is on again", async () => {
    const teams = await aTeams();
    await teams.control("POST", "workflows", { id: PLATFORM_WORKFLOW.id, isOn: false });
    await teams.restart();

    const off = await trigger(teams);
    await teams.control("POST", "workflows", { id: PLATFORM_WORKFLOW.id, isOn: true });
    const on = await trigger(teams);

    expect(errorOf(off)).toEqual([400, "WorkflowTriggerIsNotEnabled"]);
    expect(on.status).toBe(202);
    expect(await runsOf(teams)).toEqual([undefined]);
  });

  test("only POST triggers", async () => {
    const teams = await aTeams();

    expect((await teams.send("GET", teams.flow())).status).toBe(405);
    expect(await runsOf(teams)).toEqual([]);
  });
});

describe("limits", () => {
  test("28 KB are taken, and not a byte more", async () => {
    const teams = await aTeams();

    const statuses = [await trigger(teams, ofSize(28 * 1024)), await trigger(teams, ofSize(28 * 1024 + 1))];

    expect(statuses.map(({ status }) => status)).toEqual([202, 413]);
    expect(await runsOf(teams)).toEqual([undefined]);
  });

  test("the fifth request of a second is told when to come again, and is taken then", async () => {
    const later = stopTime();
    const teams = await aTeams();

    for (let count = 0; count < 4; count++) expect((await trigger(teams)).status).toBe(202);
    const refused = await trigger(teams);
    later(1000);
    const again = await trigger(teams);

    expect([refused.status, refused.headers["retry-after"]]).toEqual([429, "1"]);
    expect(again.status).toBe(202);
  });

  test("the hundred-and-first of an hour waits for the first to be an hour ago", async () => {
    const later = stopTime();
    const teams = await aTeams();
    for (let count = 0; count < 100; count++) {
      await trigger(teams);
      later(1000);
    }

    const { status, headers } = await trigger(teams);

    expect([status, headers["retry-after"]]).toEqual([429, String(HOUR_S - 100)]);
  });

  test("other limits hold until the next start", async () => {
    const teams = await aTeams();

    await teams.control("POST", "limits", { workflows: [{ count: 1, windowMs: 60_000 }] });
    const strict = [await trigger(teams), await trigger(teams)];
    await teams.control("POST", "limits", { workflows: null });

    expect(strict.map(({ status }) => status)).toEqual([202, 429]);
    expect((await trigger(teams)).status).toBe(202);
  });
});

describe("scripted troubles", () => {
  const hit = (teams: TeamsWorld, trouble: object) =>
    teams.control("POST", "troubles", { method: "POST", pathPattern: "/workflows/", times: 1, ...trouble });

  test.each<[string, object, number, number]>([
    ["a status", { kind: "status", status: 503, code: "ServiceUnavailable", message: "later" }, 503, 0],
    ["a page of a gateway", { kind: "page", status: 502 }, 502, 0],
    ["a failed run", { kind: "failedRun", code: "Forbidden", message: "the owner has left" }, 202, 0],
    ["a late answer", { kind: "hang", ms: 50 }, 202, 1],
  ])("%s is played once", async (_name, trouble, status, shown) => {
    const teams = await aTeams();
    await hit(teams, trouble);
    const url = new URL(teams.flow(), teams.url);

    const first = await rawStatus(teams, url);
    const messages = await messagesIn(teams);
    const second = await rawStatus(teams, url);

    expect([first, messages.length, second]).toEqual([status, shown, 202]);
  });

  test("a redirect names where to, and a refusal when to come again", async () => {
    const teams = await aTeams();
    const location = "https://elsewhere.example/";
    await hit(teams, { kind: "status", status: 307, code: "Moved", message: "", location });
    await hit(teams, {
      kind: "status",
      status: 429,
      code: "TooManyRequests",
      message: "",
      retryAfterSeconds: 9,
    });

    expect((await trigger(teams)).headers.location).toBe(location);
    expect((await trigger(teams)).headers["retry-after"]).toBe("9");
  });

  test.each<[string, string, number]>([
    ["before", "resetBeforeCommit", 0],
    ["after", "resetAfterCommit", 1],
  ])("a connection that is cut %s it was posted", async (_name, kind, shown) => {
    const teams = await aTeams();
    await hit(teams, { kind });

    await expect(trigger(teams)).rejects.toThrow(/socket hang up|ECONNRESET/);

    expect(await messagesIn(teams)).toHaveLength(shown);
  });

  test("the log of requests tells what came and how it was answered, without the signature", async () => {
    const teams = await aTeams();
    await trigger(teams);
    await hit(teams, { kind: "resetAfterCommit" });
    await trigger(teams).catch(() => undefined);

    const { body } = await teams.control("GET", "requests");

    expect(body.value).toMatchObject([{ status: 202 }, { status: 202, trouble: "resetAfterCommit" }]);
    expect(JSON.stringify(body)).not.toContain("sig=");
  });
});

/** A page is no JSON, so this does not read the body. */
function rawStatus(teams: TeamsWorld, url: URL): Promise<number | undefined> {
  const agent = new Agent({ ca: teams.ca });
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const call = request(url, { method: "POST", agent }, (response) => {
    response.resume();
    resolve(response.statusCode);
  });
  call.on("error", reject);
  call.end(JSON.stringify({ type: "message", attachments: [{ contentType: CARD_TYPE, content: aCard() }] }));
  return promise;
}
