import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TableClient } from "@azure/data-tables";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { installAzurite } from "../../../infra/local/azurite/install.ts";
import { isAlive } from "../../../infra/local/supervisor/endpoints.ts";
import { parseStore } from "../../../infra/local/supervisor/options.ts";
import { parseConfig } from "../../../shared/config.ts";
import {
  newFolder,
  PATIENCE,
  type RunningStack,
  remove,
  run,
  START,
  startStack,
  stop,
  until,
} from "./processes.ts";

/** Less than what Azurite is given to end before it is killed. */
const TIMEOUT_MS = 50_000;
/** It happens once on a machine, and a line may be slow. */
const INSTALL_MS = 600_000;

beforeAll(() => installAzurite(console.log), INSTALL_MS);

/** The table of a test in the Azurite of a stack. */
const tableOf = (stack: RunningStack): TableClient =>
  TableClient.fromConnectionString(stack.endpoints().storage ?? "", "notes", {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });

const AN_ENTITY = { partitionKey: "a", rowKey: "1", text: "kept" };

describe("npm start -- --store tables", { timeout: TIMEOUT_MS }, () => {
  let folder: string;
  const running: RunningStack[] = [];

  const start = async (...args: string[]) => {
    const stack = await startStack(folder, args);
    running.push(stack);
    return stack;
  };

  beforeEach(() => {
    folder = newFolder();
  });

  afterEach(async () => {
    for (const stack of running.splice(0)) await stop(stack);
    remove(folder);
  }, TIMEOUT_MS);

  test("tells the app, and nobody who reads what is printed, how to reach its tables", async () => {
    const stack = await start("--store", "tables");
    const { app, storage } = stack.endpoints();

    const { settings } = (await (await fetch(`${app}/api/settings`)).json()) as {
      settings: Record<string, string>;
    };

    expect(settings.AUDIT_STORE).toBe(storage);
    expect(parseConfig(settings).AUDIT_STORE).toMatchObject({ kind: "tables", by: "key" });
    const key = /AccountKey=([^;]+)/.exec(storage ?? "")?.[1] ?? "";
    expect(key).toMatch(/^.{43}=$/);
    expect(stack.output()).not.toContain(key);
    const others = ["app", "cloud", "azurite", "endpoints.json", "settings.json"].filter(
      (name) => (statSync(join(folder, name)).mode & 0o077) !== 0,
    );
    expect(others).toEqual([]);
  });

  test("what was written is there after Ctrl-C and the next start, which goes on with the same store", async () => {
    const first = await start("--store", "tables");
    await tableOf(first).createTable();
    await tableOf(first).createEntity(AN_ENTITY);
    const { pids, storage } = first.endpoints();

    expect(await stop(first)).toBe(0);

    expect(Object.values(pids).filter(isAlive)).toEqual([]);
    const next = await start();
    expect(next.endpoints().storage).toBe(storage);
    expect(await tableOf(next).getEntity("a", "1")).toMatchObject(AN_ENTITY);
  });

  test("Azurite saves all that it acknowledged when the supervisor is killed, and the next start waits for it", async () => {
    const first = await start("--store", "tables");
    await tableOf(first).createTable();
    await tableOf(first).createEntity(AN_ENTITY);
    const { azurite } = first.endpoints().pids;

    first.process.kill("SIGKILL");
    await first.ended;
    const next = await start();

    expect(azurite).not.toBe(next.endpoints().pids.azurite);
    expect(isAlive(azurite ?? 0)).toBe(false);
    expect(await tableOf(next).getEntity("a", "1")).toMatchObject(AN_ENTITY);
  });

  test("it outlives the app and the stand-ins", async () => {
    const stack = await start("--store", "tables");
    const { pids } = stack.endpoints();

    process.kill(pids.app, "SIGKILL");
    process.kill(pids.cloud, "SIGKILL");
    await until(() => expect(stack.endpoints().pids.app).not.toBe(pids.app));

    expect(stack.endpoints().pids.azurite).toBe(pids.azurite);
    expect(await stop(stack)).toBe(0);
    expect(stack.output()).not.toContain("Azurite ended");
  });

  test("it stops after the app", async () => {
    const stack = await start("--store", "tables");

    expect(await stop(stack)).toBe(0);

    expect(stack.output()).toMatch(
      /stopping\nstopping while Entra answers 200\nstopping while Azurite answers 403\n$/,
    );
  });
});

describe("a data folder keeps the store that it was begun with", { timeout: PATIENCE.timeout }, () => {
  let folder: string;
  beforeEach(() => {
    folder = newFolder();
  });
  afterEach(() => remove(folder));

  /** As a start leaves it. */
  function begunWith(storage: object | null | undefined): void {
    const ports = { app: 20_001, arm: 20_002, serviceBus: 20_003, entra: 20_004 };
    const keys = { serviceBus: "", armControl: "", identityHeader: "", records: "" };
    writeFileSync(join(folder, "supervisor.lock"), "");
    writeFileSync(join(folder, "settings.json"), JSON.stringify({ ports, keys, storage, sampleWorld: true }));
  }

  test.each([
    ["sqlite", "tables", null],
    ["sqlite", "tables", undefined],
    ["tables", "sqlite", { account: { name: "local", key: "" }, ports: { blob: 20_005, table: 20_006 } }],
  ])("of %s: it is refused with %s, and stays as it is", async (kept, other, storage) => {
    begunWith(storage);
    const before = readFileSync(join(folder, "settings.json"), "utf8");

    const refused = run("start.ts", ["--data", folder, ...START, "--store", other]);

    expect(await refused.ended).toBe(2);
    expect(refused.output()).toBe(
      `${folder} was begun with --store ${kept}, where its audit trail is. Give --store ${other} a folder of its own with --data DIR.\nTry --help.\n`,
    );
    expect(readFileSync(join(folder, "settings.json"), "utf8")).toBe(before);
  });
});

test.each(["", "table", "Tables", "azure"])("--store %j is wrong usage", (text) => {
  expect(() => parseStore(text)).toThrow(`--store must be sqlite or tables, not "${text}".`);
});
