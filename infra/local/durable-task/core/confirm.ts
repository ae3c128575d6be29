import { NonDeterminism } from "./failure.ts";
import { EventType, type HistoryEvent } from "./history.ts";
import type { PendingAction } from "./pending-action.ts";

const WAS_CODE_CHANGED =
  "Was a change made to the orchestrator code after this instance had already started running?";

/** Class names that the framework puts into its messages. */
const CLASS_OF = {
  activity: "ScheduleTaskOrchestratorAction",
  timer: "CreateTimerOrchestratorAction",
  subOrchestration: "CreateSubOrchestrationAction",
} as const;

/**
 * Compares what an earlier episode scheduled with what this replay asks for under the same id. Inputs are not compared.
 * The texts are the framework's, word for word.
 * @throws NonDeterminism when they differ
 * @see HandleTaskScheduledEvent and its like in DurableTask.Core/TaskOrchestrationContext.cs
 */
export function confirm(event: HistoryEvent, action: PendingAction | undefined): void {
  switch (event.EventType) {
    case EventType.TaskScheduled:
      confirmActivity(event.EventId, event.Name, event.Version, action);
      break;
    case EventType.TimerCreated:
      confirmTimer(event.EventId, action);
      break;
    case EventType.SubOrchestrationInstanceCreated:
      confirmSubOrchestration(event, action);
      break;
    default:
      throw new Error(`An event of type ${event.EventType} confirms nothing.`);
  }
}

function confirmActivity(id: number, name: string, version: string, action: PendingAction | undefined): void {
  const scheduled = "A previous execution of this orchestration scheduled an activity task with sequence";
  if (action === undefined) {
    throw new NonDeterminism(
      `${scheduled} ID ${id} and name '${name}' (version '${version}'), but the current replay execution hasn't (yet?) ` +
        `scheduled this task. ${WAS_CODE_CHANGED}`,
    );
  }
  if (action.kind !== "activity") {
    throw new NonDeterminism(
      `${scheduled} number ${id} named '${name}', but the current orchestration replay instead produced a ` +
        `${CLASS_OF[action.kind]} action with this sequence number. ${WAS_CODE_CHANGED}`,
    );
  }
  if (differ(action.name, name)) {
    throw new NonDeterminism(
      `${scheduled} number ${id} named '${name}', but the current orchestration replay instead scheduled an activity ` +
        `task named '${action.name}' with this sequence number.  ${WAS_CODE_CHANGED}`,
    );
  }
}

function confirmTimer(id: number, action: PendingAction | undefined): void {
  const scheduled = "A previous execution of this orchestration scheduled a timer task with sequence number";
  if (action === undefined) {
    throw new NonDeterminism(
      `${scheduled} ${id} but the current replay execution hasn't (yet?) scheduled this task. ${WAS_CODE_CHANGED}`,
    );
  }
  if (action.kind !== "timer") {
    throw new NonDeterminism(
      `${scheduled} ${id} named but the current orchestration replay instead produced a ${CLASS_OF[action.kind]} ` +
        `action with this sequence number. ${WAS_CODE_CHANGED}`,
    );
  }
}

function confirmSubOrchestration(
  event: HistoryEvent & { EventType: typeof EventType.SubOrchestrationInstanceCreated },
  action: PendingAction | undefined,
): void {
  const { EventId: id, Name, Version, InstanceId } = event;
  const scheduled =
    "A previous execution of this orchestration scheduled a sub-orchestration task with sequence ID " +
    `${id} and name '${Name}' (version '${Version}', instance ID '${InstanceId}'), but the current`;
  if (action === undefined) {
    throw new NonDeterminism(
      `${scheduled} replay execution hasn't (yet?) scheduled this task. ${WAS_CODE_CHANGED}`,
    );
  }
  if (action.kind !== "subOrchestration") {
    throw new NonDeterminism(
      `${scheduled} orchestration replay instead produced a ${CLASS_OF[action.kind]} action at this sequence number. ` +
        WAS_CODE_CHANGED,
    );
  }
  if (differ(action.name, Name)) {
    throw new NonDeterminism(
      `${scheduled} orchestration replay instead scheduled a sub-orchestration task with name ${action.name} at this ` +
        `sequence number. ${WAS_CODE_CHANGED}`,
    );
  }
}

function differ(one: string, other: string): boolean {
  return one.toLowerCase() !== other.toLowerCase();
}
