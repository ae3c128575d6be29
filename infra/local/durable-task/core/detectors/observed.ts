import type { LostEvent } from "../events.ts";
import type { PendingAction } from "../pending-action.ts";
import type { Action } from "../state.ts";

/** What a walk saw of both sides: the SDK's, which knows the code, and the extension's, which knows the history. */
export interface Observed {
  /** Everything the code asked for since its start, one action per yield. */
  actions: readonly Action[];
  hasReturned: boolean;
  hasThrown: boolean;
  hasStarted: boolean;
  hasEnded: boolean;
  isSuspended: boolean;
  /** Whether a task of it has failed. */
  hasFailures: boolean;
  /** How many of the actions have settled on the extension's side. */
  settled: number;
  /** What this episode schedules. */
  newWork: readonly PendingAction[];
  /** What is scheduled and has not completed, new work included. */
  open: readonly PendingAction[];
  waitsForEvents: boolean;
  /** Whether a task or an event is open that was asked for before the last action. */
  waitsForEarlier: boolean;
  /** Task ids of new completions that belong to no task. */
  dropped: readonly number[];
  lostEvents: readonly LostEvent[];
  /** Due times, ms since 1970. */
  cancelledLongTimers: readonly number[];
}
