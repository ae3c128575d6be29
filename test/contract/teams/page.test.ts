import { get } from "node:http";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEMO_DIRECTORY } from "../../../infra/local/entra/directory.ts";
import { idFor } from "../../../infra/local/teams/invoke.ts";
import {
  ACTIVITIES,
  aBot,
  aCard,
  aTeams,
  BOT,
  botToken,
  CARD_TYPE,
  messageOf,
  messagesIn,
  type TeamsWorld,
} from "./world.ts";

const [ana] = DEMO_DIRECTORY.people;

const pageOf = async (teams: TeamsWorld, path = "/") => (await fetch(teams.pageUrl + path)).text();

const byFlow = (teams: TeamsWorld, ...cards: readonly unknown[]) =>
  teams.send("POST", teams.flow(), { body: messageOf(...cards) });

/** Posts a card as the bot; its id. */
async function byBot(teams: TeamsWorld, card: unknown): Promise<string> {
  const { body } = await teams.send("POST", ACTIVITIES, {
    body: messageOf(card),
    token: await botToken(teams),
  });
  return body.id;
}

/** Presses a button of the page, as a browser would. */
const press = (teams: TeamsWorld, form: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${teams.pageUrl}/click`, {
    method: "POST",
    redirect: "manual",
    headers: { origin: teams.pageUrl, "sec-fetch-site": "same-origin", ...headers },
    body: new URLSearchParams(form),
  });

const block = (text: string) => ({ type: "TextBlock", text });
const run = (text: string) => ({ type: "RichTextBlock", inlines: [{ type: "TextRun", text }] });
const APPROVE = { type: "Action.Execute", title: "Approve", verb: "approve", data: { asked: 6 } };

describe("the page", () => {
  test("shows each channel's cards, newest first, with a link that opens beside the page", async () => {
    const teams = await aTeams();
    await byFlow(teams, aCard({ body: [block("the first")] }), aCard({ body: [block("the second")] }));

    const page = await pageOf(teams);

    expect(page).toMatch(
      /<h2>AKS platform<\/h2>[\s\S]*the second[\s\S]*the first[\s\S]*<h2>Security duty<\/h2>/,
    );
    expect(page).toContain(
      '<a href="http://127.0.0.1:7071/inbox/#/requests/pec-1" target="_blank" rel="noopener noreferrer">Review</a>',
    );
    expect(page).toContain("<p>Nothing was posted here.</p>");
  });

  test("shows what was put in a card's place, in its place", async () => {
    const teams = await aTeams();
    const id = await byBot(teams, aCard({ body: [block("asked")] }));
    await byBot(teams, aCard({ body: [block("asked later")] }));
    const body = messageOf(aCard({ body: [block("approved")] }));
    await teams.send("PUT", `${ACTIVITIES}/${id}`, { body, token: await botToken(teams) });

    const page = await pageOf(teams);

    expect(page).toMatch(/asked later[\s\S]*updated[\s\S]*approved/);
    expect(page).not.toMatch(/>asked</);
  });

  test("shows runs that failed, with why and what came", async () => {
    const teams = await aTeams();
    await byFlow(teams, aCard({ version: "1.6", body: [block("<b>too new</b>")] }));

    const page = await pageOf(teams);

    expect(page).toMatch(/nothing was shown: InvalidBotAdaptiveCard[\s\S]*must be one of 1\.0, 1\.1/);
    expect(page).toContain("&lt;b&gt;too new&lt;/b&gt;");
  });

  test("runs nothing, loads nothing, can be framed by nobody, and looks again by itself", async () => {
    const teams = await aTeams();
    await byFlow(teams, aCard());

    const { headers } = await fetch(teams.pageUrl);

    const policy = headers.get("content-security-policy") ?? "";
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      expect.stringMatching(/^style-src 'sha256-[^']+'$/),
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(headers.get("refresh")).toBe("5");
    expect(headers.get("referrer-policy")).toBe("same-origin");
    expect(await pageOf(teams)).not.toContain("<script");
  });

  test("draws every element that is taken", async () => {
    const teams = await aTeams();
    const elements = [
      { type: "FactSet", facts: [{ title: "Cluster", value: "aks-prod" }] },
      { type: "Container", style: "warning", items: [block("in a container")] },
      { type: "ColumnSet", columns: [{ items: [block("in a column")] }] },
      { ...block("hidden"), id: "more", isVisible: false },
      { type: "RichTextBlock", inlines: ["plain", { type: "TextRun", text: "struck", strikethrough: true }] },
    ];
    const actions = [
      { type: "Action.ToggleVisibility", title: "More", targetElements: ["more"] },
      {
        type: "Action.ShowCard",
        title: "Details",
        card: { type: "AdaptiveCard", body: [block("in a card")] },
      },
    ];
    await byFlow(teams, aCard({ body: elements, actions }));

    const page = await pageOf(teams);

    expect(page).toContain("<dt>Cluster</dt><dd>aks-prod</dd>");
    expect(page).toMatch(/class="box warning"[^>]*><p [^>]*>in a container/);
    expect(page).toMatch(/class="column wide default"><p [^>]*>in a column/);
    expect(page).toMatch(/<summary>hidden until it is toggled: more<\/summary><p [^>]*>hidden</);
    expect(page).toMatch(/<span class="[^"]*strikethrough">struck<\/span>/);
    expect(page).toContain("More (shows or hides more)");
    expect(page).toMatch(/<summary>Details<\/summary><p [^>]*>in a card/);
  });
});

describe("foreign texts", () => {
  test("no text of a card opens a tag, wherever it stands", async () => {
    const teams = await aTeams();
    const mean = '"><img src=x onerror=alert(1)><!--';
    await teams.control("POST", "limits", { workflows: [] });
    const card = aCard({
      body: [
        block(mean),
        run(mean),
        { type: "FactSet", facts: [{ title: mean, value: mean }] },
        { ...block("x"), id: mean, isVisible: false },
      ],
      actions: [
        { type: "Action.OpenUrl", title: mean, url: `https://a.example/${mean}` },
        { type: "Action.ToggleVisibility", title: mean, targetElements: [mean] },
      ],
    });
    await byFlow(teams, card);
    await byFlow(teams, { ...card, version: mean });

    const page = await pageOf(teams);

    expect(page).not.toContain("<img");
    expect(page).not.toContain("<!--");
    expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;");
  });

  test("a TextBlock obeys Markdown, as in Teams, and a TextRun does not", async () => {
    const teams = await aTeams();
    const text = "**bold** [Approve](https://evil.example/)";
    await byFlow(teams, aCard({ body: [block(text)] }), aCard({ body: [run(text)] }));

    const page = await pageOf(teams);

    expect(page).toMatch(/<strong>bold<\/strong> <a href="https:\/\/evil\.example\/"[^>]*>Approve<\/a>/);
    expect(page).toContain(`>${text}</span>`);
  });

  test("no Markdown makes a link that is not to a web page", async () => {
    const teams = await aTeams();
    const scheme = fc.constantFrom(
      "javascript",
      "data",
      "file",
      "vbscript",
      "JAVASCRIPT",
      " javascript",
      "ms-msdt",
    );
    const texts = fc.sample(scheme, 20).map((one) => `[click](${one}:alert(1)) [click](${one}:x)`);
    await byFlow(teams, aCard({ body: texts.map(block) }));

    const links = [...(await pageOf(teams)).matchAll(/href="([^"]*)"/g)].map(([, to]) => to);

    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((to) => !/^(https?:\/\/|\/)/.test(to ?? ""))).toEqual([]);
  });
});

