import { type Clock, systemClock } from "./clock.ts";

/** Calls `ring` once when the moment last set has come. */
export interface Alarm {
  /** Sets the alarm to a moment in epoch milliseconds; the one set before is void. */
  set(atMs: number): void;
  off(): void;
}

/** One timer that is armed for the next thing to do, instead of a poll. */
export function createAlarm(ring: () => void, clock: Clock = systemClock): Alarm {
  let armedFor: number | undefined;
  let cancel: () => void = () => undefined;

  function off(): void {
    cancel();
    armedFor = undefined;
  }

  return {
    off,
    set(atMs) {
      if (atMs === armedFor) return;
      off();
      armedFor = atMs;
      cancel = clock.wakeAt(atMs, () => {
        armedFor = undefined;
        ring();
      });
    },
  };
}
