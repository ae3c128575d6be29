import { Problem } from "./problem.ts";

/** Lets something happen so many times within a span of time, in this process; other instances count for themselves. */
export class Limit {
  readonly #times: number;
  readonly #spanMs: number;
  readonly #now: () => number;
  /** When it happened, epoch ms, the oldest first. */
  #happened: readonly number[] = [];

  constructor(times: number, spanMs: number, now: () => number) {
    this.#times = times;
    this.#spanMs = spanMs;
    this.#now = now;
  }

  /** Counts one more. @throws a `Problem` that says when there is room again, and counts nothing then */
  take(what: string): void {
    const now = this.#now();
    const recent = this.#happened.filter((at) => now - at < this.#spanMs);
    const [oldest = now] = recent;
    if (recent.length < this.#times) {
      this.#happened = [...recent, now];
      return;
    }
    const seconds = Math.ceil((oldest + this.#spanMs - now) / 1_000);
    throw new Problem("tooMany", `${what} Try again in ${seconds} s.`, { retryAfterSeconds: seconds });
  }
}
