import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "../connection/fault.ts";
import { reasonOf } from "../text.ts";

/** What a walk through much met on its way. What is wrong at one place keeps no other from being looked after. */
export interface WalkReport {
  /** Where ARM could not be asked, and why; the next walk tries again. */
  readonly troubles: readonly string[];
  /** Where something of ours failed. */
  readonly broken: readonly string[];
}

export interface WalkOptions {
  /** Where among the places to begin, in [0, 1): a walk that runs out of time must not always miss the same ones. */
  readonly startAt: number;
  /** Calls the walk off: it finishes what it has begun and reports what is left. */
  readonly signal: AbortSignal;
}

/** How a walk goes through its places. */
interface Manner {
  /** Names the places in reports. */
  readonly what: string;
  /** Places looked at side by side; ARM's budget is shared with everybody else, so few. */
  readonly sideBySide: number;
}

/** Longest pause that a throttled walk takes at once, and how often; the next one does the rest. */
const MAX_PAUSE_MS = 30_000;
const MAX_PAUSES = 5;

/** A walk through many places, at ARM's pace. */
export class Walk implements WalkReport {
  readonly troubles: string[] = [];
  readonly broken: string[] = [];
  /** How many places could not be looked at, or not wholly. */
  missed = 0;
  readonly #options: WalkOptions;

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  /** Notes what ARM said of a place. */
  note(place: string, { armCode, code, message }: Fault): void {
    this.troubles.push(`${place}: ${armCode ?? code}: ${message}`);
  }

  /** Leaves a place that was not looked at wholly, and notes why. */
  leave(place: string, fault: Fault): void {
    this.note(place, fault);
    this.missed++;
  }

  /** Does the work at a place, waiting as ARM asks; null, and a note, when it cannot be done. */
  async attempt<T>(place: string, work: () => Promise<T>): Promise<T | null> {
    try {
      return await patiently(work, this.#options.signal);
    } catch (error) {
      if (error instanceof Fault) this.note(place, error);
      else this.broken.push(`${place}: ${reasonOf(error, 500)}`);
      this.missed++;
      return null;
    }
  }

  /** Works at all places; what came of those where it could be done. */
  async through<P extends string, T>(
    places: readonly P[],
    { what, sideBySide }: Manner,
    work: (place: P) => Promise<T>,
  ): Promise<T[]> {
    const { startAt, signal } = this.#options;
    const done: T[] = [];
    const waiting = rotated(places, startAt);
    const take = () => (signal.aborted ? undefined : waiting.shift());
    const worker = async () => {
      for (let next = take(); next !== undefined; next = take()) {
        const place = next;
        const result = await this.attempt(place, () => work(place));
        if (result !== null) done.push(result);
      }
    };
    await Promise.all(Array.from({ length: sideBySide }, worker));
    this.missed += waiting.length;
    if (waiting.length > 0)
      this.troubles.push(`Time was up; ${waiting.length} ${what} are left for the next sweep.`);
    return done;
  }
}

/** The same items, beginning at a share of the way through them. */
function rotated<T>(items: readonly T[], startAt: number): T[] {
  const first = Math.floor(items.length * startAt);
  return [...items.slice(first), ...items.slice(0, first)];
}

/** Waits as long as ARM asks, a few times, when it throttles; not at all once the walk is called off. */
async function patiently<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let pauses = 0; ; pauses++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "THROTTLED" || pauses >= MAX_PAUSES) throw error;
      try {
        await sleep(Math.min(error.retryAfterMs ?? 1_000, MAX_PAUSE_MS), undefined, { signal });
      } catch (cause) {
        throw signal.aborted ? error : cause;
      }
    }
  }
}
