import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { peopleAreAsked } from "./kit/moments.ts";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { newFolder } from "./kit/processes.ts";
import { STORE } from "./kit/store.ts";
import { ASKS_IN_TEAMS, teamsOf } from "./kit/teams.ts";
import { ANSWERED, ASKED, settlesOnce } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

/** It may be answered in the bot's card as well, and a flow's card leads to it, too. */
const NAME = "pe-card-linked";
/** As often as no scanner opens a link. */
const TIMES = 50;

const policy = join(newFolder(), "policy.yaml");
writeFileSync(policy, ASKS_IN_TEAMS.replace("notify: [security-duty]", "notify: [security-duty, teams]"));
const stack = aStack({ POLICY: policy, DIGEST_SCHEDULE: "0 0 4 1 1 *" });
const { api, arm, endpoints } = stack;
const teams = teamsOf(endpoints);

const Made = z.object({ link: z.url(), id: z.string() });
const Channels = z.object({ channels: z.array(z.looseObject({ pending: z.int() })) });

/** Everything that the app keeps, but for who looked; where it is a file, every row of it, who looked among them. */
async function everything() {
  const { id } = await api.request(NAME);
  const di = api.as("di");
  const connection = await arm.connection(NAME);
  return {
    request: (await di.get(`/api/requests/${id}`)).body,
    trail: (await di.get(`/api/requests/${id}/audit`)).body,
    outbox: (await di.get("/api/notices")).body,
    connection,
    writes: await arm.writes(NAME),
    cards: await teams.cards(),
  };
}

function rows(): Readonly<Record<string, readonly unknown[]>> | null {
  if (STORE !== "sqlite") return null;
  const database = new DatabaseSync(join(stack.data, "app/audit.sqlite"), { readOnly: true });
  const names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
  const all = Object.fromEntries(
    names.map(({ name }) => [String(name), database.prepare(`SELECT * FROM "${name}"`).all()]),
  );
  database.close();
  return all;
}

/** Until nothing is left to be told, and nothing more is written of it. */
async function isQuiet(): Promise<void> {
  await eventually(async () => {
    const { channels } = Channels.parse((await api.as("di").get("/api/notices")).body);
    expect(channels.map(({ pending }) => pending)).toEqual(channels.map(() => 0));
  });
  let before = JSON.stringify(rows(), texts);
  await eventually(async () => {
    const now = JSON.stringify(rows(), texts);
    const isStill = now === before;
    before = now;
    expect(isStill).toBe(true);
  });
}

/** Numbers of SQLite and bytes, which JSON does not know. */
const texts = (_name: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);

