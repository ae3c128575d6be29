import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { buildApp } from "../../infra/build.ts";
import { installAzurite } from "../../infra/local/azurite/install.ts";
import {
  AZURITE_SCRIPT,
  azuriteArguments,
  azuriteEnvironment,
  connectionStringOf,
} from "../../infra/local/azurite/options.ts";
import { type Load, measureApprovals } from "./approvals.ts";
import { type BenchStack, startStack } from "./stack.ts";

/**
 * `npm run bench:engine`: what an approval costs in storage on the genuine Durable extension, by Azurite's log of requests.
 * The host must be built (`node test/durable-extension/build.ts`).
 */
const POLICY = resolve(import.meta.dirname, "policy.yaml");
const SUPERVISE = join(import.meta.dirname, "../durable-extension/supervise.ts");

const REQUESTS = 20;
const BY_RULE: Load = { requests: REQUESTS, atATime: 1, person: null };
const BY_PERSON: Load = { requests: REQUESTS, atATime: 1, person: "ana" };
const MANY: Load = { requests: 500, atATime: 50, person: null };
/** What follows an approval, and is part of its cost. */
const REST_MS = 5_000;

/** Of Azurite's log: what it did, where. */
const REQUEST = /"(?<method>[A-Z]+) (?<path>\S+) HTTP/;

interface Request {
  readonly method: string;
  readonly path: string;
}

/** Whether the engine asks it without end, whatever there is to do: it looks at its queues, and keeps its partitions. */
const isIdle = ({ method, path }: Request): boolean =>
  (method === "GET" && path.includes("/messages?")) ||
  /comp=lease|Partitions|-leases|taskhub\.json/.test(path);

interface Counts {
  /** Storage transactions, but for looks at queues and what keeps leases. */
  transactions: number;
  /** A history is read for each. */
  episodes: number;
  /** A message is deleted from the queue of activities for each. */
  activities: number;
}

class Requests {
  #lines: Request[] = [];

  note(line: string): void {
    const { method, path } = REQUEST.exec(line)?.groups ?? {};
    if (method !== undefined && path !== undefined) this.#lines.push({ method, path });
  }

  /** What has come since the last time. */
  take(): Counts {
    const counted = this.#lines.filter((line) => !isIdle(line));
    this.#lines = [];
    const count = (method: string, part: string) =>
      counted.filter((one) => one.method === method && one.path.includes(part)).length;
    return {
      transactions: counted.length,
      episodes: count("GET", "History"),
      activities: count("DELETE", "-workitems/messages/"),
    };
  }
}

async function startAzurite(requests: Requests): Promise<ChildProcess> {
  await installAzurite(console.error);
  const account = { name: "bench", key: randomBytes(32).toString("base64") };
  const args = azuriteArguments({ folder: null, ports: { blob: 0, table: 0 } });
  const child = fork(
    AZURITE_SCRIPT,
    args.filter((arg) => arg !== "--silent"),
    { env: { ...process.env, ...azuriteEnvironment(account) }, silent: true },
  );
  if (child.stdout === null) throw new Error("Azurite's log cannot be read.");
  createInterface({ input: child.stdout }).on("line", (line) => requests.note(line));
  const [origins] = await once(child, "message");
  process.env.DURABLE_EXTENSION_STORAGE = connectionStringOf(account, origins);
  process.env.NODE_OPTIONS = `--import=${SUPERVISE}`;
  return child;
}

async function costOf(stack: BenchStack, load: Load, requests: Requests): Promise<string> {
  requests.take();
  await measureApprovals(stack, load);
  await sleep(REST_MS);
  const { transactions, episodes, activities } = requests.take();
  const each = (count: number) => (count / load.requests).toFixed(1);
  return `${each(transactions)} | ${each(episodes)} | ${each(activities)}`;
}

const requests = new Requests();
await buildApp();
const azurite = await startAzurite(requests);
const stack = await startStack(POLICY);
try {
  await measureApprovals(stack, BY_RULE);
  await sleep(REST_MS);
  console.log("| | transactions | episodes | activities |\n|---|---:|---:|---:|");
  console.log(`| by rule | ${await costOf(stack, BY_RULE, requests)} |`);
  console.log(`| by a person | ${await costOf(stack, BY_PERSON, requests)} |`);
  const { perSecond } = await measureApprovals(stack, MANY);
  console.log(
    `\n${MANY.requests} by rule, ${MANY.atATime} at a time: ${perSecond.toFixed(0)} approvals a second`,
  );
} finally {
  await stack.stop();
  azurite.kill("SIGKILL");
}
