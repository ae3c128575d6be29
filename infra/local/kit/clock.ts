/** Where a stand-in gets its time from, and who wakes it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls once, at the time or after it; a time that has passed means soon. @returns a function that cancels */
  wakeAt(at: number, wake: () => void): () => void;
}

/** Node's timers overflow above 24.8 days; shorter sleeps also notice a clock that was set. */
const LONGEST_SLEEP_MS = 3_600_000;

/** Kept, because the Functions host shows another time to the app when it is asked to. */
const { now } = Date;

/** The machine's own time. */
export const systemClock: Clock = {
  now,
  wakeAt(at, wake) {
    let timer: NodeJS.Timeout;
    const sleep = (): void => {
      const left = at - now();
      if (left > LONGEST_SLEEP_MS) timer = setTimeout(sleep, LONGEST_SLEEP_MS);
      else timer = setTimeout(wake, Math.max(left, 0));
    };
    sleep();
    return () => clearTimeout(timer);
  },
};
