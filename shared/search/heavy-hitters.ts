/** What was counted most, and how it was called last. */
export interface Counted {
  readonly key: string;
  readonly name: string;
  readonly count: number;
}

/**
 * Counts by key within a bounded memory, whatever keys there are (Misra and Gries, 1982).
 *
 * Up to `capacity` different keys are counted exactly. With more, each count may be too low by at most
 * `total / (capacity + 1)`, and is never too high; a key that has a larger share of all than that is never left out.
 */
export class HeavyHitters {
  readonly #counted = new Map<string, Counted>();
  readonly #capacity: number;
  #total = 0;
  #isExact = true;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** @param name what it is called; null where nobody knows, so that it is called as before, or by its key */
  add(key: string, name: string | null = null): void {
    this.#total += 1;
    const known = this.#counted.get(key);
    if (known !== undefined || this.#counted.size < this.#capacity)
      this.#counted.set(key, { key, name: name ?? known?.name ?? key, count: (known?.count ?? 0) + 1 });
    else this.#makeRoom();
  }

  /** The one that came and one of each that is there go unseen together. */
  #makeRoom(): void {
    this.#isExact = false;
    for (const counted of this.#counted.values())
      if (counted.count === 1) this.#counted.delete(counted.key);
      else this.#counted.set(counted.key, { ...counted, count: counted.count - 1 });
  }

  /** The most frequent ones, by count and then by key, and how much was counted beside them. */
  top(size: number): { readonly top: Counted[]; readonly rest: number; readonly isExact: boolean } {
    const top = [...this.#counted.values()]
      .toSorted((one, other) => other.count - one.count || (one.key < other.key ? -1 : 1))
      .slice(0, size);
    const rest = this.#total - top.reduce((sum, { count }) => sum + count, 0);
    return { top, rest, isExact: this.#isExact };
  }
}
