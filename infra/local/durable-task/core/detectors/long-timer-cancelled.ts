import type { Finding } from "./finding.ts";
import type { Observed } from "./observed.ts";

/** A timer of more than six days that is cancelled: once its first piece has fired, that fails the instance. */
export function longTimerCancelled({ cancelledLongTimers }: Observed): Finding[] {
  return cancelledLongTimers.map((fireAt) => ({
    detector: "long-timer-cancelled",
    message:
      `The timer of ${new Date(fireAt).toISOString()} is longer than 6 days and was cancelled. Azure makes it of ` +
      "three-day pieces, and a cancel after the first piece fails the instance as non-deterministic. Wait in a loop of " +
      "shorter timers.",
  }));
}
