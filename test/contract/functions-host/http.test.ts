import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appFolder, type RunningHost, runHost } from "./host.ts";

let host: RunningHost;

beforeAll(async () => {
  host = await runHost(appFolder("http"), { env: { ALREADY_SET: "from the environment" } });
});
afterAll(() => host.end("SIGKILL"));

const get = (path: string) => fetch(`${host.url}${path}`);

describe("a request reaches the function", () => {
  test("with method, address, parameters, query, headers and the bytes of its body", async () => {
    const body = new Uint8Array([0, 255, 1, 128]);

    const response = await fetch(`${host.url}/api/echo/J%C3%B6rg%20K./deep/er%2Fstill?a=1&b=x%20y&a=2`, {
      method: "PUT",
      headers: { "X-Sent": "yes" },
      body,
    });

    expect(response.status).toBe(201);
    expect(response.headers.get("x-method")).toBe("PUT");
    expect(await response.json()).toEqual({
      url: `${host.url}/api/echo/J%C3%B6rg%20K./deep/er%2Fstill?a=1&b=x%20y&a=2`,
      params: { name: "Jörg K.", rest: "deep/er%2Fstill" },
      query: { a: "1,2", b: "x y" },
      header: "yes",
      body: Buffer.from(body).toString("base64"),
    });
  });

  test("without its body, when nothing says how long that is", async () => {
    const pieces = new Blob(["in ", "pieces"]).stream();

    const response = await fetch(`${host.url}/api/echo/a/b`, {
      method: "PUT",
      body: pieces,
      duplex: "half",
    } as RequestInit);

    expect(await response.json()).toMatchObject({ params: { name: "a" }, body: "" });
  });

  test("with the names of its query in any case, spelt as the first of them", async () => {
    const response = await fetch(`${host.url}/api/echo/a/b?Page=1&page=2`, { method: "PUT" });

    expect(await response.json()).toMatchObject({ query: { Page: "1,2" } });
  });

  test("with the settings of local.settings.json, where the environment has none of its own", async () => {
    const response = await get("/api/settings");

    expect(await response.json()).toEqual({
      greeting: "hello from local settings",
      alreadySet: "from the environment",
    });
  });

  test.each<[string, number, string]>([
    ["/api/items/42", 200, "number 42"],
    ["/api/items/newest", 200, "newest"],
    ["/api/items/forty-two", 200, "word forty-two"],
    ["/API/Items/NEWEST", 200, "newest"],
    ["/api/items/99999999999", 200, "word 99999999999"],
    ["/api/pages", 200, "page none"],
    ["/api/pages/7", 200, "page 7"],
    ["/api/pages/7/8", 404, ""],
    ["/api/items/%E0%A4%A", 200, "word %E0%A4%A"],
    ["/api/files/v2.17-beta.json", 200, '{"major":"2","minor":"17-beta"}'],
    ["/api/files/vx.1.json", 404, ""],
    ["/api/lists", 200, '{"name":"all","page":"1"}'],
    ["/api/lists/mine", 200, '{"name":"mine","page":"1"}'],
    ["/api/lists/mine/x", 404, ""],
    ["/api/nowhere", 404, ""],
    ["/items/42", 404, ""],
  ])("whose route fits best: GET %s is %i %s", async (path, status, body) => {
    const response = await get(path);

    expect({ status: response.status, body: await response.text() }).toEqual({ status, body });
  });

  test("only by a method that it lists; another one is 404, as in Azure", async () => {
    const methods = ["GET", "POST", "DELETE", "HEAD"];

    const statuses = await Promise.all(
      methods.map((method) => fetch(`${host.url}/api/items/42`, { method }).then(({ status }) => status)),
    );

    expect(statuses).toEqual([200, 200, 404, 404]);
  });

  test("by HEAD, which gets the headers and no body", async () => {
    const response = await fetch(`${host.url}/api/echo/x/`, { method: "HEAD" });

    expect(response.status).toBe(201);
    expect(Number(response.headers.get("content-length"))).toBeGreaterThan(0);
    expect(await response.text()).toBe("");
  });
});

describe("a response reaches the client", () => {
  test("byte for byte", async () => {
    const response = await get("/api/bytes");

    expect(response.headers.get("content-type")).toBe("image/png");
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 10, 13]);
  });

  test("with every cookie in a header of its own", async () => {
    const response = await get("/api/cookies");

    expect(response.headers.getSetCookie()).toEqual([
      "session=a%20b; max-age=60; path=/; secure; samesite=strict; httponly",
      "theme=dark; expires=Wed, 02 Jan 2030 03:04:05 GMT; path=/ui",
    ]);
  });

  test("as 204 when the function returns nothing", async () => {
    const response = await get("/api/nothing");

    expect(response.status).toBe(204);
  });

  test("after the hooks had their say", async () => {
    const response = await get("/api/hooked");

    expect(await response.text()).toBe("an argument of the hook, wrapped, pre and post");
    expect(await host.writes(/\[hooked\] rewr.*/)).toBe("[hooked] rewritten");
  });
});

