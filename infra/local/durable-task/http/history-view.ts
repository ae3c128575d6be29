import { COMPLETION_STATUS, EventType, type HistoryEvent } from "../core/history.ts";

const NAME_OF: ReadonlyMap<number, string> = new Map(
  Object.entries(EventType).map(([name, type]) => [type, name]),
);
const STATUS_OF: ReadonlyMap<number, string> = new Map(
  Object.entries(COMPLETION_STATUS).map(([name, status]) => [status, name]),
);

/** Never shown: they frame the episodes, or are told by the events that complete them. */
const HIDDEN: ReadonlySet<number> = new Set([
  EventType.OrchestratorStarted,
  EventType.OrchestratorCompleted,
  EventType.TaskScheduled,
  EventType.TimerCreated,
]);

/**
 * The history as the status API shows it: names for numbers, a task's start folded into its end, no ids.
 * @see DurableClient.GetDurableOrchestrationStatusAsync and the documentation of showHistory
 */
export function historyView(history: readonly HistoryEvent[], showOutput: boolean): object[] {
  const scheduled = new Map<number, HistoryEvent>();
  for (const event of history) if (event.EventId >= 0) scheduled.set(event.EventId, event);
  return history
    .filter(({ EventType: type }) => !HIDDEN.has(type))
    .map((event) => ({
      EventType: NAME_OF.get(event.EventType),
      Timestamp: event.Timestamp,
      ...details(event, scheduled, showOutput),
    }));
}

function details(
  event: HistoryEvent,
  scheduled: ReadonlyMap<number, HistoryEvent>,
  showOutput: boolean,
): object {
  switch (event.EventType) {
    case EventType.ExecutionStarted:
      return { FunctionName: event.Name };
    case EventType.TaskCompleted:
      return { ...startOf(event.TaskScheduledId, scheduled), ...result(event.Result, showOutput) };
    case EventType.TaskFailed:
      return { ...startOf(event.TaskScheduledId, scheduled), Reason: event.Reason, Details: event.Details };
    case EventType.TimerFired:
      return { FireAt: event.FireAt, ...startOf(event.TimerId, scheduled) };
    case EventType.EventRaised:
      return { Name: event.Name, Input: parsed(event.Input) };
    case EventType.ExecutionCompleted:
      return {
        OrchestrationStatus: STATUS_OF.get(event.OrchestrationStatus),
        ...result(event.Result, showOutput),
      };
    case EventType.ExecutionTerminated:
      return { Input: event.Input };
    case EventType.ExecutionSuspended:
    case EventType.ExecutionResumed:
      return { Reason: event.Reason };
    default:
      return {};
  }
}

function startOf(id: number, scheduled: ReadonlyMap<number, HistoryEvent>): object {
  const start = scheduled.get(id);
  if (start === undefined) return {};
  const ScheduledTime = start.Timestamp;
  return start.EventType === EventType.TaskScheduled
    ? { FunctionName: start.Name, ScheduledTime }
    : { ScheduledTime };
}

function result(text: string | null, isShown: boolean): object {
  return isShown ? { Result: parsed(text) } : {};
}

function parsed(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
