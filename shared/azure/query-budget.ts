import { Fault } from "../connection/fault.ts";

interface Limits {
  readonly queries: number;
  /** In any stretch of so many ms. */
  readonly perMs: number;
  /** A query waits at most so many ms. */
  readonly maxWaitMs: number;
}

/** So many queries in so long a time, first come, first served. */
export class QueryBudget {
  readonly #limits: Limits;
  /** When the last queries began or will begin, oldest first. By a clock that only runs forward. */
  readonly #turns: number[] = [];

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Waits until there is room for one query more. @throws a Fault when that would take too long; nothing is spent then */
  async turn(): Promise<void> {
    const { queries, perMs, maxWaitMs } = this.#limits;
    const now = performance.now();
    const oldest = this.#turns.length < queries ? undefined : this.#turns[0];
    const at = oldest === undefined ? now : Math.max(now, oldest + perMs);
    const waitMs = Math.ceil(at - now);
    if (waitMs > maxWaitMs) {
      throw new Fault("THROTTLED", `This app asks no more than ${queries} times in ${perMs / 1_000} s.`, {
        retryAfterMs: waitMs,
      });
    }
    this.#turns.push(at);
    if (this.#turns.length > queries) this.#turns.shift();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}
