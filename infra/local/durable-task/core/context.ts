import { confirm } from "./confirm.ts";
import type { HistoryEvent } from "./history.ts";
import type { PendingAction, SubOrchestrationCall } from "./pending-action.ts";
import { Task } from "./task.ts";

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
  readonly #open = new Map<number, { action: PendingAction; task: Task }>();

  /** What the code waits for, or has left open. */
  get openActions(): PendingAction[] {
    return [...this.#open.values()].map(({ action }) => action);
  }

  get hasOpenTasks(): boolean {
    return this.#open.size > 0;
  }

  /** What the next task gets. */
  get nextId(): number {
    return this.#nextId;
  }

  takeId(): number {
    return this.#nextId++;
  }

  scheduleActivity(name: string, input: unknown): Task {
    const id = this.takeId();
    return this.#track({ kind: "activity", id, name, input });
  }

  /** A child that is given no id gets one from its caller's execution, the same in every replay. */
  callSubOrchestration(
    call: Omit<SubOrchestrationCall, "kind" | "id" | "instanceId">,
    wantedId: string | undefined,
  ): Task {
    const id = this.takeId();
    const instanceId = wantedId ?? `${call.executionId}:${id}`;
    return this.#track({ kind: "subOrchestration", ...call, id, instanceId });
  }

  /** A cancelled timer takes an id and is created like any other, but nobody waits for it. */
  createTimer(fireAt: number, isCanceled: boolean): Task {
    const id = this.takeId();
    const task = this.#track({ kind: "timer", id, fireAt });
    if (isCanceled) {
      this.#open.delete(id);
      task.settle("failed");
    }
    return task;
  }

  #track(action: PendingAction): Task {
    const task = new Task();
    this.#pending.set(action.id, action);
    this.#open.set(action.id, { action, task });
    return task;
  }

  /**
   * A completion may come twice, and a cancelled timer still fires some day: nothing happens then.
   * @returns false when there never was a task of the id
   */
  complete(id: number, state: "succeeded" | "failed"): boolean {
    const open = this.#open.get(id);
    if (open === undefined) return id < this.#nextId;
    // The framework runs the continuations before it forgets the task; neither can see the difference.
    this.#open.delete(id);
    open.task.settle(state);
    return true;
  }

  /** Strikes off the pending action that an event of the history confirms. @throws NonDeterminism when there is none. */
  confirm(event: HistoryEvent): void {
    confirm(event, this.#pending.get(event.EventId));
    this.#pending.delete(event.EventId);
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
