import { COMPLETION_STATUS, EventType, type HistoryEvent } from "../core/history.ts";

const NAME_OF: ReadonlyMap<number, string> = new Map(
  Object.entries(EventType).map(([name, type]) => [type, name]),
);
const STATUS_OF: ReadonlyMap<number, string> = new Map(
  Object.entries(COMPLETION_STATUS).map(([name, status]) => [status, name]),
);

interface Shown {
  input: boolean;
  output: boolean;
}

/**
 * The history as the status API shows it: names for numbers, no ids, no frames of episodes, a task's start folded into
 * its end. What has not ended shows its start.
 * @see DurableClient.GetDurableOrchestrationStatusAsync in the Durable extension
 */
export function historyView(history: readonly HistoryEvent[], shown: Shown): object[] {
  const starts = new Map(history.filter(isStart).map((event) => [event.EventId, event]));
  const ended = new Set(
    history.flatMap((event) => ("TaskScheduledId" in event ? event.TaskScheduledId : [])),
  );
  return history
    .filter((event) => !isFrame(event) && !(isStart(event) && ended.has(event.EventId)))
    .map((event) => ({
      EventType: NAME_OF.get(event.EventType),
      Timestamp: event.Timestamp,
      ...details(event, starts, shown),
    }));
}

type Start = HistoryEvent & {
  EventType: typeof EventType.TaskScheduled | typeof EventType.SubOrchestrationInstanceCreated;
};

function isStart(event: HistoryEvent): event is Start {
  return (
    event.EventType === EventType.TaskScheduled ||
    event.EventType === EventType.SubOrchestrationInstanceCreated
  );
}

function isFrame({ EventType: type }: HistoryEvent): boolean {
  return type === EventType.OrchestratorStarted || type === EventType.OrchestratorCompleted;
}

function details(event: HistoryEvent, starts: ReadonlyMap<number, Start>, shown: Shown): object {
  switch (event.EventType) {
    case EventType.ExecutionStarted:
      return {
        FunctionName: event.Name,
        ...(shown.input && { Input: event.Input }),
        Correlation: null,
        GenerateNewTrace: false,
        Generation: 0,
        ParentTraceContext: null,
        ScheduledStartTime: null,
      };
    case EventType.TaskScheduled:
      return { Name: event.Name };
    case EventType.SubOrchestrationInstanceCreated:
      return { Name: event.Name, InstanceId: event.InstanceId, ClientSpanId: null, Input: null, Tags: null };
    case EventType.TaskCompleted:
    case EventType.SubOrchestrationInstanceCompleted:
      return { ...startOf(event.TaskScheduledId, starts), ...result(event.Result, shown) };
    case EventType.TaskFailed:
    case EventType.SubOrchestrationInstanceFailed:
      return { ...startOf(event.TaskScheduledId, starts), Reason: event.Reason, Details: event.Details };
    case EventType.TimerCreated:
    case EventType.TimerFired:
      return { FireAt: event.FireAt };
    case EventType.EventRaised:
      return { Name: event.Name, ...(shown.input && { Input: event.Input }), ParentTraceContext: null };
    case EventType.ExecutionCompleted: {
      const OrchestrationStatus = STATUS_OF.get(event.OrchestrationStatus);
      return { OrchestrationStatus, ...result(event.Result, shown), FailureDetails: null };
    }
    case EventType.ExecutionTerminated:
      return shown.input ? { Input: event.Input } : {};
    case EventType.ExecutionSuspended:
    case EventType.ExecutionResumed:
      return { Reason: event.Reason };
    default:
      return {};
  }
}

function startOf(id: number, starts: ReadonlyMap<number, Start>): object {
  const start = starts.get(id);
  if (start === undefined) return {};
  const { Name: FunctionName, Timestamp: ScheduledTime } = start;
  if (start.EventType === EventType.TaskScheduled) return { FunctionName, ScheduledTime };
  return { FunctionName, ScheduledTime, InstanceId: start.InstanceId, Input: null };
}

function result(text: string | null, { output }: Shown): object {
  return output ? { Result: text === null ? null : JSON.parse(text) } : {};
}
