import { describe, expect, test } from "vitest";
import { Client, type Tokens } from "../../../functions/inbox/page/client.ts";

type Answer = (request: Request) => Response | Promise<Response>;

const BASE = "http://127.0.0.1:7071";

/** A client whose calls are answered in turn; it signs in with `first`, and has `second` when that is not taken. */
function aClient(answers: readonly Answer[], tokens: Partial<Tokens> = {}) {
  const asked: Request[] = [];
  const dates: string[] = [];
  const client = new Client({
    fetch: async (path, init) => {
      const request = new Request(new URL(String(path), BASE), init);
      const answer = answers[asked.length];
      asked.push(request);
      if (answer === undefined) throw new Error("Nobody expected this call.");
      return answer(request);
    },
    tokens: { current: async () => "first", renewed: async () => "second", ...tokens },
    onDate: (date) => dates.push(date),
  });
  return { client, asked, dates };
}

const json = (body: unknown, init: ResponseInit = {}) => new Response(JSON.stringify(body), init);
const problem = (status: number, members: Record<string, unknown>) => () =>
  json({ type: "urn:problem:x", title: "X", status, detail: "A sentence.", ...members }, { status });
const down: Answer = () => Promise.reject(new TypeError("Failed to fetch"));

describe("what is read", () => {
  test("carries the token, and is never kept by the browser", async () => {
    const { client, asked } = aClient([() => json({ name: "Ana" })]);

    const reply = await client.get("/api/me");

    expect(reply).toEqual({ ok: true, value: { name: "Ana" } });
    expect(asked[0]?.headers.get("authorization")).toBe("Bearer first");
    expect(asked[0]?.cache).toBe("no-store");
    expect(asked[0]?.redirect).toBe("error");
  });

  test("is asked for with its tag the next time, and is the very same object where it did not change", async () => {
    const { client, asked } = aClient([
      () => json({ seq: 1 }, { headers: { etag: '"one"' } }),
      () => new Response(null, { status: 304 }),
    ]);

    const first = await client.get("/api/requests/a");
    const second = await client.get("/api/requests/a");

    expect(asked[1]?.headers.get("if-none-match")).toBe('"one"');
    expect(first.ok && second.ok && first.value === second.value).toBe(true);
  });

  test("is not shown to the next person who signs in", async () => {
    const { client, asked } = aClient([
      () => json({ seq: 1 }, { headers: { etag: '"one"' } }),
      () => json({ seq: 1 }),
    ]);
    await client.get("/api/requests/a");

    client.forget();
    await client.get("/api/requests/a");

    expect(asked[1]?.headers.has("if-none-match")).toBe(false);
  });

  test("tells the page's clock what the app's says", async () => {
    const { client, dates } = aClient([
      () => json({}, { headers: { date: "Mon, 30 Nov 2026 09:00:00 GMT" } }),
    ]);

    await client.get("/api/me");

    expect(dates).toEqual(["Mon, 30 Nov 2026 09:00:00 GMT"]);
  });
});

describe("what is not as hoped", () => {
  test.each<[string, Answer, object]>([
    [
      "a problem with its code",
      problem(409, { code: "changed" }),
      { status: 409, code: "changed", sentence: "A sentence.", claims: null },
    ],
    [
      "a page of somebody between, which is no problem document",
      () => new Response("<h1>Bad gateway</h1>", { status: 502 }),
      { status: 502, code: "unreadable", sentence: "The app answered 502 without saying why." },
    ],
    ["no answer", down, { status: 0, code: "unreachable", sentence: "The app does not answer." }],
    ["an answer that broke off", () => new Response('{"seq":', { status: 200 }), { code: "unreadable" }],
  ])("%s is an answer by its code, never thrown", async (_what, answer, expected) => {
    const { client } = aClient([answer]);

    const reply = await client.get("/api/requests/a");

    expect(reply).toMatchObject({ ok: false, refusal: expected });
  });
});

describe("a token that is not taken", () => {
  test("is renewed, and what was asked is asked once more: a review, too, since nothing was done with it", async () => {
    const { client, asked } = aClient([
      problem(401, { code: "tokenExpired" }),
      () => json({ state: "applying" }),
    ]);

    const reply = await client.post("/api/requests/a/reviews", { review: "approve", asked: 3 });

    expect(reply).toEqual({ ok: true, value: { state: "applying" } });
    expect(asked.map(({ headers }) => headers.get("authorization"))).toEqual([
      "Bearer first",
      "Bearer second",
    ]);
    expect(await asked[1]?.json()).toEqual({ review: "approve", asked: 3 });
  });

  test("is not renewed for ever", async () => {
    const expired = problem(401, { code: "tokenExpired" });
    const { client, asked } = aClient([expired, expired]);

    const reply = await client.get("/api/me");

    expect(reply).toMatchObject({ ok: false, refusal: { status: 401, code: "tokenExpired" } });
    expect(asked).toHaveLength(2);
  });

  test("is not renewed where it has to prove more: another of its kind would be answered the same", async () => {
    const { client, asked } = aClient([
      problem(401, { code: "claimsRequired", claims: '{"access_token":{}}' }),
    ]);

    const reply = await client.post("/api/requests/a/reviews", {});

    expect(reply).toMatchObject({ ok: false, refusal: { claims: '{"access_token":{}}' } });
    expect(asked).toHaveLength(1);
  });

  test("and no other: somebody has to sign in, and nothing is sent without a token", async () => {
    const { client, asked } = aClient([], { current: async () => null });

    const reply = await client.get("/api/me");

    expect(reply).toMatchObject({ ok: false, refusal: { code: "signedOut" } });
    expect(asked).toHaveLength(0);
  });
});
