import { type Instant, instant } from "../connection/connection.ts";
import { reasonOf } from "../text.ts";
import { within } from "../time-limit.ts";

/** A stretch of time, both ends included. */
export interface Window {
  readonly from: Instant;
  readonly to: Instant;
}

/** What Durable Functions keeps of orchestrations that have ended. */
export interface Histories {
  /**
   * Deletes what is kept of those that began in the window and have ended, however they did.
   * @returns how many those were
   */
  purge(began: Window): Promise<number>;
}

/** What a purge came to. */
export interface PurgeReport {
  readonly purged: number;
  /** What could not be purged, and why. */
  readonly broken: readonly string[];
  /** The stretches of time for which this purge had no time; the next one has. */
  readonly left: number;
}

const DAY_MS = 86_400_000;

/** A window that takes longer is left to Durable, which goes on with it: it deletes one instance after the other. */
const WINDOW_LIMIT_MS = 60_000;

/**
 * Deletes what Durable keeps of orchestrations that began more than `days` ago and have ended. Nothing of the app's needs
 * it: the store says where a request stands, and an instance that is gone is started as one that has ended is.
 *
 * In windows, because the deletion of very many in one call outlasts the call. The newest first, which has a day's work;
 * those before it only have what ended late, so that each may be twice as long.
 * @see https://github.com/Azure/azure-functions-durable-extension/issues/1145
 * @param signal when no further window is begun
 */
export async function purgeHistories(
  histories: Histories,
  { now, days, signal }: { readonly now: Instant; readonly days: number; readonly signal: AbortSignal },
): Promise<PurgeReport> {
  const windows = windowsBefore(Date.parse(now) - days * DAY_MS);
  const broken: string[] = [];
  let purged = 0;
  let left = windows.length;
  for (const window of windows) {
    if (signal.aborted) break;
    left -= 1;
    try {
      purged += await within(WINDOW_LIMIT_MS, histories.purge(window));
    } catch (error) {
      broken.push(`what began from ${window.from} to ${window.to}: ${reasonOf(error, 300)}`);
    }
  }
  return { purged, broken, left };
}

/** All time until a moment, the newest window first: a day, two, four, ... */
function windowsBefore(endMs: number): readonly Window[] {
  const windows: Window[] = [];
  let toMs = endMs;
  for (let lengthMs = DAY_MS; toMs > 0; lengthMs *= 2) {
    const fromMs = Math.max(0, toMs - lengthMs);
    windows.push({ from: instant(fromMs), to: instant(toMs) });
    toMs = fromMs;
  }
  return windows;
}
