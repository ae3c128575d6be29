import { Task } from "./task.ts";

/** An event that reached a wait whose name is spelt in another case: JavaScript's side does not see it. */
export interface LostEvent {
  raised: string;
  awaited: string;
}

/**
 * External events by name, without case: the newest waiter is served first, and events that nobody waits for are kept
 * in their order. The SDK has the same two structures, but there the case of the name counts.
 * @see DurableOrchestrationContext.WaitForExternalEvent and RaiseEvent in the Durable extension
 */
export class ExternalEvents {
  readonly lost: LostEvent[] = [];
  /** How many waits there have been. */
  waits = 0;
  readonly #waiters = new Map<string, { name: string; number: number; task: Task }[]>();
  readonly #buffered = new Map<string, string[]>();

  get hasWaiters(): boolean {
    return this.#waiters.size > 0;
  }

  /** Whether one of the first so many waits still goes on. */
  waitsAmongFirst(count: number): boolean {
    return [...this.#waiters.values()].some(([oldest]) => oldest !== undefined && oldest.number < count);
  }

  wait(name: string): Task {
    const key = name.toLowerCase();
    const task = new Task();
    const waiters = this.#waiters.get(key);
    const waiter = { name, number: this.waits++, task };
    if (waiters === undefined) this.#waiters.set(key, [waiter]);
    else waiters.push(waiter);

    const buffered = this.#buffered.get(key);
    const oldest = buffered?.shift();
    if (buffered?.length === 0) this.#buffered.delete(key);
    if (oldest !== undefined) this.raise(oldest);
    return task;
  }

  raise(name: string): void {
    const key = name.toLowerCase();
    const waiters = this.#waiters.get(key);
    const newest = waiters?.pop();
    if (waiters === undefined || newest === undefined) {
      const buffered = this.#buffered.get(key);
      if (buffered === undefined) this.#buffered.set(key, [name]);
      else buffered.push(name);
      return;
    }
    if (waiters.length === 0) this.#waiters.delete(key);
    if (newest.name !== name) this.lost.push({ raised: name, awaited: newest.name });
    newest.task.settle("succeeded");
  }
}
