import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { DurableHost, withDataFolder } from "./host.ts";

const WORKFLOWS = 1_000;
const ONE_BY_ONE = 200;
/** Workflows that do not count: the code of both sides is compiled meanwhile. */
const WARM_UP = 1_000;
const CHAINS = 3;
/** Steps of a chain; each adds four events to the history. */
const CHAIN_STEPS = 260;
const EVENTS_PER_STEP = 4;
const STARTERS = 100;
const IDLE_MS = 5_000;

/** What the durable half of the host does. */
export interface DurableFigures {
  readonly perSecond: number;
  /** From the start's request to the status Completed. */
  readonly p50Ms: number;
  /** Time of one more step of a workflow (an activity and an episode) with a history of about so many events. */
  readonly stepUs: Readonly<Record<10 | 100 | 1_000, number>>;
}

/** Many instances that wait. */
export interface WaitingFigures {
  readonly residentMib: number;
  /** From the spawn of a host that finds them to its first answer. */
  readonly startMs: number;
  /** Share of one core, 0 to 1, while nothing happens. */
  readonly idleShare: number;
}

/** Workflows of three activities, an event and two activities, through the host as its users meet it. */
export const measureDurable = (atATime: number): Promise<DurableFigures> =>
  withDataFolder(async (data) => {
    const host = await DurableHost.start(data);
    try {
      await run(host, WARM_UP, atATime);
      const perSecond = await run(host, WORKFLOWS, atATime);
      const latenciesMs = await oneByOne(host);
      return { perSecond, p50Ms: median(latenciesMs), stepUs: await stepTimes(host) };
    } finally {
      await host.stop();
    }
  });

/** Runs so many workflows to the last one's completion. @returns how many per second */
async function run(host: DurableHost, count: number, atATime: number): Promise<number> {
  let left = count;
  const startedAt = performance.now();
  const worker = async () => {
    while (left-- > 0) await completed(host, await workflow(host));
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return count / ((performance.now() - startedAt) / 1_000);
}

async function oneByOne(host: DurableHost): Promise<number[]> {
  const latenciesMs: number[] = [];
  for (let n = 0; n < ONE_BY_ONE; n++) {
    const startedAt = performance.now();
    await completed(host, await workflow(host));
    latenciesMs.push(performance.now() - startedAt);
  }
  return latenciesMs;
}

/** @returns the id of a workflow whose last activity ran */
async function workflow(host: DurableHost): Promise<string> {
  const id = randomUUID();
  const waits = host.heard("waits", id);
  await host.startInstance("workflow", id);
  await waits;
  const ends = host.heard("ends", id);
  await host.raise(id, "go");
  await ends;
  return id;
}

async function completed(host: DurableHost, id: string): Promise<void> {
  while ((await host.runtimeStatus(id)) !== "Completed") {
    // Its last activity ran: one more episode is all that is missing.
  }
}

/** The medians of some steps around each length of history. */
async function stepTimes(host: DurableHost): Promise<DurableFigures["stepUs"]> {
  const chains: (readonly number[])[] = [];
  for (let n = 0; n <= CHAINS; n++) {
    const stamps = host.stamps();
    await host.startInstance("chain", randomUUID(), CHAIN_STEPS);
    chains.push(await stamps);
  }
  const around = (events: number) => {
    const step = Math.round(events / EVENTS_PER_STEP);
    const from = Math.max(1, step - 4);
    // The first chain warms up.
    return median(chains.slice(1).flatMap((stamps) => gaps(stamps.slice(from, step + 5)))) * 1_000;
  };
  return { 10: around(10), 100: around(100), 1000: around(1_000) };
}

const gaps = (stamps: readonly number[]): number[] =>
  stamps.slice(1).map((stamp, index) => stamp - (stamps[index] ?? 0));

/** Started through the API by one host, found and kept by another. */
export const measureWaiting = (instances: number): Promise<WaitingFigures> =>
  withDataFolder(async (data) => {
    const first = await DurableHost.start(data);
    try {
      let left = instances;
      const starter = async () => {
        while (left-- > 0) await first.startInstance("waiting", randomUUID());
      };
      await Promise.all(Array.from({ length: STARTERS }, starter));
    } finally {
      await first.stop();
    }
    const host = await DurableHost.start(data);
    try {
      // The work of a start shall not count.
      await sleep(2_000);
      const before = await host.usage();
      await sleep(IDLE_MS);
      const { cpuMs, residentMib } = await host.usage();
      return { residentMib, startMs: host.startMs, idleShare: (cpuMs - before.cpuMs) / IDLE_MS };
    } finally {
      await host.stop();
    }
  });

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
