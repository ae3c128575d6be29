/** Where the task hub gets its time from, and who wakes it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls once, at the time or after it; a time that has passed means soon. @returns a function that cancels */
  wakeAt(at: number, wake: () => void): () => void;
}

/** setTimeout counts milliseconds in 31 bits; a longer wait wakes early and is asked for again. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  wakeAt(at, wake) {
    const timer = setTimeout(wake, Math.min(Math.max(at - Date.now(), 0), MAX_DELAY_MS));
    return () => clearTimeout(timer);
  },
};

/** How long to wait before doing again what failed for a reason of our own, such as a full disk. */
export const TRY_AGAIN_AFTER_MS = 1000;
