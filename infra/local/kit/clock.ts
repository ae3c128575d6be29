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
      timer = setTimeout(look, Math.min(Math.max(at - now(), 0), LONGEST_SLEEP_MS));
    };
    // A timer of Node may fire a little before the clock shows the time.
    const look = (): void => (now() < at ? sleep() : wake());
    sleep();
    return () => clearTimeout(timer);
  },
};
