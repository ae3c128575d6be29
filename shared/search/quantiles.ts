/** Neighbouring steps differ by 2 %, so that a value is at most 1 % away from the middle of its step. */
const STEP = 1.02;

/**
 * Quantiles of positive numbers within a bounded memory: how many lie in each step of a scale on which each step is 2 %
 * wider than the one before. What it says is at most 1 % away from one that was added.
 * @see https://arxiv.org/abs/1908.10693 (DDSketch)
 */
export class Quantiles {
  readonly #steps = new Map<number, number>();
  #count = 0;

  /** @param value 0 or more; what is below 1 counts as 1 */
  add(value: number): void {
    const step = Math.round(Math.log(Math.max(value, 1)) / Math.log(STEP));
    this.#steps.set(step, (this.#steps.get(step) ?? 0) + 1);
    this.#count += 1;
  }

  /** The smallest number that a share of all do not exceed, about; null when there are none. @param share from 0 to 1 */
  at(share: number): number | null {
    let left = Math.max(1, Math.ceil(share * this.#count));
    for (const [step, count] of [...this.#steps].toSorted(([one], [other]) => one - other)) {
      left -= count;
      if (left <= 0) return Math.round(STEP ** step);
    }
    return null;
  }
}
