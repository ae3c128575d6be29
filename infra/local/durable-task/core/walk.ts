import { Context, type PendingAction } from "./context.ts";
import { ExternalEvents } from "./events.ts";
import { WalkFailure } from "./failure.ts";
import { type CompletionStatus, EventType, type HistoryEvent } from "./history.ts";
import { repeatedTimers } from "./repeated-timers.ts";
import { replay } from "./replay.ts";
import type { Turn } from "./state.ts";
import type { Task } from "./task.ts";

/** How an execution ended; `id` is the EventId of its last event, `output` JSON text. */
interface Completion {
  id: number;
  status: CompletionStatus;
  output: string;
}

export interface WalkResult {
  work: PendingAction[];
  isSuspended: boolean;
  completion: Completion | undefined;
  /** For the log: what the extension logs, and what it keeps silent about although it means trouble. */
  warnings: string[];
}

export interface WalkNeeds {
  orchestrator: string;
  turn: Turn;
  hasActivity(name: string): boolean;
}

/** Walks the history, replaying the actions beside it, and finds what is new. Pure: no I/O, no clock. */
export function walk(history: readonly HistoryEvent[], needs: WalkNeeds): WalkResult {
  const { turn, orchestrator } = needs;
  if (turn.kind === "broken") {
    const lastId = history.reduce((last, event) => Math.max(last, event.EventId), -1);
    return failedWalk(`Orchestrator function '${orchestrator}' failed: ${turn.message}`, lastId + 1);
  }
  const walker = new Walker(needs);
  try {
    for (const event of history) walker.pass(event);
    return walker.result();
  } catch (error) {
    // The framework would still schedule what was pending, and so run activities twice; nobody can rely on that.
    if (error instanceof WalkFailure) return failedWalk(error.message, walker.context.takeId());
    throw error;
  }
}

function failedWalk(message: string, id: number): WalkResult {
  const completion: Completion = { id, status: "Failed", output: JSON.stringify(message) };
  return { work: [], isSuspended: false, completion, warnings: [] };
}

const HANGS = "The orchestrator waits for nothing that could happen: it hangs for ever.";

/** @see DurableTask.Core/TaskOrchestrationExecutor.cs */
class Walker {
  readonly context = new Context();
  readonly #warnings: string[] = [];
  readonly #events = new ExternalEvents();
  readonly #needs: WalkNeeds;
  /** Settles when all actions are replayed; undefined before ExecutionStarted. */
  #replayed: Task | undefined;
  #waitingWhileSuspended: HistoryEvent[] = [];
  #isSuspended = false;
  #termination: Completion | undefined;

  constructor(needs: WalkNeeds) {
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
        this.#start();
        break;
      case EventType.TaskScheduled:
      case EventType.TimerCreated:
        this.context.confirm(event);
        break;
      case EventType.TaskCompleted:
        this.#settle(event, event.TaskScheduledId, "succeeded");
        break;
      case EventType.TaskFailed:
        this.#settle(event, event.TaskScheduledId, "failed");
        break;
      case EventType.TimerFired:
        this.#settle(event, event.TimerId, "succeeded");
        break;
      case EventType.EventRaised:
        this.#raise(event, event.Name);
        break;
      case EventType.ExecutionSuspended:
        this.#isSuspended = true;
        this.context.hold();
        break;
      case EventType.ExecutionResumed:
        this.#resume();
        break;
      case EventType.ExecutionTerminated:
        this.#termination ??= this.#complete("Terminated", JSON.stringify(event.Input));
        break;
      default:
        break;
    }
  }

  #start(): void {
    const { turn, orchestrator, hasActivity } = this.#needs;
    if (turn.kind === "broken") return;
    const needs = { context: this.context, events: this.#events, hasActivity, orchestrator };
    this.#replayed = replay(turn.state.actions[0], needs);
  }

  #settle(event: HistoryEvent, taskId: number, state: "succeeded" | "failed"): void {
    if (this.context.complete(taskId, state)) return;
    this.#warn(event, `A completion of task ${taskId} was dropped: no open task has that id.`);
  }

  #raise(event: HistoryEvent, name: string): void {
    const waiter = this.#events.raise(name);
    if (waiter === undefined || waiter === name) return;
    this.#warn(
      event,
      `Event '${name}' is lost: the orchestrator waits for '${waiter}'; JavaScript minds case.`,
    );
  }

  /** Every episode replays the whole history; only what is new is worth a line in the log. */
  #warn({ IsPlayed }: HistoryEvent, message: string): void {
    if (!IsPlayed) this.#warnings.push(message);
  }

  #resume(): void {
    this.#isSuspended = false;
    this.context.release();
    const events = this.#waitingWhileSuspended;
    this.#waitingWhileSuspended = [];
    for (const event of events) this.pass(event);
  }

  #complete(status: CompletionStatus, output: string): Completion {
    return { id: this.context.takeId(), status, output };
  }

  result(): WalkResult {
    const completion = this.#termination ?? this.#ending();
    const work = this.context.takePending();
    const { turn } = this.#needs;
    if (turn.kind === "state") this.#warnings.push(...repeatedTimers(turn.state.actions[0], work));
    if (this.#hangs(completion)) this.#warnings.push(HANGS);
    return { work, isSuspended: this.#isSuspended, completion, warnings: this.#warnings };
  }

  /** An execution ends when its code has ended AND no task is open: an uncancelled timer keeps it running. */
  #ending(): Completion | undefined {
    const { turn, orchestrator } = this.#needs;
    if (turn.kind === "broken" || !this.#replayed?.isSettled || this.context.hasOpenTasks) return undefined;
    const { state } = turn;
    if (state.error) {
      const message = `Orchestrator function '${orchestrator}' failed: ${state.error}`;
      return this.#complete("Failed", JSON.stringify(message));
    }
    return state.isDone ? this.#complete("Completed", JSON.stringify(state.output ?? null)) : undefined;
  }

  #hangs(completion: Completion | undefined): boolean {
    if (completion !== undefined || this.#isSuspended || this.#replayed === undefined) return false;
    return !this.context.hasOpenTasks && !this.#events.hasWaiters;
  }
}

function endsSuspension({ EventType: type }: HistoryEvent): boolean {
  return type === EventType.ExecutionResumed || type === EventType.ExecutionTerminated;
}
