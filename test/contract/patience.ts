import { vi } from "vitest";

/**
 * How long a test waits for what is sure to come, in milliseconds. Only what hangs takes so long. It is a little less
 * than a test may take, so that the failure tells what did not come.
 */
export const PATIENCE_MS = 50_000;

/** The same, for what comes within a moment: looked for often. */
export const SOON = { timeout: PATIENCE_MS, interval: 5 };

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: PATIENCE_MS } } });
