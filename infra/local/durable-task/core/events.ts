import { Task } from "./task.ts";

/**
 * External events by name, without case: the newest waiter is served first, and events that nobody waits for are kept
 * in their order. The SDK has the same two structures, but there the case of the name counts.
 * @see DurableOrchestrationContext.WaitForExternalEvent and RaiseEvent in the Durable extension
 */
export class ExternalEvents {
  readonly #waiters = new Map<string, { name: string; task: Task }[]>();
  readonly #buffered = new Map<string, number>();

  get hasWaiters(): boolean {
    return this.#waiters.size > 0;
  }

  wait(name: string): Task {
    const key = name.toLowerCase();
    const task = new Task();
    const waiters = this.#waiters.get(key);
    if (waiters === undefined) this.#waiters.set(key, [{ name, task }]);
    else waiters.push({ name, task });

    const buffered = this.#buffered.get(key) ?? 0;
    if (buffered === 1) this.#buffered.delete(key);
    if (buffered > 1) this.#buffered.set(key, buffered - 1);
    if (buffered > 0) this.raise(name);
    return task;
  }

  /** @returns the name in the waiter's spelling, or undefined when the event was kept for a later waiter. */
  raise(name: string): string | undefined {
    const key = name.toLowerCase();
    const waiters = this.#waiters.get(key);
    const newest = waiters?.pop();
    if (waiters === undefined || newest === undefined) {
      this.#buffered.set(key, (this.#buffered.get(key) ?? 0) + 1);
      return undefined;
    }
    if (waiters.length === 0) this.#waiters.delete(key);
    newest.task.settle("succeeded");
    return newest.name;
  }
}
