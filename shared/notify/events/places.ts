/**
 * Places for what takes time at somebody else's: whoever finds none waits for one, but not for long. So a slow receiver
 * holds up few of those who tell, and nobody else.
 */
export class Places {
  #free: number;
  readonly #limitMs: number;
  readonly #waiting: Set<() => void> = new Set();

  constructor({ places, limitMs }: { readonly places: number; readonly limitMs: number }) {
    this.#free = places;
    this.#limitMs = limitMs;
  }

  /** Does the work in a place; null when none became free in time. */
  async take<T>(work: () => Promise<T>): Promise<{ readonly result: T } | null> {
    if (!(await this.#enter())) return null;
    try {
      return { result: await work() };
    } finally {
      this.#leave();
    }
  }

  #enter(): Promise<boolean> {
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve(true);
    }
    return new Promise((entered) => {
      const enter = () => {
        clearTimeout(timer);
        entered(true);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(enter);
        entered(false);
      }, this.#limitMs);
      this.#waiting.add(enter);
    });
  }

  /** A place goes to whoever has waited longest. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
