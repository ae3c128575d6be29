import { type OutgoingHttpHeaders, request } from "node:http";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PATIENCE_MS, type RunningHost, runHost } from "../functions-host/host.ts";

let host: RunningHost;

beforeAll(async () => {
  host = await runHost(fileURLToPath(new URL("app", import.meta.url)));
});
afterAll(() => host.end("SIGTERM"));

interface Wish {
  /** The word after Bearer. */
  readonly as?: string;
  readonly body?: string | Buffer<ArrayBuffer>;
  readonly type?: string;
}

/** GET, or POST where there is a body. */
async function ask(path: string, { as, body, type = "application/json" }: Wish = {}) {
  const response = await fetch(`${host.url}/api/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      ...(as !== undefined && { authorization: `Bearer ${as}` }),
      ...(body !== undefined && { "content-type": type }),
    },
    ...(body !== undefined && { body }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

const say = (word: unknown): string => JSON.stringify({ word });

describe("who may call", () => {
  test.each([
    ["nobody a route for readers", "things/t-1", {}, 401],
    ["a forger a route for readers", "things/t-1", { as: "forged" }, 401],
    ["somebody without a role a route for readers", "things/t-1", { as: "stranger" }, 403],
    ["a reader a route for readers", "things/t-1", { as: "reader" }, 200],
    ["an app a route for readers", "things/t-1", { as: "app" }, 200],
    ["an approver a route for readers", "things/t-1", { as: "approver" }, 200],
    ["somebody without a scope a route for readers", "things/t-1", { as: "elsewhere" }, 403],
    [
      "an approver who may only read a route for approvers",
      "things/t-1/words",
      { as: "scopeless", body: say("x") },
      403,
    ],
    ["a reader a route for approvers", "things/t-1/words", { as: "reader", body: say("x") }, 403],
    ["an approver a route for approvers", "things/t-1/words", { as: "approver", body: say("x") }, 200],
    ["an app a route for approvers", "things/t-1/words", { as: "app", body: say("x") }, 403],
    ["nobody an open route", "pages", {}, 200],
    ["a forger an open route", "pages", { as: "forged" }, 200],
  ])("%s: %s %o is answered %i", async (_case, path, wish, status) => {
    expect((await ask(path, wish)).status).toBe(status);
  });

  test("whoever is not signed in is told how, and nothing about the request", async () => {
    const { status, headers, body } = await ask("things/no-thing/words", { body: "no JSON" });

    expect(status).toBe(401);
    expect(headers.get("www-authenticate")).toBe("Bearer");
    expect(body).toEqual({
      type: "urn:problem:not-signed-in",
      title: "Sign in first",
      status: 401,
      detail: "Who are you?",
      code: "notSignedIn",
    });
  });

  test("when tokens cannot be verified it is nobody's fault, and the log says why", async () => {
    const { status, body } = await ask("things/t-1", { as: "unlucky" });

    expect(status).toBe(503);
    expect(body).toMatchObject({ type: "urn:problem:sign-in-unavailable", detail: "Later." });
    expect(await host.writes(/no keys today/)).toBe("no keys today");
  });
});

describe("whoever changes something", () => {
  const change = (as: string, headers: Record<string, string> = {}) =>
    fetch(`${host.url}/api/things/t-1/words`, {
      method: "POST",
      headers: { authorization: `Bearer ${as}`, "content-type": "application/json", ...headers },
      body: say("x"),
    });

  test.each([
    ["approver", []],
    ["auditor", ["Rea@contoso.com"]],
  ])("is shown what is personal only as an auditor: %s", async (as, signInNames) => {
    expect(await (await change(as)).json()).toMatchObject({ id: "t-1", signInNames });
  });

  test("is told what came of it, whatever tags they name", async () => {
    const etag = (await change("approver")).headers.get("etag") ?? "";

    for (const tags of ["*", etag]) {
      const response = await change("approver", { "if-none-match": tags });

      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ letters: 1 });
    }
  });
});

describe("a body", () => {
  /** Sends the head of a POST and so much of its body, and never the rest; or none, and its end. Says what is answered. */
  const begin = (as: string | null, path: string, headers: OutgoingHttpHeaders, beginning: string | null) =>
    new Promise<{ status: number | undefined; detail: unknown }>((resolve, reject) => {
      const sent = request(`${host.url}/api/${path}`, {
        method: "POST",
        headers: {
          ...headers,
          "content-type": "application/json",
          ...(as !== null && { authorization: `Bearer ${as}` }),
        },
      });
      sent.on("error", reject).on("response", async (response) => {
        const { detail } = JSON.parse(Buffer.concat(await Array.fromAsync(response)).toString());
        sent.destroy();
        resolve({ status: response.statusCode, detail });
      });
      sent.setTimeout(PATIENCE_MS / 4, () => sent.destroy(new Error("There is no answer.")));
      if (beginning === null) sent.end();
      else sent.write(beginning);
    });

  test.each<[string, string | null, string, number]>([
    ["nobody", null, "things/t-1/words", 401],
    ["a forger", "forged", "things/t-1/words", 401],
    ["a reader", "reader", "things/t-1/words", 403],
    ["somebody without the scope", "scopeless", "things/t-1/words", 403],
    ["an approver, about what cannot be", "approver", "things/x/words", 404],
    ["an approver, with a query that is not taken", "approver", "things/t-1/words?x=1", 400],
  ])("of %s is not waited for: the answer comes before it", async (_who, as, path, status) => {
    expect(await begin(as, path, { "content-length": 50_000_000 }, "{")).toMatchObject({ status });
    expect(await begin(as, path, { "transfer-encoding": "chunked" }, "{")).toMatchObject({ status });
  });

  test("that is announced as too large is not waited for, and one that turns out to be is not read to its end", async () => {
    const tooLarge = { status: 413, detail: "At most 65536 bytes." };
    const path = "things/t-1/words";

    expect(await begin("approver", path, { "content-length": 65_537 }, "{")).toEqual(tooLarge);
    expect(await begin("approver", path, { "transfer-encoding": "chunked" }, "x".repeat(65_537))).toEqual(
      tooLarge,
    );
  });

  test("that comes in pieces, of no length known before, is as good as any", async () => {
    const pieces = new ReadableStream({
      start(controller) {
        for (const piece of ['{"wo', 'rd":"h', 'i"}']) controller.enqueue(new TextEncoder().encode(piece));
        controller.close();
      },
    });

    const response = await fetch(`${host.url}/api/things/t-1/words`, {
      method: "POST",
      headers: { authorization: "Bearer approver", "content-type": "application/json" },
      body: pieces,
      duplex: "half",
    } as RequestInit);

    expect(await response.json()).toMatchObject({ letters: 2 });
  });

  test("that does not arrive, since nothing said how long it is, is asked for with its length", async () => {
    const chunked = { "transfer-encoding": "chunked" };
    const path = "things/t-1/words";

    const inPieces = await begin("approver", path, chunked, null);
    const empty = await ask(path, { as: "approver", body: "" });

    expect(inPieces).toEqual({
      status: 411,
      detail: "No body has arrived. Send one with a Content-Length.",
    });
    expect(empty).toMatchObject({ status: 400, body: { detail: "The body is not JSON." } });
  });
});

describe("what is parsed", () => {
  test.each([
    ["an answer", "things/t-1", "reader"],
    ["a refusal", "things/t-1", "stranger"],
    ["what is not there", "things/x", "reader"],
    ["a failure", "failures/error", "reader"],
  ])(
    "%s is kept by nobody, taken for nothing else, and comes by https from then on",
    async (_what, path, as) => {
      const { headers } = await ask(path, { as });

      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("strict-transport-security")).toBe("max-age=31536000");
    },
  );

  test("an answer is JSON", async () => {
    const { headers, body } = await ask("things/t-1", { as: "reader" });

    expect(headers.get("content-type")).toBe("application/json");
    expect(body).toEqual({ id: "t-1", caller: "Rea" });
  });

  test.each(["no-thing", "t-", "t-1%0a", "t-1%00", "%e2%80%ae", "..%2ft-1"])(
    "an id of %s names no thing",
    async (id) => {
      expect(await ask(`things/${id}`, { as: "reader" })).toMatchObject({
        status: 404,
        body: { type: "urn:problem:not-found" },
      });
    },
  );

  test.each([
    ["", { limit: 50, cursor: null }],
    ["?limit=200&cursor=abc", { limit: 200, cursor: "abc" }],
  ])("the query %s is the page %o", async (query, page) => {
    expect(await ask(`pages${query}`)).toMatchObject({ status: 200, body: { page } });
  });

  test.each([
    ["clustr=x", 'there is no parameter "clustr"; there are limit and cursor'],
    ["__proto__=1", 'there is no parameter "__proto__"; there are limit and cursor'],
    ["constructor=1", 'there is no parameter "constructor"; there are limit and cursor'],
    ["toString=1", 'there is no parameter "toString"; there are limit and cursor'],
    ["%E2%80%AElimit=1", 'there is no parameter "\\u202elimit"; there are limit and cursor'],
    ["limit=1&limit=2", "limit is given more than once"],
    ["limit=1&limit=1", "limit is given more than once"],
    ["Limit=1", 'there is no parameter "Limit"; there are limit and cursor'],
    [
      "x&limit=1&limit=2",
      'there is no parameter "x"; there are limit and cursor; limit is given more than once',
    ],
    ["limit=", "limit must be a whole number from 1 to 200"],
  ])("the query %s is refused: %s", async (query, why) => {
    expect(await ask(`pages?${query}`)).toMatchObject({
      status: 400,
      body: { detail: `In the query: ${why}.` },
    });
  });

  test.each(["things/t-1?verbose=1", "things/t-1?__proto__=1"])(
    "the query of %s is refused, since the route takes none",
    async (path) => {
      const { status, body } = await ask(path, { as: "reader" });

      expect(status).toBe(400);
      expect(body.detail).toMatch(/^In the query: there is no parameter "\w+"; this takes none\.$/);
    },
  );

  test.each(["ID=t-2", "id=t-2", "iD=x"])(
    "a path is read where it stands, whatever the query %s says",
    async (query) => {
      expect(await ask(`things/t-1?${query}`, { as: "reader" })).toMatchObject({
        status: 400,
        body: { detail: expect.stringMatching(/^In the query: there is no parameter "id"/i) },
      });
    },
  );

  test.each([
    ["limit=0", "limit"],
    ["limit=201", "limit"],
    ["limit=1.5", "limit"],
    ["limit=many", "limit"],
    [`cursor=${"x".repeat(1_001)}`, "cursor"],
  ])("the query %s is refused with its name", async (query, name) => {
    const { status, body } = await ask(`pages?${query}`);

    expect(status).toBe(400);
    expect(body.detail).toMatch(new RegExp(`^In the query: ${name} `));
  });

  test.each([
    ["application/json", 200],
    ["application/json; charset=utf-8", 200],
    ["APPLICATION/JSON", 200],
    ["application/merge-patch+json", 200],
    ["text/plain", 415],
    ["text/json", 415],
    ["application/jsonp", 415],
    ["application/x-www-form-urlencoded", 415],
  ])("a body of %s is answered %i", async (type, status) => {
    const reply = await ask("things/t-1/words", { as: "approver", body: say("x"), type });

    expect(reply.status).toBe(status);
  });

  test.each<[string, string | Buffer<ArrayBuffer>, string]>([
    ["nothing", "", "The body is not JSON."],
    ["half a JSON", '{"word":', "The body is not JSON."],
    ["JSON that is not UTF-8", Buffer.from('{"word":"\xff"}', "latin1"), "The body is not JSON."],
    ["deep nesting", "[".repeat(60_000), "The body is not JSON."],
    ["null", "null", "In the body: "],
    ["an array", "[]", "In the body: "],
    ["a wrong type", say(1), "In the body: word "],
    ["nothing that is needed", "{}", "In the body: word "],
    ["two mistakes", '{"word":1,"times":0}', "; times "],
    ["a prototype", '{"__proto__":{"word":"x"}}', "In the body: word "],
  ])("a body of %s is refused with the reason", async (_case, body, detail) => {
    const reply = await ask("things/t-1/words", { as: "approver", body });

    expect(reply.status).toBe(400);
    expect(reply.body.detail).toContain(detail);
  });

  test("a body may have 64 KB and not a byte more", async () => {
    const body = (bytes: number) => say("x".repeat(bytes - say("").length));

    const largest = await ask("things/t-1/words", { as: "approver", body: body(65_536) });
    const larger = await ask("things/t-1/words", { as: "approver", body: body(65_537) });

    expect(largest).toMatchObject({ status: 200, body: { letters: 65_525, times: 1, caller: "Ana" } });
    expect(larger).toMatchObject({ status: 413, body: { type: "urn:problem:too-large" } });
  });
});

describe("what a handler throws", () => {
  test("a problem is answered as problem details, with its own members", async () => {
    const { headers, ...reply } = await ask("failures/conflict");

    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("www-authenticate")).toBeNull();
    expect(reply).toEqual({
      status: 409,
      body: {
        type: "urn:problem:already-decided",
        title: "The request is decided",
        status: 409,
        detail: "Bo was faster.",
        code: "alreadyDecided",
        decidedBy: "Bo",
      },
    });
  });

  test("a cursor of somebody else's making is the caller's mistake", async () => {
    expect(await ask("failures/cursor")).toMatchObject({
      status: 400,
      body: { type: "urn:problem:bad-request", detail: "The cursor is not one of ours." },
    });
  });

  test.each([
    ["an error", "error", /TypeError: the password is swordfish\n +at /],
    ["a text", "text", /swordfish again/],
  ])(
    "%s is a 500 that says nothing but where to look, and the log says it all",
    async (_case, how, logged) => {
      const { status, body } = await ask(`failures/${how}`);

      expect(status).toBe(500);
      expect(Object.keys(body)).toEqual(["type", "title", "status", "detail", "code"]);
      expect(JSON.stringify(body)).not.toContain("swordfish");
      expect(body.detail).toMatch(/invocation [0-9a-f-]{36}\.$/);
      await host.writes(logged);
    },
  );
});

describe("who is refused leaves a line in the log", () => {
  const refused = async (...words: readonly string[]) => {
    const line = await host.writes(new RegExp(`.*"refused".*${words.join(".*")}.*`));
    return JSON.parse(line.slice(line.indexOf("{")));
  };

  test("that says what was asked, who by their token it was, and why not", async () => {
    const id = `pec-${"0".repeat(32)}`;
    await ask(`requests/${id}/words`, { as: "scopeless", body: say("secret") });

    expect(await refused("wrongScope", "changeRequest")).toEqual({
      event: "refused",
      status: 403,
      code: "wrongScope",
      operation: "changeRequest",
      requestId: id,
      who: "person",
      oid: "a1b5c7d9-0e2f-4a3b-8c4d-5e6f70819201",
      name: "Rea",
      clientId: "0b3a1c86-1d5e-4a51-9c59-9b3b8a6f2f01",
      why: "This needs the scope Approvals.ReadWrite: the app that you signed in with must ask for it.",
    });
  });

  test("and nothing that a stranger wrote, nor the token", async () => {
    await ask("things/t-forged-path", { as: "forged-token" });

    const line = await refused("notSignedIn", "readThing");

    expect(line).toEqual({
      event: "refused",
      status: 401,
      code: "notSignedIn",
      operation: "readThing",
      who: "nobody",
      why: "Who are you?",
    });
  });
});
