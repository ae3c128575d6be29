import { setTimeout } from "node:timers/promises";
import type { Fault } from "../../connection/fault.ts";
import { tableFault } from "./fault.ts";

const MAX_TRIES = 5;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Does something that is a call to Table storage, again where that may help: with pauses of about 100, 200, 400 and 800 ms,
 * or as long as the service asks for.
 * @throws a `Fault`
 */
export async function trying<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const fault = tableFault(error);
      if (!fault.isTransient || tries === MAX_TRIES) throw fault;
      await setTimeout(pauseMs(fault, tries));
    }
  }
}

function pauseMs({ retryAfterMs = 0 }: Fault, tries: number): number {
  const own = FIRST_PAUSE_MS * 2 ** (tries - 1) * (0.75 + Math.random() / 2);
  return Math.min(Math.max(own, retryAfterMs), LONGEST_PAUSE_MS);
}
