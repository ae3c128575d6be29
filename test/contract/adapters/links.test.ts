import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Link, newLink, signLink } from "../../../functions/kit/link.ts";
import type { Change } from "../../../shared/request/life.ts";
import { ALONE, DONE, EXPIRED, FAILED, PAIR } from "../approvals-cli/app/trails.ts";
import { type RunningHost, runHost } from "../functions-host/host.ts";
import { inMemory } from "./in-memory-app.ts";

let host: RunningHost;
beforeAll(async () => {
  host = await runHost(fileURLToPath(new URL("../approvals-cli/app", import.meta.url)));
});
afterAll(() => host.end("SIGTERM"));

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

async function send(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${host.url}/api/${path}`, init);
  const { status, headers } = response;
  return { status, headers, body: (await response.json()) as Record<string, unknown> };
}

const makes = (person: string, { request }: Pick<Change, "request">, body: object = {}): Promise<Answer> =>
  send(`requests/${request.id}/links`, {
    method: "POST",
    headers: { authorization: `Bearer ${person}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });

const opens = (token: string, { request }: Pick<Change, "request">): Promise<Answer> =>
  send(`requests/${request.id}/view`, { headers: { authorization: `Link ${token}` } });

const tokenIn = ({ body }: Answer): string => String(body.link).split("/").at(-1) ?? "";

const HOUR = 60 * 60_000;
const askedOf = ({ request }: Pick<Change, "request">): number => request.ask?.seq ?? 1;

/** Signed as the app would, whatever it says. */
const signed = (
  change: Pick<Change, "request">,
  asked = askedOf(change),
  until = Date.now() + HOUR,
): Promise<string> => {
  const link: Link = newLink({ requestId: change.request.id, asked }, until);
  return signLink(link, inMemory, new Date(Date.now() - 2 * HOUR));
};

describe("whoever may read makes a link", () => {
  test("that stands behind # of a page, is good for a day, and shows somebody who has nothing else what is asked", async () => {
    const made = await makes("cy", PAIR);

    expect(made).toMatchObject({ status: 200, body: { request: PAIR.request.id, asked: askedOf(PAIR) } });
    const { link, expiresAt } = made.body as { link: string; expiresAt: string };
    expect(link).toBe(`http://127.0.0.1:7071/link/#/requests/${PAIR.request.id}/${tokenIn(made)}`);
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(23.9 * HOUR);
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(24 * HOUR);
    expect(await opens(tokenIn(made), PAIR)).toMatchObject({
      status: 200,
      body: { id: PAIR.request.id, title: "pe-pair → aks-prod", status: { word: "Waiting" }, expiresAt },
    });
  });

  test("for as long as they say, and never longer than people may answer", async () => {
    const { body } = await send(`requests/${PAIR.request.id}`, { headers: { authorization: "Bearer cy" } });
    const { deadline } = (body as { ask: { deadline: string } }).ask;

    const short = (await makes("cy", PAIR, { minutes: 30 })).body as { expiresAt: string };
    const long = (await makes("cy", PAIR, { minutes: 3 * 24 * 60 })).body as { expiresAt: string };

    expect(Math.abs(Date.parse(short.expiresAt) - Date.now() - 0.5 * HOUR)).toBeLessThan(60_000);
    expect(Date.parse(long.expiresAt)).toBe(Math.floor(Date.parse(deadline) / 1_000) * 1_000);
  });

  test("which is kept, with the link's id by which the log tells who opened it", async () => {
    const made = await makes("cy", PAIR);

    const { body } = await send(`audit/accesses?request=${PAIR.request.id}&limit=1`, {
      headers: { authorization: "Bearer ana" },
    });

    expect(body).toMatchObject({
      accesses: [
        {
          person: { name: "Cy" },
          operation: "makeLink",
          query: {
            id: PAIR.request.id,
            asked: String(askedOf(PAIR)),
            link: made.body.id,
            until: made.body.expiresAt,
          },
          count: 1,
        },
      ],
    });
    expect(JSON.stringify(body)).not.toContain(tokenIn(made));
  });

  test.each([
    ["three days and a minute", { minutes: 4_321 }],
    ["no time", { minutes: 0 }],
    ["a text", { minutes: "60" }],
  ])("but not for %s", async (_what, body) => {
    expect(await makes("cy", PAIR, body)).toMatchObject({ status: 400, body: { code: "badRequest" } });
  });

  test.each<[string, Pick<Change, "request">]>([
    ["is done", DONE],
    ["expired", EXPIRED],
    ["failed", FAILED],
  ])("but not to what %s, since nothing is asked", async (_what, change) => {
    expect(await makes("ana", change)).toMatchObject({ status: 409, body: { code: "notWaiting" } });
  });

  test("but not to what there is not, nor as a stranger", async () => {
    const nothing = { request: { ...PAIR.request, id: `pec-${"0".repeat(32)}` as typeof PAIR.request.id } };

    expect(await makes("cy", nothing)).toMatchObject({ status: 404, body: { code: "notFound" } });
    expect(await makes("nobody", PAIR)).toMatchObject({ status: 401 });
  });
});

