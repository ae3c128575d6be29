/**
 * Numbers of the event types; the workers read them, so their order can never change.
 * @see DurableTask.Core/History/EventType.cs
 */
export const EventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventRaised: 15,
  GenericEvent: 17,
  ExecutionSuspended: 19,
  ExecutionResumed: 20,
} as const;

/** Numbers of the statuses inside an ExecutionCompleted event. @see DurableTask.Core/OrchestrationStatus.cs */
export const COMPLETION_STATUS = { Completed: 1, Failed: 3, Terminated: 5 } as const;
export type CompletionStatus = keyof typeof COMPLETION_STATUS;

/** Who called a sub-orchestration, and by which of its tasks. */
export interface ParentInstance {
  Name: string;
  OrchestrationInstance: { InstanceId: string; ExecutionId: string };
  TaskScheduleId: number;
  Version: string;
}

/** What went wrong, where no worker wrote it down. @see DurableTask.Core/FailureDetails.cs */
export interface FailureDetails {
  ErrorType: string;
  ErrorMessage: string;
  StackTrace: null;
  InnerFailure: null;
  IsNonRetriable: boolean;
}

interface Common {
  /** The task's id for what an orchestrator schedules, and for ExecutionCompleted; -1 for all others. */
  EventId: number;
  /** Whether an earlier episode has processed the event. */
  IsPlayed: boolean;
  /** ISO 8601, UTC. */
  Timestamp: string;
}

/** One line of an instance's history, with the field names that the workers read. */
export type HistoryEvent = Common &
  (
    | {
        EventType: typeof EventType.ExecutionStarted;
        Name: string;
        Version: string;
        /** JSON text. */
        Input: string | null;
        OrchestrationInstance: { InstanceId: string; ExecutionId: string };
        ParentInstance: ParentInstance | null;
        Tags: null;
        /** Of the client that started it, where it said so. @see DurableTask.Core/Tracing/DistributedTraceContext.cs */
        ParentTraceContext?: { TraceParent: string };
      }
    | {
        EventType: typeof EventType.ExecutionCompleted;
        OrchestrationStatus: number;
        Result: string | null;
        FailureDetails: FailureDetails | null;
      }
    | { EventType: typeof EventType.ExecutionTerminated; Input: string | null }
    | { EventType: typeof EventType.TaskScheduled; Name: string; Version: string; Input: null }
    | { EventType: typeof EventType.TaskCompleted; TaskScheduledId: number; Result: string }
    | { EventType: typeof EventType.TaskFailed; TaskScheduledId: number; Reason: string; Details: string }
    | {
        EventType: typeof EventType.SubOrchestrationInstanceCreated;
        Name: string;
        Version: string;
        InstanceId: string;
        Input: null;
      }
    | {
        EventType: typeof EventType.SubOrchestrationInstanceCompleted;
        TaskScheduledId: number;
        Result: string | null;
      }
    | {
        EventType: typeof EventType.SubOrchestrationInstanceFailed;
        TaskScheduledId: number;
        Reason: string | null;
        Details: string | null;
        FailureDetails: FailureDetails | null;
      }
    | { EventType: typeof EventType.TimerCreated; FireAt: string }
    | { EventType: typeof EventType.TimerFired; TimerId: number; FireAt: string }
    | { EventType: typeof EventType.OrchestratorStarted }
    | { EventType: typeof EventType.OrchestratorCompleted }
    | { EventType: typeof EventType.EventRaised; Name: string; Input: string | null }
    /** Means nothing to a replay: what a rewind has struck off, and the message that wakes a rewound instance. */
    | { EventType: typeof EventType.GenericEvent; Data: string | null }
    | { EventType: typeof EventType.ExecutionSuspended; Reason: string | null }
    | { EventType: typeof EventType.ExecutionResumed; Reason: string | null }
  );

type Body<T> = T extends Common ? Omit<T, keyof Common> : never;

/** Completes an event with the fields that all events have. `taskId` is given for what an orchestrator schedules. */
export function historyEvent(at: number, body: Body<HistoryEvent>, taskId = -1): HistoryEvent {
  const { EventType: type, ...rest } = body;
  const common = { EventType: type, EventId: taskId, IsPlayed: false, Timestamp: new Date(at).toISOString() };
  return { ...common, ...rest } as HistoryEvent;
}
