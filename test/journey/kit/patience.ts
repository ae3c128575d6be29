import { vi } from "vitest";

/** Long enough for a loaded machine; a good run needs a tenth. */
const PATIENCE = { timeout: 45_000, interval: 50 };

/** For what takes more than a minute by its nature. */
export const MINUTES = { timeout: 180_000, interval: 250 };

/** For a whole test, and for starting or stopping a stack. */
export const TIMEOUT_MS = 90_000;

/** Waits until nothing in the claim fails; resolves to what it gives. */
export const eventually = <T>(claim: () => T | Promise<T>, patience = PATIENCE): Promise<T> =>
  vi.waitFor(claim, patience);
