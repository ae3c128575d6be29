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

/** So many queries in any stretch of time. */
class SlidingWindow implements Allowance<"query"> {
  readonly #limits: Limits;
  /** When the last queries began, oldest first. */
  readonly #begun: number[] = [];

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
    const [oldest] = this.#begun;
    return oldest === undefined || this.#begun.length < queries ? 0 : Math.max(0, oldest + perMs - now);
  }
}

/** So many queries in so long a time, the consumers in turn. */
export class QueryBudget {
  readonly #turns: Turns<"query">;

  constructor(limits: Limits) {
    const { queries, perMs, maxWaitMs } = limits;
    this.#turns = new Turns(new SlidingWindow(limits), {
      ...WAITING,
      maxWaitMs,
      perSecond: (queries / perMs) * 1_000,
      refusal: `This app asks no more than ${queries} times in ${perMs / 1_000} s.`,
    });
  }

  /**
   * Waits until there is room for one query more, in the turn of this consumer's subscription.
   * @throws a Fault when that would take too long; nothing is spent then
   */
  turn(consumer: string): Promise<void> {
    return this.#turns.turn("query", consumer);
  }
}
