import { NonDeterminism } from "./failure.ts";
import { EventType, type HistoryEvent } from "./history.ts";
import { Task } from "./task.ts";

/** What the replay asked for and no event of the history has confirmed yet: after the walk, new work. */
export type PendingAction =
  | { kind: "activity"; id: number; name: string; input: unknown }
  | { kind: "timer"; id: number; fireAt: number };

const WAS_CODE_CHANGED =
  "Was a change made to the orchestrator code after this instance had already started running?";

/** Class names that the extension puts into its messages. */
const CLASS_OF = {
  activity: "ScheduleTaskOrchestratorAction",
  timer: "CreateTimerOrchestratorAction",
} as const;

/**
 * Numbers tasks and matches them with the history, exactly as the framework does: the SDK counts on its own side, and
 * both work only as long as the two counters agree.
 * @see DurableTask.Core/TaskOrchestrationContext.cs
 */
export class Context {
  /** Milliseconds since 1970: the time of the OrchestratorStarted event that the walk passed last. */
  now = 0;
  #nextId = 0;
  readonly #pending = new Map<number, PendingAction>();
  readonly #held = new Map<number, PendingAction>();
  readonly #open = new Map<number, Task>();
  readonly #cancelled = new Set<number>();

  get hasOpenTasks(): boolean {
    return this.#open.size > 0;
  }

  takeId(): number {
    return this.#nextId++;
  }

  scheduleActivity(name: string, input: unknown): Task {
    const id = this.takeId();
    return this.#track({ kind: "activity", id, name, input });
  }

  /** A cancelled timer takes an id and is created like any other, but nobody waits for it. */
  createTimer(fireAt: number, isCanceled: boolean): Task {
    const id = this.takeId();
    const task = this.#track({ kind: "timer", id, fireAt });
    if (isCanceled) {
      this.#open.delete(id);
      this.#cancelled.add(id);
      task.settle("failed");
    }
    return task;
  }

  #track(action: PendingAction): Task {
    const task = new Task();
    this.#pending.set(action.id, action);
    this.#open.set(action.id, task);
    return task;
  }

  /** A cancelled timer still fires some day; nothing happens then. @returns false when no task of the id is known */
  complete(id: number, state: "succeeded" | "failed"): boolean {
    const task = this.#open.get(id);
    if (task === undefined) return this.#cancelled.has(id);
    // The framework runs the continuations before it forgets the task; neither can see the difference.
    this.#open.delete(id);
    task.settle(state);
    return true;
  }

  /** Strikes off the pending action that an event of the history confirms. @throws NonDeterminism when there is none. */
  confirm(event: HistoryEvent): void {
    if (event.EventType === EventType.TaskScheduled)
      this.#confirmActivity(event.EventId, event.Name, event.Version);
    else this.#confirmTimer(event.EventId);
    this.#pending.delete(event.EventId);
  }

  #confirmActivity(id: number, name: string, version: string): void {
    const scheduled = "A previous execution of this orchestration scheduled an activity task with sequence";
    const action = this.#pending.get(id);
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
    if (action.name.toLowerCase() !== name.toLowerCase()) {
      throw new NonDeterminism(
        `${scheduled} number ${id} named '${name}', but the current orchestration replay instead scheduled an activity ` +
          `task named '${action.name}' with this sequence number.  ${WAS_CODE_CHANGED}`,
      );
    }
  }

  #confirmTimer(id: number): void {
    const scheduled =
      "A previous execution of this orchestration scheduled a timer task with sequence number";
    const action = this.#pending.get(id);
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

  /** While suspended, what was asked for before is kept back. */
  hold(): void {
    for (const [id, action] of this.#pending) this.#held.set(id, action);
    this.#pending.clear();
  }

  release(): void {
    for (const [id, action] of this.#held) this.#pending.set(id, action);
    this.#held.clear();
  }

  /** New work in the order of ids. */
  takePending(): PendingAction[] {
    return [...this.#pending.values()].sort((a, b) => a.id - b.id);
  }
}