describe("links", { timeout: TIMEOUT_MS }, () => {
  let id = "";
  let asked = 0;
  let link = "";
  let token = "";

  beforeAll(async () => {
    await peopleAreAsked(stack, NAME);
    const request = await api.request(NAME);
    id = request.id;
    asked = request.ask?.seq ?? 0;
    link = Made.parse((await api.as("cy").post(`/api/requests/${id}/links`)).body).link;
    token = link.split("/").at(-1) ?? "";
  }, TIMEOUT_MS);

  /** What leads into the inbox from the cards of a flow and of the bot. */
  async function linksOnCards(): Promise<readonly string[]> {
    const page = await (await fetch(endpoints().teams.page)).text();
    const links = [...page.matchAll(/href="(http[^"]*\/inbox\/[^"]*)"/g)].map(([, url = ""]) =>
      url.replaceAll("&amp;", "&"),
    );
    const ours = `${endpoints().app}/inbox/#/requests/${id}?asked=${asked}`;
    expect(links).toContain(ours);
    const [card] = await teams.cards();
    expect(card).toMatchObject({
      by: "bot",
      link: ours,
      buttons: ["Approve", "Reject", "Review", expect.any(String)],
    });
    return [...new Set(links)];
  }

  /** Every kind of address that anybody is sent, or could make of one, and what goes with it. */
  async function addresses(): Promise<readonly (readonly [url: string, headers: Record<string, string>])[]> {
    const { app } = endpoints();
    const about = `${app}/api/requests/${id}`;
    const byHeader = { authorization: `Link ${token}` };
    const plain = [
      ...(await linksOnCards()),
      `${app}/inbox/#/requests/${id}`,
      `${app}/inbox/?code=1&state=2#/requests/${id}`,
      link,
      link.replace("#/", ""),
      link.replace("#", "?link="),
      `${app}/link/?token=${token}`,
      `${about}/view?token=${token}`,
      `${app}/api/sign-in`,
      `${app}/api/openapi.json`,
    ];
    const deeds = ["", "/audit", "/view", "/reviews", "/reopen", "/retry", "/links"].map(
      (deed) => `${about}${deed}`,
    );
    const others = ["notify-tests", "messages", "integrations/tickets/reviews"].map(
      (path) => `${app}/api/${path}`,
    );
    return [
      ...plain.map((url) => [url, {}] as const),
      ...[...deeds, ...others].flatMap((url) => [[url, {}] as const, [url, byHeader] as const]),
      [`${app}/link/`, byHeader],
      [`${app}/inbox/`, byHeader],
    ];
  }

  test("50 GETs and HEADs of every kind of them change nothing: neither store nor outbox nor ARM", async () => {
    await isQuiet();
    const before = await everything();
    await isQuiet();
    const rowsBefore = rows();

    const statuses = new Map<string, Set<number>>();
    for (const [url, headers] of await addresses())
      for (const method of ["GET", "HEAD"])
        await Promise.all(
          Array.from({ length: TIMES }, async () => {
            const response = await fetch(url, { method, headers, redirect: "manual" });
            await response.arrayBuffer();
            const seen = statuses.get(`${method} ${url}`) ?? new Set();
            statuses.set(`${method} ${url}`, seen.add(response.status));
          }),
        );

    await isQuiet();
    expect(rows()).toEqual(rowsBefore);
    expect(await everything()).toEqual(before);
    // They were really opened.
    expect(statuses.size).toBeGreaterThan(40);
    const view = `${endpoints().app}/api/requests/${id}/view`;
    expect(statuses.get(`GET ${link}`)).toEqual(new Set([200]));
    expect(statuses.get(`HEAD ${link}`)).toEqual(new Set([200]));
    expect(statuses.get(`GET ${view}`)).toEqual(new Set([401, 200]));
    expect(statuses.get(`GET ${view}?token=${token}`)).toEqual(new Set([401]));
  });

  test.each(["reviews", "reopen", "retry", "links"])(
    "a POST to %s with a link's token is refused, wherever it stands, and changes nothing",
    async (deed) => {
      await isQuiet();
      const before = await everything();
      const url = `/api/requests/${id}/${deed}`;
      const body = JSON.stringify({ review: "approve", asked, reason: "By the link." });
      const post = (path: string, headers: Record<string, string> = {}) =>
        api.send(path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });

      const answers = await Promise.all([
        post(url, { authorization: `Link ${token}` }),
        post(url, { authorization: `Bearer ${token}` }),
        post(`${url}?token=${token}`),
        post(`/link/requests/${id}/${token}`),
        post("/link/", { authorization: `Link ${token}` }),
        post("/api/messages", { authorization: `Bearer ${token}` }),
      ]);

      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 405, 405, 401]);
      await isQuiet();
      expect(await everything()).toEqual(before);
    },
  );

  test("and a person who signs in decides it all the same, after which the link shows nothing", async () => {
    const view = () => api.send(`/api/requests/${id}/view`, { headers: { authorization: `Link ${token}` } });
    expect(await view()).toMatchObject({ status: 200, body: { title: `${NAME} → aks-1` } });

    await api.reviews("bo", NAME, "approve");
    await settlesOnce(stack, NAME, [...ASKED, ...ANSWERED]);

    expect(await view()).toMatchObject({ status: 410, body: { code: "linkClosed" } });
    expect(stack.output()).toContain('"event":"linkOpened"');
    expect(stack.output()).not.toContain(token);
  });
});
