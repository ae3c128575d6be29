import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as z from "zod";
import { figuresOf } from "../figures.ts";

/**
 * The durable bench's workflow on DBOS, in a process of its own as our host is in one. Prints its figures as JSON.
 *
 * Usage: node dbos-workflows.ts FOLDER DATABASE_URL WORKFLOWS AT_A_TIME ONE_BY_ONE
 */

interface Dbos {
  readonly workflowID: string | undefined;
  setConfig(config: { name: string; systemDatabaseUrl: string; logLevel: string }): void;
  launch(): Promise<void>;
  shutdown(): Promise<void>;
  registerWorkflow<R>(work: () => Promise<R>, config: { name: string }): () => Promise<R>;
  startWorkflow<R>(
    target: () => Promise<R>,
    params: { workflowID: string },
  ): () => Promise<{ getResult(): Promise<R> }>;
  runStep<R>(work: () => Promise<R>, config: { name: string }): Promise<R>;
  send(id: string, message: string, topic: string): Promise<void>;
  recv(topic: string, options: { timeoutSeconds: number }): Promise<unknown>;
}

const [folder = "", url = "", ...counts] = process.argv.slice(2);
const [workflows = 0, atATime = 0, oneByOne = 0] = counts.map(Number);
const WARM_UP = 1_000;
const LONGEST_WAIT = { timeoutSeconds: 60 };

const { DBOS } = z
  .object({ DBOS: z.custom<Dbos>() })
  .parse(createRequire(join(folder, "index.js"))("@dbos-inc/dbos-sdk"));
const waits = new Map<string, () => void>();

const target = DBOS.registerWorkflow(
  async () => {
    const id = DBOS.workflowID ?? "";
    await DBOS.runStep(async () => 1, { name: "first" });
    await DBOS.runStep(async () => 2, { name: "second" });
    await DBOS.runStep(async () => waits.get(id)?.(), { name: "third" });
    if ((await DBOS.recv("go", LONGEST_WAIT)) === null) throw new Error("The event did not come.");
    await DBOS.runStep(async () => 4, { name: "fourth" });
    await DBOS.runStep(async () => 5, { name: "fifth" });
  },
  { name: "workflow" },
);

/** @returns how long it took, in ms */
async function one(): Promise<number> {
  const workflowID = randomUUID();
  const isWaiting = new Promise<void>((resolve) => waits.set(workflowID, resolve));
  const startedAt = performance.now();
  const handle = await DBOS.startWorkflow(target, { workflowID })();
  await isWaiting;
  await DBOS.send(workflowID, "", "go");
  await handle.getResult();
  waits.delete(workflowID);
  return performance.now() - startedAt;
}

async function run(count: number, concurrency: number) {
  const latenciesMs: number[] = [];
  let left = count;
  const startedAt = performance.now();
  const worker = async () => {
    while (left-- > 0) latenciesMs.push(await one());
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return figuresOf(latenciesMs, (performance.now() - startedAt) / 1_000);
}

DBOS.setConfig({ name: "bench", systemDatabaseUrl: url, logLevel: "error" });
await DBOS.launch();
await run(WARM_UP, atATime);
const { perSecond } = await run(workflows, atATime);
const { p50Ms } = await run(oneByOne, 1);
await DBOS.shutdown();
console.log(JSON.stringify({ perSecond, p50Ms }));