describe("who clicks", () => {
  const answer = { statusCode: 200, type: CARD_TYPE, value: aCard({ body: [block("for Ana alone")] }) };

  test("says first who they are; then the bot hears, and they alone see what it answers", async () => {
    const bot = await aBot({ body: answer });
    const teams = await aTeams({ botEndpoint: bot.endpoint });
    const input = { type: "Input.Text", id: "reason", label: "Why?" };
    const message = await byBot(teams, aCard({ body: [block("for all"), input], actions: [APPROVE] }));

    const nobodys = await pageOf(teams);
    const pressed = await press(teams, { message, person: "ana", action: "0", "input.reason": "a change" });

    expect(nobodys).toMatch(/<button [^>]*disabled/);
    expect([pressed.status, pressed.headers.get("location")]).toEqual([303, `/?as=ana#m${message}`]);
    expect(bot.heard).toMatchObject([
      {
        activity: {
          from: { aadObjectId: ana?.oid },
          value: { action: { verb: "approve", data: { asked: 6, reason: "a change" } } },
        },
      },
    ]);
    const [anas, bos] = [await pageOf(teams, "/?as=ana"), await pageOf(teams, "/?as=bo")];
    expect(anas).toContain("for Ana alone");
    expect(anas).toContain("ana clicked Approve: the card was replaced.");
    expect(bos).toContain("for all");
    expect(bos).not.toContain("for Ana alone");
  });

  test("presses the button that is pressed, also one within", async () => {
    const bot = await aBot({ body: answer });
    const teams = await aTeams({ botEndpoint: bot.endpoint });
    const reject = { ...APPROVE, title: "Reject", verb: "reject" };
    const inner = { type: "Action.ShowCard", title: "No", card: { type: "AdaptiveCard", actions: [reject] } };
    const message = await byBot(teams, aCard({ actions: [APPROVE, inner] }));
    const [, index = ""] = /name="action" value="(\d)">Reject/.exec(await pageOf(teams, "/?as=bo")) ?? [];

    await press(teams, { message, person: "bo", action: index });

    expect(bot.heard).toMatchObject([{ activity: { value: { action: { verb: "reject" } } } }]);
  });

  test("reads that something went wrong where the bot does not answer, and why", async () => {
    const teams = await aTeams();
    const message = await byBot(teams, aCard({ actions: [APPROVE] }));

    await press(teams, { message, person: "ana", action: "0" });

    const page = await pageOf(teams, "/?as=ana");
    expect(page).toMatch(
      /Something went wrong\. Please try again\.<\/strong> The bot could not be reached: /,
    );
  });

  test.each<[string, string[] | undefined, string]>([
    ["everybody", undefined, "automatic"],
    ["her", [idFor({ id: BOT }, ana ?? { oid: "", name: "", displayName: "" })], "automatic"],
    ["nobody", [], "manual"],
  ])("a card that refreshes by itself for %s tells the bot so", async (_name, userIds, trigger) => {
    const bot = await aBot({ body: answer });
    const teams = await aTeams({ botEndpoint: bot.endpoint });
    const refresh = { action: { type: "Action.Execute", verb: "refresh" }, userIds };
    const message = await byBot(teams, aCard({ refresh }));

    expect(await pageOf(teams, "/?as=ana")).toContain(`name="refresh" value="${trigger}"`);
    await press(teams, { message, person: "ana", refresh: trigger });

    expect(bot.heard).toMatchObject([{ activity: { value: { trigger, action: { verb: "refresh" } } } }]);
  });

  test("looks, and nothing happens, however often and by whichever address", async () => {
    const bot = await aBot({ body: answer });
    const teams = await aTeams({ botEndpoint: bot.endpoint });
    const message = await byBot(teams, aCard({ actions: [APPROVE], refresh: { action: APPROVE } }));

    for (const method of ["GET", "HEAD"])
      for (const path of ["/", "/?as=ana", `/click?message=${message}&person=ana&action=0`])
        await fetch(teams.pageUrl + path, { method });

    expect(bot.heard).toEqual([]);
    expect(await messagesIn(teams)).toHaveLength(1);
  });

  test.each<[string, Record<string, string>]>([
    ["another site", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }],
    ["another port", { origin: "http://127.0.0.1:1", "sec-fetch-site": "same-site" }],
    ["nowhere", { origin: "null", "sec-fetch-site": "none" }],
  ])("is not believed when the form comes from %s", async (_name, headers) => {
    const bot = await aBot({ body: answer });
    const teams = await aTeams({ botEndpoint: bot.endpoint });
    const message = await byBot(teams, aCard({ actions: [APPROVE] }));

    const { status } = await press(teams, { message, person: "ana", action: "0" }, headers);

    expect(status).toBe(403);
    expect(bot.heard).toEqual([]);
  });

  test("is not believed under a name that may be anybody's", async () => {
    const bot = await aBot({ body: answer });
    const teams = await aTeams({ botEndpoint: bot.endpoint });
    await byBot(teams, aCard({ actions: [APPROVE] }));
    const { promise, resolve } = Promise.withResolvers<number | undefined>();

    get(teams.pageUrl, { headers: { host: "evil.example" } }, (response) =>
      resolve(response.resume().statusCode),
    );

    expect(await promise).toBe(403);
  });

  test("is told when the button is not there any more", async () => {
    const teams = await aTeams();
    const message = await byBot(teams, aCard({ actions: [APPROVE] }));

    expect((await press(teams, { message, person: "ana", action: "7" })).status).toBe(404);
    expect((await press(teams, { message, person: "nobody", action: "0" })).status).toBe(404);
  });
});
