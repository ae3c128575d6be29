import { COMPLETION_STATUS, EventType, type HistoryEvent } from "./history.ts";

/**
 * A failed execution's history as if nothing had failed: the failures, the end, and the starts of failed activities
 * become events that mean nothing. So the next replay asks for the activities again; a failed child keeps its place,
 * because it goes on itself. Timers stay, and so an execution whose retries have made some cannot be rewound: its next
 * replay is not deterministic.
 * @see RewindHistoryAsync in AzureTableTrackingStore.cs, DurableTask.AzureStorage
 */
export function rewound(history: readonly HistoryEvent[]): {
  history: HistoryEvent[];
  failedChildren: string[];
} {
  const failedTasks = new Set(
    history.filter((event) => isFailureOfTask(event)).map(({ TaskScheduledId }) => TaskScheduledId),
  );
  const isVoid = (event: HistoryEvent): boolean =>
    isFailureOfTask(event) ||
    (event.EventType === EventType.ExecutionCompleted &&
      event.OrchestrationStatus === COMPLETION_STATUS.Failed) ||
    (event.EventType === EventType.TaskScheduled && failedTasks.has(event.EventId));
  return {
    history: history.map((event) => (isVoid(event) ? nothing(event) : event)),
    failedChildren: history
      .filter((event) => event.EventType === EventType.SubOrchestrationInstanceCreated)
      .filter(({ EventId }) => failedTasks.has(EventId))
      .map(({ InstanceId }) => InstanceId),
  };
}

type FailureOfTask = HistoryEvent & {
  EventType: typeof EventType.TaskFailed | typeof EventType.SubOrchestrationInstanceFailed;
};

function isFailureOfTask(event: HistoryEvent): event is FailureOfTask {
  return (
    event.EventType === EventType.TaskFailed || event.EventType === EventType.SubOrchestrationInstanceFailed
  );
}

function nothing({ EventId, IsPlayed, Timestamp }: HistoryEvent): HistoryEvent {
  return { EventType: EventType.GenericEvent, EventId, IsPlayed, Timestamp, Data: null };
}
