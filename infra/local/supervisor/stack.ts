import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CommandError } from "../kit/errors.ts";
import { loadOrCreateTls } from "../kit/tls.ts";
import { type Addresses, addressesOf } from "./addresses.ts";
import { type Child, ChildFailed, keepRunning } from "./child.ts";
import type { DataFolder } from "./data-folder.ts";
import { removeDotenv, writeDotenv } from "./dotenv.ts";
import { type Endpoints, isAlive, readEndpoints, removeEndpoints, writeEndpoints } from "./endpoints.ts";
import { appSettings, baseEnvironment, commandSettings } from "./environment.ts";
import { isFree } from "./ports.ts";
import { type Settings, settle } from "./settings.ts";

const LOCAL = join(import.meta.dirname, "..");
/** Children of a killed supervisor notice within moments; so long we wait for them before we give up. */
const LEFTOVER_MS = 10_000;
const LEFTOVER_POLL_MS = 50;

export interface StackOptions {
  readonly folder: DataFolder;
  /** 0 asks for any free port. */
  readonly appPort: number;
  /** Root of the functions app. */
  readonly appRoot: string;
  /** Handed on to the stand-ins. */
  readonly armRate: string | undefined;
  /** Handed on to the app's host. */
  readonly hostOptions: readonly string[];
  readonly verbose: boolean;
  /** One readable line of progress. */
  readonly log: (line: string) => void;
}

/** The app and the stand-ins, as processes of their own. */
export interface Stack {
  /** Resolves when both are ready and `endpoints.json` tells where. @throws CommandError when one does not start. */
  start(): Promise<{ endpoints: Endpoints; settings: Settings }>;
  /** Stops the app, then the stand-ins. Safe at any moment, also while starting. */
  stop(): Promise<void>;
}

/** Prepares a stack; nothing runs before `start`. The caller holds the data folder's lock. */
export function createStack(options: StackOptions): Stack {
  const { folder, log, appRoot, verbose } = options;
  const pids = { supervisor: process.pid, app: 0, cloud: 0 };
  const children: Child[] = [];
  let stopped = false;

  async function run(name: "app" | "cloud", child: ChildPlan, addresses: Addresses): Promise<void> {
    if (stopped) throw new CommandError("Stopped while starting.");
    const onReady = (pid: number) => {
      pids[name] = pid;
      if (pids.app > 0 && pids.cloud > 0) writeEndpoints(folder, { ...addresses, pids });
    };
    const running = keepRunning({ ...child, name: NAMES[name], onReady, log });
    children.unshift(running);
    await running.firstReady.catch(explain);
  }

  return {
    async start() {
      await waitForLeftovers(folder);
      for (const dir of [folder.cloud, folder.app]) mkdirSync(dir, { recursive: true, mode: 0o700 });
      await checkAppPort(options.appPort);
      const settings = await settle(folder, options.appPort);
      const addresses = addressesOf(settings, (await loadOrCreateTls(folder.tls)).caFile);
      const flags = verbose ? ["--verbose"] : [];

      log("starting the stand-ins: ARM, Event Grid, Service Bus, Entra");
      const rate = options.armRate === undefined ? [] : ["--arm-rate", options.armRate];
      const cloud = {
        script: join(LOCAL, "cloud.ts"),
        args: ["--data", folder.root, ...rate, ...flags],
        env: baseEnvironment(process.env),
      };
      await run("cloud", cloud, addresses);

      log("starting the app");
      const env = appSettings(process.env, folder, settings, addresses, options.armRate);
      writeDotenv(folder.appSettings, commandSettings(env));
      const app = {
        script: join(LOCAL, "functions-host/main.ts"),
        args: [
          "--app",
          appRoot,
          "--port",
          String(settings.ports.app),
          "--data",
          folder.app,
          ...options.hostOptions,
          ...flags,
        ],
        env: { ...baseEnvironment(process.env), ...env },
      };
      await run("app", app, addresses);
      return { endpoints: { ...addresses, pids }, settings };
    },

    async stop() {
      stopped = true;
      for (const child of children) await child.stop();
      if (children.length > 0) removeTraces(folder);
    },
  };
}

type ChildPlan = Pick<Parameters<typeof keepRunning>[0], "script" | "args" | "env">;

const NAMES = { app: "the app", cloud: "the stand-ins" } as const;

function explain(error: unknown): never {
  if (error instanceof ChildFailed) throw new CommandError(`${error.message}.`);
  throw error;
}

async function checkAppPort(port: number): Promise<void> {
  if (port === 0 || (await isFree(port))) return;
  throw new CommandError(
    `Port ${port} is taken. Give the app another one with --port N, or any free one with --port 0.`,
  );
}

/** A supervisor that was killed leaves `endpoints.json`, and for a moment its children, which hold ports and files. */
async function waitForLeftovers(folder: DataFolder): Promise<void> {
  const leftovers = readEndpoints(folder)?.pids;
  if (!leftovers) return;
  const deadline = Date.now() + LEFTOVER_MS;
  while (isAlive(leftovers.app) || isAlive(leftovers.cloud)) {
    // After a reboot another process may have the number; the ports tell then.
    if (Date.now() > deadline) break;
    await delay(LEFTOVER_POLL_MS);
  }
  removeTraces(folder);
}

/** Removes the files that say how to reach a running stack. */
function removeTraces(folder: DataFolder): void {
  removeEndpoints(folder);
  removeDotenv(folder.appSettings);
}
