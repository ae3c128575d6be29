/** At a 429 half as much, a 16th at least; and ever more from then on: from nothing to all in so long. */
const SLOWER = { factor: 0.5, least: 1 / 16, fullAgainMs: 120_000 } as const;

/**
 * How much of a limit of Azure's this instance spends. Each instance of the app knows only of its own calls, and other tools
 * spend the same limit; each slows down when Azure says that all of them together are too many, so that they come to share
 * it without a word between them. Times are ms, by a clock that only runs forward.
 */
export class Pace {
  #part = 1;
  #at = 0;

  /** In (0, 1]. */
  partAt(now: number): number {
    this.#part = Math.min(1, this.#part + Math.max(0, now - this.#at) / SLOWER.fullAgainMs);
    this.#at = Math.max(this.#at, now);
    return this.#part;
  }

  /** Azure refused a call. */
  slowDown(now: number): void {
    this.#part = Math.max(SLOWER.least, this.partAt(now) * SLOWER.factor);
  }
}
