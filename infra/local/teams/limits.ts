import type { Limit } from "./constants.ts";

/**
 * Counts requests in sliding windows. Kept in memory: who restarts is rested. A request that is refused counts in no
 * window.
 */
export class Limits {
  readonly #taken = new Map<string, number[]>();
  #limits: readonly Limit[];

  constructor(limits: readonly Limit[]) {
    this.#limits = limits;
  }

  /** From now on these limits are in force; what was counted stays. */
  set(limits: readonly Limit[]): void {
    this.#limits = limits;
  }

  /** Counts a request by its key. @returns the whole seconds to wait for, when it was one too many */
  take(key: string, now: number): number | undefined {
    const longest = Math.max(0, ...this.#limits.map(({ windowMs }) => windowMs));
    const taken = (this.#taken.get(key) ?? []).filter((at) => at > now - longest);
    this.#taken.set(key, taken);
    const waitMs = Math.max(0, ...this.#limits.map((limit) => waitFor(limit, taken, now)));
    if (waitMs > 0) return Math.max(1, Math.ceil(waitMs / 1000));
    taken.push(now);
    return undefined;
  }
}

/** How long until the window has room again, in ms; 0 when it has. */
function waitFor({ count, windowMs }: Limit, taken: readonly number[], now: number): number {
  const oldest = taken.at(-count);
  return oldest === undefined ? 0 : Math.max(0, oldest + windowMs - now);
}