describe("trouble in a function", () => {
  test("that throws is 500 without a word to the client, and an error in the log", async () => {
    const response = await get("/api/throws");

    expect({ status: response.status, body: await response.text() }).toEqual({ status: 500, body: "" });
    expect(await host.writes(/error \[throws\].*/)).toContain("secret detail");
  });

  test("that throws nothing at all is 500 too", async () => {
    const response = await get("/api/throwsnothing");

    expect(response.status).toBe(500);
    await host.writes(/error \[throwsnothing\].*Unknown error/);
  });

  test.each<[string, RegExp]>([
    ["number", /The HTTP response must be an object/],
    ["text", /The HTTP response must be an object/],
    ["symbol", /The HTTP response must be an object/],
    ["bigint", /The HTTP response must be an object/],
    ["bigint-body", /BigInt/],
    ["circular", /circular structure/],
    ["status", /status/],
    ["status-text", /status/],
    ["header", /bad header/],
    ["header-value", /header value/],
    ["cookie", /cookies/],
  ])("that returns nonsense (%s) is 500, an error in the log, and nothing else", async (kind, problem) => {
    const response = await get(`/api/nonsense/${kind}`);

    expect({ status: response.status, body: await response.text() }).toEqual({ status: 500, body: "" });
    await host.writes(new RegExp(`error .*nonsense.*${problem.source}`, "s"));
    expect((await get("/api/settings")).status).toBe(200);
  });

  test("that exceeds functionTimeout is 500, and an error in the log", async () => {
    const response = await get("/api/hangs");

    expect(response.status).toBe(500);
    await host.writes(/error \[hangs\].*functionTimeout/);
  });

  test("that registers another function when the app has started is 500, and there is no other function", async () => {
    const response = await get("/api/registers");

    expect(response.status).toBe(500);
    await host.writes(/error \[registers\].*A function can only be registered during app startup\./);
    expect((await get("/api/another")).status).toBe(404);
  });

  test("that never returns leaves the others alone", async () => {
    const hanging = get("/api/hangs");
    await host.writes(/./);

    const meanwhile = await get("/api/settings");

    expect(meanwhile.status).toBe(200);
    expect((await hanging).status).toBe(500);
  });

  test.each<[string, string]>([
    ["late", "Returned too late, which is ignored,"],
    ["lateandwrong", "Failed too late \\(wrong in the end\\)"],
  ])(
    "that comes to its end (%s) when its time has run out is too late, which the log tells",
    async (name, words) => {
      const response = await get(`/api/${name}`);

      expect({ status: response.status, body: await response.text() }).toEqual({ status: 500, body: "" });
      await host.writes(new RegExp(`warn {2}\\[${name}\\] ${words} after \\d+ ms`));
    },
  );

  test.each<[string, string]>([
    ["forgets", "nobody awaited me"],
    ["explodes", "nobody caught me"],
  ])("that %s what nobody catches is logged, and the host goes on", async (name, words) => {
    const response = await get(`/api/${name}`);

    expect(await response.text()).toBe("ok");
    await host.writes(new RegExp(`error \\[host\\] In Azure this would end the worker .*Error: ${words}`));
    expect((await get("/api/settings")).status).toBe(200);
  });

  test("that nobody waits for any more is harmless: it runs to its end", async () => {
    const { hostname, port } = new URL(host.url);
    const socket = connect(Number(port), hostname);
    socket.write("GET /api/slow HTTP/1.1\r\nHost: x\r\n\r\n");
    await host.writes(/slow began/);

    socket.destroy();

    await host.writes(/slow ended/);
    expect((await get("/api/settings")).status).toBe(200);
  });
});

test.each<[string, string, number]>([
  ["a Host header that is no host", "GET /api/settings HTTP/1.1\r\nHost: a b\r\n\r\n", 400],
  ["an address of another server", "GET http://elsewhere/api/settings HTTP/1.1\r\nHost: x\r\n\r\n", 400],
  ["a body above 100 MB", "POST /api/echo/a/ HTTP/1.1\r\nHost: x\r\nContent-Length: 104857601\r\n\r\n", 413],
])("%s is refused before any function sees it", async (_name, raw, status) => {
  const { hostname, port } = new URL(host.url);
  const socket = connect(Number(port), hostname);

  socket.write(raw);
  const answer = await new Promise<string>((resolve) =>
    socket.once("data", (chunk) => resolve(chunk.toString())),
  );

  socket.destroy();
  expect(answer).toContain(` ${status} `);
});

test("what a function logs is one line each, at information and above, and cannot forge another", async () => {
  await get("/api/logs");

  await host.writes(/a warning/);

  expect(host.output()).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} info {2}\[logs\] one line\n {4}and \\x1b\[31manother$/m,
  );
  expect(host.output()).toMatch(/^\S+ warn {2}\[logs\] a warning$/m);
  expect(host.output()).not.toContain("a debug line");
});

test("the admin API tells that the host runs, and which functions it has", async () => {
  const status = await host.admin("host/status");
  const functions = await host.admin("functions");

  expect(await status.json()).toEqual({ state: "Running" });
  expect(await functions.json()).toContainEqual(expect.objectContaining({ name: "settings" }));
});

test("the admin API tells of one function, by its name in any case", async () => {
  const found = await host.admin("functions/ECHO");
  const missing = await host.admin("functions/nobody");

  expect({ status: found.status, ...((await found.json()) as object) }).toMatchObject({
    status: 200,
    name: "echo",
  });
  expect(missing.status).toBe(404);
});

test("headers may be as long as Kestrel takes them, 32 KB, and no longer", async () => {
  const statuses = await Promise.all(
    [24_000, 40_000].map((length) =>
      fetch(`${host.url}/api/items/newest`, { headers: { cookie: "x".repeat(length) } }).then(
        ({ status }) => status,
      ),
    ),
  );

  expect(statuses).toEqual([200, 431]);
});
