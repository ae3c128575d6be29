import { mkdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { installAzurite } from "../azurite/install.ts";
import { CommandError } from "../kit/errors.ts";
import { loadOrCreateTls } from "../kit/tls.ts";
import { type Addresses, addressesOf } from "./addresses.ts";
import { type Child, ChildFailed, keepRunning } from "./child.ts";
import type { DataFolder } from "./data-folder.ts";
import { removeDotenv } from "./dotenv.ts";
import { type Endpoints, isAlive, readPids, removeEndpoints, writeEndpoints } from "./endpoints.ts";
import { app, azurite, type ChildPlan, cloud, type StackOptions } from "./plans.ts";
import { isFree } from "./ports.ts";
import { type Settings, settle, storeOf } from "./settings.ts";

/** Children of a killed supervisor notice within moments; so long we wait for them before we give up. */
const LEFTOVER_MS = 10_000;
const LEFTOVER_POLL_MS = 50;

/** The app and what it runs on, as processes of their own. */
export interface Stack {
  /** Resolves when both are ready and `endpoints.json` tells where. @throws CommandError when one does not start. */
  start(): Promise<{ endpoints: Endpoints; settings: Settings }>;
  /** Stops the app, then what it runs on. Safe at any moment, also while starting. */
  stop(): Promise<void>;
}

/** Prepares a stack; nothing runs before `start`. The caller holds the data folder's lock. */
export function createStack(options: StackOptions): Stack {
  const { folder, log } = options;
  const pids: Endpoints["pids"] = { supervisor: process.pid, app: 0, cloud: 0 };
  const children: Child[] = [];
  let stopped = false;

  async function run(name: keyof typeof NAMES, child: ChildPlan, addresses: Addresses): Promise<void> {
    if (stopped) throw new CommandError("Stopped while starting.");
    const onReady = (pid: number) => {
      pids[name] = pid;
      if (pids.app > 0 && pids.cloud > 0) writeEndpoints(folder, { ...addresses, pids });
    };
    const running = keepRunning({ ...child, name: NAMES[name], isAside: options.isAside, onReady, log });
    children.unshift(running);
    await running.firstReady.catch(explain);
  }

  return {
    async start() {
      await waitForLeftovers(folder);
      await checkAppPort(options.appPort);
      const store = storeOf(folder, options.store);
      // The folder itself may be one that others may read.
      const folders = [folder.cloud, folder.app, ...(store === "tables" ? [folder.azurite] : [])];
      for (const dir of folders) mkdirSync(dir, { recursive: true, mode: 0o700 });
      if (store === "tables") await installAzurite(log);
      const settings = await settle(folder, options.appPort, store);
      const addresses = addressesOf(settings, (await loadOrCreateTls(folder.tls)).caFile);

      if (settings.storage !== null) {
        log("starting Azurite, for Table storage");
        await run("azurite", azurite(folder, settings.storage), addresses);
      }
      log("starting the stand-ins: ARM, Event Grid, Service Bus, Entra, Teams");
      await run("cloud", cloud(options), addresses);
      log("starting the app");
      await run("app", app(options, settings, addresses), addresses);
      return { endpoints: { ...addresses, pids }, settings };
    },

    async stop() {
      stopped = true;
      for (const child of children) await child.stop();
      if (children.length > 0) removeTraces(folder);
    },
  };
}

const NAMES = { app: "the app", cloud: "the stand-ins", azurite: "Azurite" } as const;

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
  const left = readPids(folder);
  if (!left) return;
  const leftovers = [left.app, left.cloud, left.azurite].filter((pid) => pid !== undefined);
  const deadline = Date.now() + LEFTOVER_MS;
  while (leftovers.some(isAlive)) {
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
