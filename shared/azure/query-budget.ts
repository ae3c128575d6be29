import { Fault } from "../connection/fault.ts";
import { Pace } from "./pace.ts";
import type { Allowance } from "./token-bucket.ts";
import { Turns } from "./turns.ts";

interface Limits {
  readonly queries: number;
  /** In any stretch of so many ms. */
  readonly perMs: number;
  /** A query waits at most so many ms. */
  readonly maxWaitMs: number;
}

/** Queries that wait, of one consumer and in all: more than that would not have their turn in time. */
const WAITING = { perConsumer: 4, inAll: 12 };

/** What Azure says when it does not say for how long. */
const DEFAULT_PAUSE_MS = 5_000;

/** So many queries in any stretch of time, and fewer after Azure refused one. */
class SlidingWindow implements Allowance<"query"> {
  readonly #limits: Limits;
  /** When the last queries began, oldest first. */
  readonly #begun: number[] = [];
  readonly #pace = new Pace();
  #closedUntil = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  take(_purpose: "query", now: number): boolean {
    if (this.waitMs("query", now) > 0) return false;
    this.#begun.push(now);
    if (this.#begun.length > this.#limits.queries) this.#begun.shift();
    return true;
  }

  waitMs(_purpose: "query", now: number): number {
    const { queries, perMs } = this.#limits;
    const allowed = Math.max(1, Math.floor(queries * this.#pace.partAt(now)));
    const lastBefore = this.#begun.at(-allowed);
    const untilRoom = lastBefore === undefined ? 0 : lastBefore + perMs - now;
    return Math.max(0, untilRoom, this.#closedUntil - now);
  }

  /** Azure let nothing through: others use the same limit. */
  close(now: number, forMs: number): void {
    // Queries that were on their way together hear the same; that is one 429.
    if (now >= this.#closedUntil) this.#pace.slowDown(now);
    this.#closedUntil = Math.max(this.#closedUntil, now + forMs);
  }
}

/** So many queries in so long a time, the consumers in turn. */
export class QueryBudget {
  readonly #window: SlidingWindow;
  readonly #turns: Turns<"query">;

  constructor(limits: Limits) {
    const { queries, perMs, maxWaitMs } = limits;
    this.#window = new SlidingWindow(limits);
    this.#turns = new Turns(this.#window, {
      ...WAITING,
      maxWaitMs,
      perSecond: (queries / perMs) * 1_000,
      refusal: `This app asks no more than ${queries} times in ${perMs / 1_000} s.`,
    });
  }

  /**
   * Asks when there is room for one query more, in the turn of this consumer's subscription. A 429 of Azure's is learnt from.
   * @throws a Fault when that would take too long; nothing is spent then
   */
  async spend<T>(consumer: string, query: () => Promise<T>): Promise<T> {
    await this.#turns.turn("query", consumer);
    try {
      return await query();
    } catch (error) {
      if (error instanceof Fault && error.code === "THROTTLED")
        this.#window.close(performance.now(), error.retryAfterMs ?? DEFAULT_PAUSE_MS);
      throw error;
    }
  }
}
