import { COMPLETION_STATUS, EventType, type HistoryEvent, historyEvent } from "./history.ts";
import { LONG_TIMER_PIECE_DURATION, MAX_SHORT_TIMER_DURATION } from "./timer.ts";
import type { WalkResult } from "./walk.ts";

/** The part of the orchestration trigger that never changes; the misspelt name is the extension's. */
const TRIGGER_TAIL = JSON.stringify({
  isReplaying: false,
  parentInstanceId: null,
  upperSchemaVersion: 1,
  upperSchemaVersionNew: 3,
  longRunningTimerIntervalDuration: LONG_TIMER_PIECE_DURATION,
  maximumShortTimerDuration: MAX_SHORT_TIMER_DURATION,
  defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
}).slice(1);

/**
 * JSON text of the orchestration trigger. History and input are JSON texts already and are put in as they are.
 * @see OrchestrationContextToString in the Durable extension, and what durable-functions 3.5.0 demands of it
 */
export function triggerText(instanceId: string, input: string | null, history: string): string {
  return `{"history":${history},"input":${input ?? "null"},"instanceId":${JSON.stringify(instanceId)},${TRIGGER_TAIL}`;
}

/** What an episode adds to the history after the messages it took in. */
export function episodeEvents(now: number, { work, completion }: WalkResult): HistoryEvent[] {
  const events = work.map((action) =>
    action.kind === "activity"
      ? historyEvent(
          now,
          { EventType: EventType.TaskScheduled, Name: action.name, Version: "", Input: null },
          action.id,
        )
      : historyEvent(
          now,
          { EventType: EventType.TimerCreated, FireAt: new Date(action.fireAt).toISOString() },
          action.id,
        ),
  );
  if (completion !== undefined) {
    const OrchestrationStatus = COMPLETION_STATUS[completion.status];
    events.push(
      historyEvent(
        now,
        {
          EventType: EventType.ExecutionCompleted,
          OrchestrationStatus,
          Result: completion.output,
          FailureDetails: null,
        },
        completion.id,
      ),
    );
  }
  events.push(historyEvent(now, { EventType: EventType.OrchestratorCompleted }));
  return events;
}