describe("a link that is over, or none, is told plainly, with how to get in otherwise", () => {
  const OTHERWISE = /(new one|sign in to the inbox)/;

  test.each<[string, () => Promise<Answer>, number, string]>([
    [
      "expired",
      async () => opens(await signed(PAIR, askedOf(PAIR), Date.now() - 1_000), PAIR),
      410,
      "linkExpired",
    ],
    [
      "of an earlier question",
      async () => opens(await signed(PAIR, askedOf(PAIR) + 1), PAIR),
      410,
      "linkOutdated",
    ],
    ["of what is closed", async () => opens(await signed(DONE), DONE), 410, "linkClosed"],
    ["of another request", async () => opens(await signed(ALONE), PAIR), 401, "linkForAnother"],
    ["changed", async () => opens(`${(await signed(PAIR)).slice(0, -9)}aaaaaaaaa`, PAIR), 401, "brokenLink"],
  ])("%s", async (_what, open, status, code) => {
    const answer = await open();

    expect(answer).toMatchObject({
      status,
      body: { status, code, detail: expect.stringMatching(OTHERWISE) },
    });
    expect(answer.headers.get("www-authenticate")).toBe(status === 401 ? "Link" : null);
    expect(JSON.stringify(answer.body)).not.toContain("aks-prod");
  });
});

describe("nothing but seeing is possible by a link", () => {
  test.each([
    "requests",
    `requests/${PAIR.request.id}`,
    `requests/${PAIR.request.id}/audit`,
    "audit",
    "me",
    "policy",
    "notices",
  ])("it opens nothing else: GET /api/%s", async (path) => {
    const token = await signed(PAIR);

    for (const scheme of ["Link", "Bearer"])
      expect(await send(path, { headers: { authorization: `${scheme} ${token}` } })).toMatchObject({
        status: 401,
      });
  });

  test.each(["reviews", "reopen", "retry", "links"])(
    "it decides nothing: POST /api/requests/{id}/%s",
    async (deed) => {
      const token = await signed(PAIR);
      const body = JSON.stringify({ review: "approve", asked: askedOf(PAIR), reason: "" });

      for (const scheme of ["Link", "Bearer"])
        expect(
          await send(`requests/${PAIR.request.id}/${deed}`, {
            method: "POST",
            headers: { authorization: `${scheme} ${token}`, "content-type": "application/json" },
            body,
          }),
        ).toMatchObject({ status: 401 });
    },
  );

  test("it is taken in the header alone, and in no other", async () => {
    const token = await signed(PAIR);
    const path = `requests/${PAIR.request.id}/view`;

    for (const [where, init] of [
      [`${path}?token=${token}`, {}],
      [`${path}?access_token=${token}`, {}],
      [path, { headers: { authorization: `Bearer ${token}` } }],
      [path, { headers: { cookie: `link=${token}` } }],
      [path, { headers: { "x-link": token } }],
    ] as const)
      expect(await send(where, init), where).toMatchObject({ status: 401, body: { code: "noLink" } });
  });

  test("a person's token opens no view: that is what the inbox is for", async () => {
    expect(
      await send(`requests/${PAIR.request.id}/view`, { headers: { authorization: "Bearer ana" } }),
    ).toMatchObject({ status: 401, body: { code: "noLink" } });
  });
});
