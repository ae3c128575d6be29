import { setTimeout as sleep } from "node:timers/promises";

/**
 * Longer than anything takes that ends at all, however busy the machine is. A lock expires after ten seconds; the Service
 * Bus client waits a minute for the answer to its token when the broker died in between, whatever timeout it was given
 * (7.9.5).
 */
const PATIENCE_MS = 300_000;
const POLL_MS = 50;

/** Waits until the claim holds. @throws Error naming it when it does not in time. */
export async function until(
  claim: string,
  holds: () => boolean | Promise<boolean>,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  if (!(await holdsWithin(holds, patienceMs)))
    throw new Error(`Not within ${patienceMs / 1_000} s: ${claim}`);
}

/** Whether the claim comes true in time. What fails on the way, because nobody listens, say, is "not yet". */
export async function holdsWithin(
  holds: () => boolean | Promise<boolean>,
  patienceMs = PATIENCE_MS,
): Promise<boolean> {
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(POLL_MS)) {
    const didHold = await Promise.resolve()
      .then(holds)
      .catch(() => false);
    if (didHold) return true;
  }
  return false;
}

/** Does it again until it succeeds: the other side may be dead at this moment. @throws the last error in the end */
export async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(POLL_MS)) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

/** The outcome of the work, or a rejection when there is none in time: some clients wait for ever. */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`No answer within ${limitMs / 1_000} s.`)), limitMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    // After the limit nobody listens any more.
    work.catch(() => undefined);
  }
}
