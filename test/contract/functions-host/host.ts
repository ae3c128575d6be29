import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, vi } from "vitest";
import { readMasterKey } from "../../../infra/local/kit/host-keys.ts";

const REPOSITORY = resolve(import.meta.dirname, "../../..");
const MAIN = join(REPOSITORY, "infra/local/functions-host/main.ts");
/** Generous, because the machine may be busy; nothing waits this long unless it fails. */
export const PATIENCE_MS = 60_000;
vi.setConfig({ testTimeout: 2 * PATIENCE_MS, hookTimeout: 2 * PATIENCE_MS });

/** A running host, in a process of its own as always: @azure/functions serves one host per process. */
export interface RunningHost {
  readonly url: string;
  readonly dataDir: string;
  /** Calls the admin API with the master key; `path` is below `/admin/`. A body is posted. */
  admin(path: string, body?: string): Promise<Response>;
  /** Everything written so far, both streams. */
  output(): string;
  /** Resolves to what is found when the output holds it, also when it already does. */
  writes(what: RegExp | string): Promise<string>;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null }>;
  /** Resolves with the exit code when it ended by itself. */
  readonly ended: Promise<number | null>;
  /** Cuts the channel to the parent, as the parent's death does, and waits for the end. */
  abandon(): Promise<{ code: number | null }>;
}

interface HostSettings {
  dataDir?: string;
  args?: string[];
  env?: Record<string, string>;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** A folder that goes with the last test of the file. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "functions-host-"));
  folders.push(folder);
  return folder;
}

/** Path of one of the apps beside this file. */
export const appFolder = (name: string): string => fileURLToPath(new URL(`apps/${name}`, import.meta.url));

/** Writes an app of a few files into a new folder from which the repository's packages can be imported. */
export function writeApp(files: Record<string, string>): string {
  const folder = newFolder();
  symlinkSync(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
  for (const [name, text] of Object.entries({ "host.json": '{ "version": "2.0" }', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** Starts the host on an app and waits until it serves. */
export async function runHost(appDir: string, settings: HostSettings = {}): Promise<RunningHost> {
  const dataDir = settings.dataDir ?? newFolder();
  const { child, output, writes, ended } = spawnHost(appDir, { ...settings, dataDir });
  const url = await Promise.race([
    once(child, "message").then(([message]) => (message as { url: string }).url),
    ended.then(() => {
      throw new Error(`The host ended instead of serving:\n${output()}`);
    }),
  ]);
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return { code: await ended };
  };
  const abandon = async () => {
    child.disconnect();
    return { code: await ended };
  };
  const admin = (path: string, body?: string) =>
    fetch(`${url}/admin/${path}`, {
      headers: { "x-functions-key": readMasterKey(dataDir) },
      ...(body !== undefined && { method: "POST", body }),
    });
  return { url, dataDir, admin, output, writes, end, ended, abandon };
}

/** Starts the host on an app that it must refuse; resolves to what it says and its exit code. */
export async function refusedBy(appDir: string, settings: HostSettings = {}) {
  const { ended, output } = spawnHost(appDir, settings);
  const code = await ended;
  return { code, output: output() };
}

function spawnHost(appDir: string, { dataDir = newFolder(), args = [], env = {} }: HostSettings) {
  const child: ChildProcess = fork(MAIN, ["--app", appDir, "--port", "0", "--data", dataDir, ...args], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { ...process.env, ...env },
    execArgv: [],
  });
  let text = "";
  const listeners = new Set<() => void>();
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  for (const stream of streams) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      for (const listener of listeners) listener();
    });
  }
  // When it exits some of what it wrote may be unread; and "close" never comes after a disconnect.
  const ended = Promise.all([once(child, "exit"), ...streams.map((stream) => once(stream, "close"))]).then(
    () => child.exitCode,
  );
  const writes = (what: RegExp | string): Promise<string> => {
    const { promise, resolve: found, reject } = Promise.withResolvers<string>();
    const timer = setTimeout(() => reject(new Error(`Never wrote ${what}:\n${text}`)), PATIENCE_MS);
    const check = () => {
      const match =
        typeof what === "string" ? [what].find((part) => text.includes(part)) : what.exec(text)?.[0];
      if (match !== undefined) found(match);
    };
    listeners.add(check);
    check();
    return promise.finally(() => {
      clearTimeout(timer);
      listeners.delete(check);
    });
  };
  return { child, output: () => text, writes, ended };
}

/** CommonJS code with what @azure/functions exports. */
export const requires = (code: string) =>
  `const { app, input, output } = require("@azure/functions");\n${code}\n`;

/** The files of an app that is this code. */
export const oneFile = (code: string) => ({ "package.json": MAIN_CJS, "main.cjs": requires(code) });

export const MAIN_CJS = '{ "main": "main.cjs" }';

/** Registers a function that answers "hi". */
export const HELLO = 'app.http("hello", { handler: () => ({ body: "hi" }) });';
