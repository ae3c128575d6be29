import { COMPLETION_STATUS, EventType, type HistoryEvent, historyEvent } from "./history.ts";
import type { PendingAction } from "./pending-action.ts";
import { LONG_TIMER_PIECE_DURATION, MAX_SHORT_TIMER_DURATION } from "./timer.ts";
import type { Completion, WalkResult } from "./walk-result.ts";

/** The part of the orchestration trigger that never changes; the misspelt name is the extension's. */
const TRIGGER_TAIL = JSON.stringify({
  isReplaying: false,
  upperSchemaVersion: 1,
  upperSchemaVersionNew: 3,
  longRunningTimerIntervalDuration: LONG_TIMER_PIECE_DURATION,
  maximumShortTimerDuration: MAX_SHORT_TIMER_DURATION,
  defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
}).slice(1);

interface TriggerOf {
  id: string;
  /** JSON text. */
  input: string | null;
  parentId: string | null;
}

/**
 * JSON text of the orchestration trigger. History and input are JSON texts already and are put in as they are.
 * @see OrchestrationContextToString in the Durable extension, and what durable-functions 3.5.0 demands of it
 */
export function triggerText({ id, input, parentId }: TriggerOf, history: string): string {
  const ids = JSON.stringify({ instanceId: id, parentInstanceId: parentId }).slice(1, -1);
  return `{"history":${history},"input":${input ?? "null"},${ids},${TRIGGER_TAIL}`;
}

/** What an episode adds to the history after the messages it took in. */
export function episodeEvents(now: number, { work, completion }: WalkResult): HistoryEvent[] {
  const events = work.map((action) => scheduledEvent(now, action));
  if (completion !== undefined) events.push(completedEvent(now, completion));
  events.push(historyEvent(now, { EventType: EventType.OrchestratorCompleted }));
  return events;
}

function scheduledEvent(now: number, action: PendingAction): HistoryEvent {
  switch (action.kind) {
    case "activity":
      return historyEvent(
        now,
        { EventType: EventType.TaskScheduled, Name: action.name, Version: "", Input: null },
        action.id,
      );
    case "timer":
      return historyEvent(
        now,
        { EventType: EventType.TimerCreated, FireAt: new Date(action.fireAt).toISOString() },
        action.id,
      );
    case "subOrchestration": {
      const { id, name: Name, version: Version, instanceId: InstanceId } = action;
      const body = {
        EventType: EventType.SubOrchestrationInstanceCreated,
        Name,
        Version,
        InstanceId,
        Input: null,
      };
      return historyEvent(now, body, id);
    }
  }
}

function completedEvent(now: number, { id, status, output, failure }: Completion): HistoryEvent {
  const OrchestrationStatus = COMPLETION_STATUS[status];
  const body = {
    EventType: EventType.ExecutionCompleted,
    OrchestrationStatus,
    Result: failure === undefined ? output : null,
    FailureDetails: failure ?? null,
  };
  return historyEvent(now, body, id);
}

/** What a parent is told when its sub-orchestration has ended. @see ProcessWorkflowCompletedTaskDecision in DurableTask.Core */
export function parentEvent(now: number, taskId: number, completion: Completion): HistoryEvent {
  const { status, output, details, failure } = completion;
  if (status === "Completed") {
    return historyEvent(now, {
      EventType: EventType.SubOrchestrationInstanceCompleted,
      TaskScheduledId: taskId,
      Result: output,
    });
  }
  return historyEvent(now, {
    EventType: EventType.SubOrchestrationInstanceFailed,
    TaskScheduledId: taskId,
    Reason: failure === undefined ? JSON.parse(output) : null,
    Details: details,
    FailureDetails: failure ?? null,
  });
}
