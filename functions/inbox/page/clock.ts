import { Store } from "./store.ts";

/** Clocks that differ by less are taken to agree: the header counts in whole seconds, and answers take their time. */
const AGREE_MS = 5_000;

/** What time it is for the app, whose deadlines they are, wherever this machine's clock stands. */
export class AppClock {
  readonly #machine: () => number;
  /** By how much the app is ahead. */
  readonly offset = new Store(0);

  constructor(machine: () => number) {
    this.#machine = machine;
  }

  /** In ms since 1970. */
  now(): number {
    return this.#machine() + this.offset.get();
  }

  /** @param date of an answer's header `Date` */
  heard(date: string): void {
    const offset = Date.parse(date) - this.#machine();
    if (Number.isNaN(offset)) return;
    if (Math.abs(offset - this.offset.get()) > AGREE_MS)
      this.offset.set(Math.abs(offset) > AGREE_MS ? offset : 0);
  }
}
