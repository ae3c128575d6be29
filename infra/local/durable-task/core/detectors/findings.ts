import { cannotProceed } from "./cannot-proceed.ts";
import { eventNameCase } from "./event-name-case.ts";
import type { Finding } from "./finding.ts";
import { longTimerCancelled } from "./long-timer-cancelled.ts";
import type { Observed } from "./observed.ts";
import { retryTimeout } from "./retry-timeout.ts";
import { taskYieldedTwice } from "./task-yielded-twice.ts";
import { unconsumedCompletion } from "./unconsumed-completion.ts";

/** Causes before consequences: the first finding is the one to show. */
const DETECTORS = [
  retryTimeout,
  longTimerCancelled,
  eventNameCase,
  taskYieldedTwice,
  unconsumedCompletion,
  cannotProceed,
];

export function findings(observed: Observed): Finding[] {
  return DETECTORS.flatMap((detect) => detect(observed));
}
