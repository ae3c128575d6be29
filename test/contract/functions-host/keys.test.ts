import { readFileSync, statSync } from "node:fs";
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

test("a host that was not asked lets everybody in, as Core Tools do", async () => {
  const host = await runHost(APP);

  const statuses = await Promise.all(
    ["/api/keyed", "/api/admins", "/admin/host/status"].map(
      async (path) => (await fetch(host.url + path)).status,
    ),
  );

  await host.end("SIGKILL");
  expect(statuses).toEqual([200, 200, 200]);
  expect(host.output()).not.toContain("key");
});
