import { vi } from "vitest";

/** A limit is there for what hangs, however busy the machine is: a good run needs a hundredth. */
const PATIENCE = { timeout: 120_000, interval: 50 };

/** For what takes more than a minute by its nature. */
export const MINUTES = { timeout: 300_000, interval: 250 };

/** For a whole test, which waits several times, and for starting or stopping a stack. */
export const TIMEOUT_MS = 300_000;

/** Waits until nothing in the claim fails; resolves to what it gives. */
export const eventually = <T>(claim: () => T | Promise<T>, patience = PATIENCE): Promise<T> =>
  vi.waitFor(claim, patience);
