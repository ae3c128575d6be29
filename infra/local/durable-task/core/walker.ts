import type { DurableFunctions } from "../contract.ts";
import { Context } from "./context.ts";
import type { Observed } from "./detectors/observed.ts";
import { ExternalEvents } from "./events.ts";
import { EventType, type HistoryEvent } from "./history.ts";
import { Replay } from "./replay.ts";
import type { Turn } from "./state.ts";
import { type Completion, failureDetails, type WalkResult } from "./walk-result.ts";

type WalkerNeeds = Omit<Turn & { kind: "state" }, "kind"> & {
  orchestrator: string;
  functions: Pick<DurableFunctions, "has">;
  defaultVersion?: string;
};

/** One way through one execution's history. @see DurableTask.Core/TaskOrchestrationExecutor.cs */
export class Walker {
  readonly context = new Context();
  readonly #needs: WalkerNeeds;
  readonly #events = new ExternalEvents();
  readonly #dropped: number[] = [];
  /** Undefined before ExecutionStarted. */
  #replay: Replay | undefined;
  #waitingWhileSuspended: HistoryEvent[] = [];
  #isSuspended = false;
  #hasFailures = false;
  #termination: Completion | undefined;

  constructor(needs: WalkerNeeds) {
    this.#needs = needs;
  }

  pass(event: HistoryEvent): void {
    if (event.EventType === EventType.OrchestratorStarted) this.context.now = Date.parse(event.Timestamp);
    else if (this.#isSuspended && !endsSuspension(event)) this.#postpone(event);
    else this.#process(event);
  }

  #postpone(event: HistoryEvent): void {
    if (event.EventType !== EventType.ExecutionSuspended) this.#waitingWhileSuspended.push(event);
  }

  #process(event: HistoryEvent): void {
    switch (event.EventType) {
      case EventType.ExecutionStarted:
        this.#start(event);
        break;
      case EventType.TaskScheduled:
      case EventType.TimerCreated:
      case EventType.SubOrchestrationInstanceCreated:
        this.context.confirm(event);
        break;
      case EventType.TaskCompleted:
      case EventType.SubOrchestrationInstanceCompleted:
        this.#settle(event, event.TaskScheduledId, "succeeded");
        break;
      case EventType.TaskFailed:
      case EventType.SubOrchestrationInstanceFailed:
        this.#settle(event, event.TaskScheduledId, "failed");
        break;
      case EventType.TimerFired:
        this.#settle(event, event.TimerId, "succeeded");
        break;
      case EventType.EventRaised:
        this.#raise(event, event.Name);
        break;
      default:
        this.#control(event);
    }
  }

  #control(event: HistoryEvent): void {
    switch (event.EventType) {
      case EventType.ExecutionSuspended:
        this.#isSuspended = true;
        this.context.hold();
        break;
      case EventType.ExecutionResumed:
        this.#resume();
        break;
      case EventType.ExecutionTerminated:
        this.#termination ??= this.#complete("Terminated", JSON.stringify(event.Input), null);
        break;
      default:
        break;
    }
  }

  #start(event: HistoryEvent & { EventType: typeof EventType.ExecutionStarted }): void {
    const { state, orchestrator, functions, defaultVersion = "" } = this.#needs;
    const { InstanceId, ExecutionId } = event.OrchestrationInstance;
    const parent = event.ParentInstance?.OrchestrationInstance.InstanceId;
    this.#replay = new Replay(state.actions[0], {
      context: this.context,
      events: this.#events,
      functions,
      orchestrator,
      executionId: ExecutionId,
      takenIds: parent === undefined ? [InstanceId] : [InstanceId, parent],
      defaultVersion,
    });
    this.#replay.goOn();
  }

  #settle({ IsPlayed }: HistoryEvent, taskId: number, state: "succeeded" | "failed"): void {
    if (state === "failed") this.#hasFailures = true;
    if (this.context.complete(taskId, state) || IsPlayed) return;
    this.#dropped.push(taskId);
  }

  /** What comes after `continueAsNew` is for the next execution. */
  #raise(event: HistoryEvent, name: string): void {
    const continuation = this.#replay?.continuation;
    if (continuation === undefined) this.#events.raise(name);
    else continuation.carriedOver.push(event);
  }

  #resume(): void {
    this.#isSuspended = false;
    this.context.release();
    const events = this.#waitingWhileSuspended;
    this.#waitingWhileSuspended = [];
    for (const event of events) this.pass(event);
  }

  #complete(status: Completion["status"], output: string, details: string | null): Completion {
    return { id: this.context.takeId(), status, output, details };
  }

  result(): Omit<WalkResult, "findings"> {
    const continuation = this.#continuation();
    const completion = this.#termination ?? (continuation === undefined ? this.#ending() : undefined);
    const work = this.context.takePending();
    return { work, isSuspended: this.#isSuspended, completion, continuation };
  }

  /** An execution ends when its code has ended AND no task is open: an uncancelled timer keeps it running. */
  get #mayEnd(): boolean {
    return this.#replay?.isSettled === true && !this.context.hasOpenTasks;
  }

  #continuation(): WalkResult["continuation"] {
    const { error } = this.#needs.state;
    const isOver = this.#termination !== undefined || error !== undefined;
    return isOver || !this.#mayEnd ? undefined : this.#replay?.continuation;
  }

  #ending(): Completion | undefined {
    const { state, orchestrator, thrown } = this.#needs;
    if (!this.#mayEnd) return undefined;
    if (state.error) {
      const message = `Orchestrator function '${orchestrator}' failed: ${state.error}`;
      const details = failureDetails(state.error, thrown?.stack ?? "");
      return this.#complete("Failed", JSON.stringify(message), details);
    }
    return state.isDone ? this.#complete("Completed", JSON.stringify(state.output ?? null), null) : undefined;
  }

  /** What the detectors look at, after the walk. */
  observe({ work, completion, continuation }: Omit<WalkResult, "findings">): Observed {
    const { state, thrown } = this.#needs;
    return {
      actions: state.actions[0],
      hasReturned: state.isDone,
      hasThrown: thrown !== undefined,
      hasStarted: this.#replay !== undefined,
      hasEnded: completion !== undefined || continuation !== undefined,
      isSuspended: this.#isSuspended,
      hasFailures: this.#hasFailures,
      settled: this.#replay?.settled ?? 0,
      newWork: work,
      open: this.context.openActions,
      waitsForEvents: this.#events.hasWaiters,
      waitsForEarlier: this.#replay?.waitsForEarlier ?? false,
      dropped: this.#dropped,
      lostEvents: this.#events.lost,
      cancelledLongTimers: this.#replay?.cancelledLongTimers ?? [],
    };
  }
}

function endsSuspension({ EventType: type }: HistoryEvent): boolean {
  return type === EventType.ExecutionResumed || type === EventType.ExecutionTerminated;
}
