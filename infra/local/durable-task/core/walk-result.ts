import type { Finding } from "./detectors/finding.ts";
import type { CompletionStatus, FailureDetails } from "./history.ts";
import type { PendingAction } from "./pending-action.ts";
import type { Continuation } from "./replay.ts";

/** How an execution ended; `id` is the EventId of its last event. */
export interface Completion {
  id: number;
  status: CompletionStatus;
  /** JSON text. */
  output: string;
  /** What a parent learns of a failure beside its reason. */
  details: string | null;
  /** Only of failures that the framework itself brought about: it stands for reason and details. */
  failure?: FailureDetails;
}

export interface WalkResult {
  work: PendingAction[];
  isSuspended: boolean;
  completion: Completion | undefined;
  continuation: Continuation | undefined;
  /** What means trouble although the extension is silent about it. */
  findings: Finding[];
}

interface Why {
  details?: string;
  found?: Finding[];
}

/** An execution that fails and leaves no work behind. @param message becomes its output */
export function failed(message: string, id: number, { details, found = [] }: Why = {}): WalkResult {
  return {
    work: [],
    isSuspended: false,
    completion: { id, status: "Failed", output: JSON.stringify(message), details: details ?? message },
    continuation: undefined,
    findings: found,
  };
}

/** @see OutOfProcOrchestrationShim.ScheduleDurableTaskEvents in the Durable extension */
export function failureDetails(error: string, stack: string): string {
  return `Message: ${error}, StackTrace: ${stack}`;
}
