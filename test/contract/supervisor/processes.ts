import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, vi } from "vitest";
import { listenOnLoopback } from "../../../infra/local/kit/listen.ts";
import { Endpoints } from "../../../infra/local/supervisor/endpoints.ts";

const LOCAL = resolve(import.meta.dirname, "../../../infra/local");
export const APP = join(import.meta.dirname, "app");
export const BROKEN_APP = join(import.meta.dirname, "broken-app");

/** Long enough for a loaded machine; a good run needs a twentieth. */
export const PATIENCE = { timeout: 60_000, interval: 25 };

/** Arguments of `npm start` with the test's app, on any free ports, without the sample world. */
export const START = ["--port", "0", "--empty", "--app", APP];

/** The helper commands, each with arguments that make sense. */
export const HELPERS: [string, string[]][] = [
  [
    "cli/request.ts",
    ["--cluster", "a", "--subscription", "3e9e0d50-1ff8-4789-acc6-7d571bd52f17", "--name", "b"],
  ],
  ["cli/cluster.ts", ["--name", "a"]],
  ["cli/token.ts", ["ana"]],
  ["cli/sweep.ts", []],
  ["cli/clock.ts", []],
  ["cli/policy.ts", ["simulate", "policy.yaml", "--against", "current"]],
];

/** A process under test and everything it has said. */
export interface Run {
  readonly process: ChildProcess;
  readonly output: () => string;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Runs one of the files of `infra/local`, as npm would. */
export function run(file: string, args: readonly string[], env: Record<string, string> = {}): Run {
  return heard(spawn(process.execPath, [join(LOCAL, file), ...args], { env: { ...process.env, ...env } }));
}

/** Runs it in a shell that dies of a SIGTERM and hands nothing on, as npm does with many. The process is the shell. */
export function runInShell(file: string, args: readonly string[]): Run {
  const env = { ...process.env, npm_lifecycle_event: "start" };
  const command = ["-c", '"$0" "$@"; exit $?', process.execPath, join(LOCAL, file), ...args];
  return heard(spawn("sh", command, { env }));
}

function heard(child: ChildProcessWithoutNullStreams): Run {
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  const ended = new Promise<number | NodeJS.Signals>((done) => {
    child.once("close", (code, signal) => done(code ?? signal ?? "SIGKILL"));
  });
  return { process: child, output: () => output, ended };
}

/** A stack on its own data folder. */
export interface RunningStack extends Run {
  readonly folder: string;
  readonly endpoints: () => Endpoints;
}

export const newFolder = () => mkdtempSync(join(tmpdir(), "stack-"));

/** `npm start` on any free ports without the sample world; resolves when it says that it is ready. */
export async function startStack(folder: string, args: readonly string[] = []): Promise<RunningStack> {
  const started = run("start.ts", ["--data", folder, ...START, ...args], {
    AZURE_CLIENT_ID: "of-the-user",
    SWEEP_SCHEDULE: "0 0 4 * * *",
  });
  await until(() => expect(started.output()).toMatch(/^ready http:/m));
  return { ...started, folder, endpoints: () => endpointsIn(folder) };
}

/** Ctrl-C, and the end of it. */
export async function stop(stack: Run): Promise<number | NodeJS.Signals> {
  stack.process.kill("SIGINT");
  return stack.ended;
}

export function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** A port on which nothing listens. */
export async function anUnusedPort(): Promise<number> {
  const server = createServer();
  const port = await listenOnLoopback(server, 0);
  server.close();
  return port;
}

export const endpointsFile = (folder: string) => join(folder, "endpoints.json");

export function endpointsIn(folder: string): Endpoints {
  expect(existsSync(endpointsFile(folder))).toBe(true);
  return Endpoints.parse(JSON.parse(readFileSync(endpointsFile(folder), "utf8")));
}

/** Waits until nothing in it fails. */
export const until = <T>(claim: () => T | Promise<T>): Promise<T> => vi.waitFor(claim, PATIENCE);
