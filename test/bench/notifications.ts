import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Load, measureApprovals } from "./approvals.ts";
import { type BenchStack, startStack } from "./stack.ts";

const LOAD: Load = { requests: 300, atATime: 50, person: null };
/** Of each stack; the first ones do not count. */
const TURNS = 9;
const WARM_UP_TURNS = 2;
const DRAIN_LIMIT_MS = 60_000;
/** A hundred ticks a second on every Linux that is in use. */
const MS_PER_TICK = 10;

/** What approvals with a webhook for each come to, in parts of those without. */
export interface NotificationCost {
  /** Approvals a second; less than 1 is slower. */
  readonly speed: number;
  /** The app's processor time; more than 1 is more. */
  readonly processorTime: number;
}

interface Turn {
  readonly perSecond: number;
  readonly processorMs: number;
}

/**
 * Two stacks, one of which calls a webhook on this machine for every approval, take the same load by turns, so that whatever
 * else the machine does meets both. A turn ends when the receiver has heard of all of it; medians are compared.
 */
export async function measureNotifications(policyFile: string): Promise<NotificationCost> {
  const receiver = await startReceiver();
  const silent = await startStack(policyFile);
  const telling = await startStack(policyFile, {
    WEBHOOK_URL_BENCH: receiver.url,
    WEBHOOK_KEYS_BENCH: `whsec_${randomBytes(32).toString("base64")}`,
    WEBHOOK_FILTER_BENCH: "kind=closed&outcome=approved",
    WEBHOOK_PRIVATE: "on",
  });
  try {
    const turns: { without: Turn; with: Turn }[] = [];
    for (let turn = 0; turn < TURNS; turn += 1) {
      const without = await takeTurn(silent, async () => undefined);
      const heardBefore = receiver.heard();
      const told = await takeTurn(telling, () =>
        until(() => receiver.heard() - heardBefore >= LOAD.requests),
      );
      turns.push({ without, with: told });
    }
    const counted = turns.slice(WARM_UP_TURNS);
    return {
      speed: median(counted.map((turn) => turn.with.perSecond / turn.without.perSecond)),
      processorTime: median(counted.map((turn) => turn.with.processorMs / turn.without.processorMs)),
    };
  } finally {
    await silent.stop();
    await telling.stop();
    receiver.stop();
  }
}

async function takeTurn(stack: BenchStack, drained: () => Promise<void>): Promise<Turn> {
  const before = processorMs(stack.endpoints.pids.app);
  const { perSecond } = await measureApprovals(stack, LOAD);
  await drained();
  return { perSecond, processorMs: processorMs(stack.endpoints.pids.app) - before };
}

/** Processor time of a process so far. @see proc_pid_stat(5): utime and stime, the 14th and 15th field of all */
function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const [utime = 0, stime = 0] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
    .map(Number);
  return (utime + stime) * MS_PER_TICK;
}

async function until(isOver: () => boolean): Promise<void> {
  for (const deadline = Date.now() + DRAIN_LIMIT_MS; !isOver(); await sleep(20))
    if (Date.now() > deadline) throw new Error("The receiver did not hear of every approval.");
}

async function startReceiver() {
  let heard = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      heard += 1;
      response.writeHead(204).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    heard: () => heard,
    stop: () => server.close().closeAllConnections(),
  };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
