import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { trustAuthority } from "../../infra/local/kit/trust.ts";
import { Endpoints, isAlive } from "../../infra/local/supervisor/endpoints.ts";
import { type Api, apiOf } from "./kit/api.ts";
import { type Arm, armOf, CLUSTER, type Consumer, consumerOf } from "./kit/arm.ts";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { POLICY } from "./kit/policy.ts";
import { type Command, newFolder, runCommand } from "./kit/processes.ts";
import { type Queue, queueOf } from "./kit/queue.ts";
import { STORE } from "./kit/store.ts";

const ROOT = resolve(import.meta.dirname, "../..");
/** Once a year: no journey shall be helped by a sweep that it did not ask for. */
const HARDLY_EVER = "0 0 4 1 1 *";
/** ARM throttles nothing but what a journey scripts. */
const UNLIMITED: readonly string[] = ["--arm-rate", "1000000/1000000"];

/** What can be said to a running stack, whoever started it. */
export interface Reach {
  readonly consumer: Consumer;
  readonly arm: Arm;
  readonly api: Api;
  readonly queue: Queue;
  endpoints(): Endpoints;
  /** The kinds of the audit records about the request of a private endpoint, in order. */
  trail(name: string, cluster?: string): Promise<readonly string[]>;
  /** `kill -9`, and the wait until it is back. */
  kill(which: "app" | "cloud"): Promise<void>;
}

/** The whole product as real processes on a folder of its own. */
export interface Stack extends Reach {
  /** Data folder, as the helper commands take it. */
  readonly data: string;
  /** The policy that is in force while it is sound, for those who change it. */
  readonly policyFile: string;
  /** `npm run sweep`. */
  beginSweep(): Promise<void>;
  /** The same, and the wait until the sweep has ended. */
  sweep(): Promise<void>;
  /** Resolves as soon as one of the processes says it, from now on. */
  says(text: string): Promise<void>;
  /** Everything that they have said since the last start. */
  output(): string;
  start(): Promise<void>;
  /** `kill -9` of `npm start` itself. */
  crash(): Promise<void>;
  /** Ctrl-C. */
  stop(): Promise<void>;
}

/** Finds the processes by `endpoints.json` at every use, so it outlives every restart. @param data the stack's data folder */
export function reachOf(data: string): Reach {
  const endpoints = (): Endpoints =>
    Endpoints.parse(JSON.parse(readFileSync(join(data, "endpoints.json"), "utf8")));
  const api = apiOf(endpoints);
  return {
    consumer: consumerOf(endpoints),
    arm: armOf(endpoints),
    api,
    queue: queueOf(endpoints),
    endpoints,
    trail: async (name, cluster) => {
      const records = await api.records(name, cluster);
      expect(records.map(({ seq }) => seq)).toEqual(records.map((_record, index) => index + 1));
      return records.map(({ kind }) => kind);
    },
    kill: async (which) => {
      const { pids } = endpoints();
      process.kill(pids[which], "SIGKILL");
      await eventually(() => expect(endpoints().pids[which]).not.toBe(pids[which]));
    },
  };
}

/**
 * A stack for the journeys of a file: it starts before the first and stops after the last one.
 * @param settings more of the app's
 * @param options more of `npm start`
 * @param throttling what ARM allows, as an option of `npm start`; none: what Azure allows
 */
export function aStack(
  settings: Readonly<Record<string, string>> = {},
  options: readonly string[] = [],
  throttling: readonly string[] = UNLIMITED,
): Stack {
  const folder = newFolder();
  const data = join(folder, "data");
  const policyFile = join(folder, "policy.yaml");
  writeFileSync(policyFile, POLICY);
  let command: Command | undefined;

  const running = (): Command => {
    if (command === undefined) throw new Error("The stack does not run.");
    return command;
  };
  const reach = reachOf(data);
  const { arm, queue, endpoints } = reach;

  const pidsAlive = () => Object.values(endpoints().pids).filter(isAlive);

  const beginSweep = async (): Promise<void> => {
    expect(await runCommand("cli/sweep.ts", ["--data", data]).ended).toBe(0);
  };

  const stack: Stack = {
    ...reach,
    data,
    policyFile,
    beginSweep,
    sweep: oneAtATime(async () => {
      await Promise.all([running().says(" new requests\n"), beginSweep()]);
    }),
    says: (text) => running().says(text),
    output: () => running().output(),
    start: async () => {
      const usual = ["--app", ROOT, "--data", data, "--port", "0", "--empty", "--strict", "--store", STORE];
      command = runCommand("start.ts", [...usual, ...throttling, ...options], {
        POLICY: policyFile,
        SWEEP_SCHEDULE: HARDLY_EVER,
        ...settings,
      });
      await command.says("\nready http://");
      trustAuthority(endpoints().armCa);
    },
    crash: async () => {
      await queue.close();
      running().process.kill("SIGKILL");
      await running().ended;
    },
    stop: async () => {
      const { pids } = endpoints();
      await queue.close();
      running().process.kill("SIGINT");
      expect(await running().ended, running().output()).toBe(0);
      expect(existsSync(join(data, "endpoints.json"))).toBe(false);
      // Where the audit store is a file, it is one that can be copied then.
      expect(existsSync(join(data, "app/audit.sqlite-wal"))).toBe(false);
      expect(Object.values(pids).filter(isAlive)).toEqual([]);
    },
  };

  beforeAll(async () => {
    await stack.start();
    await arm.createsCluster(CLUSTER);
  }, TIMEOUT_MS);
  afterEach(({ task }) => {
    if (task.result?.state === "fail") console.log(stack.output());
  });
  afterAll(async () => {
    const { exitCode, signalCode } = running().process;
    if (signalCode !== null) await eventually(() => expect(pidsAlive()).toEqual([]));
    else if (exitCode === null) await stack.stop();
    rmSync(folder, { recursive: true });
  }, TIMEOUT_MS);
  return stack;
}

/** Calls wait for each other, in order. */
function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return () => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
}
