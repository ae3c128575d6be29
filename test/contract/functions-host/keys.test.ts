import { readFileSync, statSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newFolder, type RunningHost, runHost, writeApp } from "./host.ts";

const APP = writeApp({
  "package.json": '{ "main": "main.cjs" }',
  "main.cjs": `const { app } = require("@azure/functions");
    app.get("open", { authLevel: "anonymous", handler: () => ({ body: "hi" }) });
    app.get("keyed", { authLevel: "function", handler: () => ({ body: "hi" }) });
    app.get("other", { authLevel: "function", handler: () => ({ body: "hi" }) });
    app.get("admins", { authLevel: "admin", handler: () => ({ body: "hi" }) });
    app.get("unsaid", { handler: () => ({ body: "hi" }) });
    app.eventGrid("received", { handler() {} });`,
});

interface Keys {
  masterKey: string;
  hostKeys: { default: string };
  functionKeys: Record<string, { default: string }>;
  systemKeys: { eventgrid_extension: string; durabletask_extension: string };
}

describe("a host that was asked to ask for keys", () => {
  const dataDir = newFolder();
  const file = join(dataDir, "keys.json");
  const readKeys = () => JSON.parse(readFileSync(file, "utf8")) as Keys;
  let host: RunningHost;
  let keys: Keys;

  beforeAll(async () => {
    host = await runHost(APP, { dataDir, args: ["--keys"] });
    keys = readKeys();
  });
  afterAll(() => host.end("SIGKILL"));

  const statusOf = async (path: string, init: RequestInit = {}) =>
    (await fetch(`${host.url}${path}`, init)).status;

  test("says where they are, which only this user can read", () => {
    expect(host.output()).toContain(`Callers need a key; all of them are in ${file}`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("lets in who holds the right one", async () => {
    const { masterKey, hostKeys, functionKeys } = keys;
    const offered: Record<string, string | undefined> = {
      none: undefined,
      wrong: "wrong",
      own: functionKeys.keyed?.default,
      another: functionKeys.other?.default,
      host: hostKeys.default,
      master: masterKey,
    };
    const paths = ["open", "keyed", "admins", "unsaid"];

    const rows = await Promise.all(
      Object.entries(offered).map(async ([who, key]) => {
        const query = key === undefined ? "" : `?code=${key}`;
        return [who, ...(await Promise.all(paths.map((path) => statusOf(`/api/${path}${query}`))))];
      }),
    );

    expect(rows).toEqual([
      ["none", 200, 401, 401, 200],
      ["wrong", 200, 401, 401, 200],
      ["own", 200, 200, 401, 200],
      ["another", 200, 401, 401, 200],
      ["host", 200, 200, 401, 200],
      ["master", 200, 200, 200, 200],
    ]);
  });

  test("takes a key from the header as well, which wins over the query", async () => {
    const headers = { "x-functions-key": keys.hostKeys.default };

    expect(await statusOf("/api/keyed", { headers })).toBe(200);
    expect(await statusOf("/api/keyed?code=wrong", { headers })).toBe(200);
    expect(
      await statusOf(`/api/keyed?code=${keys.masterKey}`, { headers: { "x-functions-key": "wrong" } }),
    ).toBe(401);
  });

  test("shows the admin API to who holds the master key only", async () => {
    expect(await statusOf("/admin/host/status")).toBe(401);
    expect(await statusOf(`/admin/host/status?code=${keys.hostKeys.default}`)).toBe(401);
    expect(await statusOf(`/admin/host/status?code=${keys.masterKey}`)).toBe(200);
    expect(await statusOf("/admin/host/status", { headers: { origin: host.url } })).toBe(401);
  });

  test("takes events from who holds the system key of Event Grid", async () => {
    const path = "/runtime/webhooks/eventgrid?functionName=received&code=";
    const init = { method: "POST", headers: { "aeg-event-type": "Notification" }, body: "[]" };

    expect(await statusOf(`${path}wrong`, init)).toBe(401);
    expect(await statusOf(`${path}${keys.systemKeys.eventgrid_extension}`, init)).toBe(202);
  });

  test("keeps them across restarts", async () => {
    await host.end("SIGKILL");

    host = await runHost(APP, { dataDir, args: ["--keys"] });

    expect(readKeys()).toEqual(keys);
  });
});

describe("a host that was not asked to ask for keys", () => {
  let host: RunningHost;
  let masterKey: string;

  beforeAll(async () => {
    host = await runHost(APP);
    masterKey = (JSON.parse(readFileSync(join(host.dataDir, "keys.json"), "utf8")) as Keys).masterKey;
  });
  afterAll(() => host.end("SIGKILL"));

  test("lets everybody call, as Core Tools do", async () => {
    const statuses = await Promise.all(
      ["/api/keyed", "/api/admins"].map(async (path) => (await fetch(host.url + path)).status),
    );

    expect(statuses).toEqual([200, 200]);
    expect(host.output()).not.toContain("Callers need a key");
    expect(statSync(join(host.dataDir, "keys.json")).mode & 0o777).toBe(0o600);
  });

  /** Node's fetch sets no such headers; a browser does. */
  const statusOf = (path: string, headers: Record<string, string> = {}, method = "POST") =>
    new Promise<number | undefined>((resolve, reject) => {
      const sent = request(`${host.url}${path}`, { method, headers });
      sent.on("error", reject).on("response", (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.end(method === "POST" ? "{}" : undefined);
    });
  const here = () => new URL(host.url);

  test.each<[string, () => Record<string, string>, number]>([
    ["nobody in particular", () => ({}), 401],
    ["who holds a wrong key", () => ({ "x-functions-key": "wrong" }), 401],
    ["who holds the master key", () => ({ "x-functions-key": masterKey }), 202],
    [
      "a page of another site",
      () => ({ origin: "https://evil.example", "sec-fetch-site": "cross-site" }),
      401,
    ],
    [
      "a page of another port of this machine",
      () => ({ origin: "http://127.0.0.1:1", "sec-fetch-site": "same-site" }),
      401,
    ],
    ["a page without an origin", () => ({ origin: "null", "sec-fetch-site": "cross-site" }), 401],
    ["a page of an old browser, of another site", () => ({ origin: "https://evil.example" }), 401],
    [
      "a page under a name that was pointed here",
      () => ({
        host: `evil.example:${here().port}`,
        origin: `http://evil.example:${here().port}`,
        "sec-fetch-site": "same-origin",
      }),
      401,
    ],
    [
      "a page under a name that begins like ours",
      () => ({
        host: `127.0.0.1.evil.example:${here().port}`,
        origin: `http://127.0.0.1.evil.example:${here().port}`,
        "sec-fetch-site": "same-origin",
      }),
      401,
    ],
    ["a link that was followed", () => ({ "sec-fetch-site": "none" }), 401],
    ["a page of this host", () => ({ origin: here().origin, "sec-fetch-site": "same-origin" }), 202],
    ["a page of this host, of an old browser", () => ({ origin: here().origin }), 202],
    [
      "a page of this host by its other name",
      () => ({
        host: `localhost:${here().port}`,
        origin: `http://localhost:${here().port}`,
        "sec-fetch-site": "same-origin",
      }),
      202,
    ],
  ])("lets %s run a function by hand only as it should: %o is %i", async (_who, headers, status) => {
    expect(await statusOf("/admin/functions/received", headers())).toBe(status);
  });

  test("takes the master key from the query, too, under any spelling of its name", async () => {
    expect(await statusOf(`/admin/host/status?code=${masterKey}`, {}, "GET")).toBe(200);
    expect(await statusOf(`/admin/host/status?CODE=${masterKey}`, {}, "GET")).toBe(200);
    expect(await statusOf("/admin/host/status", {}, "GET")).toBe(401);
    expect(await statusOf("/admin/clock", {}, "GET")).toBe(401);
  });
});
