/** Timers in Node count to 2^31 ms at most; an alarm further away is set again when that is over. */
const LONGEST_MS = 2 ** 31 - 1;

/** Calls `ring` once when the moment last set has come. */
export interface Alarm {
  /** Sets the alarm to a moment in epoch milliseconds; the one set before is void. */
  set(atMs: number): void;
  off(): void;
}

/** One timer that is armed for the next thing to do, instead of a poll. */
export function createAlarm(ring: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined;
  let armedFor = Number.POSITIVE_INFINITY;

  function arm(): void {
    timer = setTimeout(
      () => {
        if (Date.now() < armedFor) return arm();
        armedFor = Number.POSITIVE_INFINITY;
        ring();
      },
      Math.min(Math.max(armedFor - Date.now(), 0), LONGEST_MS),
    );
  }

  return {
    set(atMs) {
      if (atMs === armedFor) return;
      clearTimeout(timer);
      armedFor = atMs;
      arm();
    },
    off: () => clearTimeout(timer),
  };
}
