import { type IncomingHttpHeaders, request } from "node:http";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningHost, runHost } from "../functions-host/host.ts";
import { FILES } from "./inbox/files.ts";

let host: RunningHost;

beforeAll(async () => {
  host = await runHost(fileURLToPath(new URL("inbox", import.meta.url)));
});
afterAll(() => host.end("SIGTERM"));

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The path as it is written here: `fetch` would tidy it up. */
async function ask(path: string, method = "GET", headers: Record<string, string> = {}): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const { hostname, port } = new URL(host.url);
  request({ hostname, port, path, method, headers })
    .on("error", reject)
    .on("response", (response) => {
      const { statusCode: status, headers: given } = response;
      buffer(response).then((body) => resolve({ status, headers: given, body }), reject);
    })
    .end();
  return promise;
}

/** All that tells a browser what a page may do, and others what to do with it. */
const STRICT = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' https://login.example; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "x-robots-tag": "noindex",
};

const FOR_GOOD = "public, max-age=31536000, immutable";

describe("the page", () => {
  test.each([
    ["/inbox/", "index.html", "text/html; charset=utf-8", "no-store"],
    ["/inbox/?code=1&state=2", "index.html", "text/html; charset=utf-8", "no-store"],
    ["/inbox/index.html", "index.html", "text/html; charset=utf-8", "no-store"],
    ["/inbox/main-1.js", "main-1.js", "text/javascript; charset=utf-8", FOR_GOOD],
    ["/inbox/main-2.css", "main-2.css", "text/css; charset=utf-8", FOR_GOOD],
  ])("%s is %s, and anybody's", async (path, name, type, cache) => {
    const { status, headers, body } = await ask(path);

    expect({ status, text: body.toString() }).toEqual({ status: 200, text: FILES[name] });
    expect(headers).toMatchObject({ ...STRICT, "content-type": type, "cache-control": cache });
  });

  test("says the same to HEAD, but for the body", async () => {
    const { date: _, connection: __, ...got } = (await ask("/inbox/main-2.css")).headers;

    const { status, headers, body } = await ask("/inbox/main-2.css", "HEAD");

    expect({ status, length: body.length }).toEqual({ status: 200, length: 0 });
    for (const name of ["content-type", "etag", "cache-control", "content-security-policy"])
      expect(headers[name]).toBe(got[name]);
  });

  test("comes compressed to whoever takes that, under another tag", async () => {
    const plain = await ask("/inbox/main-1.js");

    const zipped = await ask("/inbox/main-1.js", "GET", { "accept-encoding": "gzip" });

    expect(zipped.headers).toMatchObject({ "content-encoding": "gzip", vary: "accept-encoding" });
    expect(gunzipSync(zipped.body).toString()).toBe(FILES["main-1.js"]);
    expect(zipped.headers.etag).not.toBe(plain.headers.etag);
  });

  test("is not sent again to whoever has it", async () => {
    const { etag = "" } = (await ask("/inbox/main-1.js")).headers;

    const again = await ask("/inbox/main-1.js", "GET", { "if-none-match": etag });

    expect({ status: again.status, length: again.body.length }).toEqual({ status: 304, length: 0 });
  });

  test("is found without the slash at its end, whatever the query says", async () => {
    const { status, headers } = await ask("/inbox?next=//evil.example");

    expect({ status, location: headers.location }).toEqual({ status: 308, location: "/inbox/" });
    expect(headers).toMatchObject(STRICT);
  });
});

describe("nothing else", () => {
  test.each([
    "/inbox/requests/pec-1",
    "/inbox/main-0.js",
    "/inbox/notes.txt",
    "/inbox/toString",
    "/inbox/__proto__",
    "/inbox//index.html",
    "/INBOX/index.html",
    "/inbox/./../inbox/x",
    "/inbox/..%2fhost.json",
    "/inbox/%2e%2e%2f%2e%2e%2fetc/passwd",
    "/inbox/main-1.js%00.html",
    "/inbox/%00",
    "/inbox/%",
    "/inbox/%ff",
    "/inbox/main-1.js/",
    `/inbox/${"a".repeat(4_000)}`,
  ])("is at %j", async (path) => {
    const { status, headers, body } = await ask(path);

    expect(status).toBe(404);
    expect(headers).toMatchObject({ ...STRICT, "cache-control": "no-store" });
    expect(body.toString()).toContain('<a href="/inbox/">Go to the inbox.</a>');
  });

  test.each(["/inbox/../host.json", "/inbox/%2e%2e/host.json", "/inbox/..\\host.json", "/inboxes"])(
    "is found by leaving it, as with %j",
    async (path) => {
      expect((await ask(path)).status).toBe(404);
    },
  );

  test.each(["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])("can be done with %s", async (method) => {
    const { status, headers, body } = await ask("/inbox/", method);

    expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: "GET, HEAD" });
    expect(JSON.parse(body.toString())).toMatchObject({ code: "methodNotAllowed" });
    expect(headers).toMatchObject(STRICT);
    expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });
});

describe("the page that opens links", () => {
  /** It reaches nothing but the app: nobody signs in there. */
  const STRICTER = {
    ...STRICT,
    "content-security-policy": STRICT["content-security-policy"].replace(" https://login.example", ""),
  };

  test.each(["GET", "HEAD"])("is anybody's by %s, and as strict as the inbox", async (method) => {
    const { status, headers, body } = await ask("/link/", method);

    expect({ status, text: body.toString() }).toEqual({
      status: 200,
      text: method === "GET" ? FILES["index.html"] : "",
    });
    expect(headers).toMatchObject({ ...STRICTER, "cache-control": "no-store" });
  });

  test("has what it names under names for good, and no other's", async () => {
    expect((await ask("/link/main-1.js")).headers["cache-control"]).toBe(FOR_GOOD);
    expect((await ask("/link/toString")).status).toBe(404);
    expect((await ask("/link?token=a.b.c")).headers.location).toBe("/link/");
  });

  test.each(["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])("lets nothing be done with %s", async (method) => {
    const { status, headers, body } = await ask("/link/", method);

    expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: "GET, HEAD" });
    expect(JSON.parse(body.toString())).toMatchObject({
      detail: "A link shows something, and nothing can be done by it. Sign in to the inbox to decide.",
    });
  });
});
