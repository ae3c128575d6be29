/** Comparisons of characters, or as much work; about a second. */
const MAX_STEPS = 100_000_000;

/** How much the linter may still think about one file. What it finds no time to prove is not proved. */
export class Effort {
  #left: number;

  constructor(steps = MAX_STEPS) {
    this.#left = steps;
  }

  /** Takes so many steps; false when that is all there is left, or more, and from then on always. */
  take(steps: number): boolean {
    this.#left = this.#left < steps ? 0 : this.#left - steps;
    return !this.isSpent;
  }

  get isSpent(): boolean {
    return this.#left === 0;
  }
}
