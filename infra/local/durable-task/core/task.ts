/**
 * One thing the walk waits for: settles once, well or badly, and tells its listeners at once.
 *
 * Not a promise: in the Durable Task Framework continuations run on the thread that sets the result, so everything an
 * event causes has happened before the walk looks at the next event.
 */
export class Task {
  #state: "open" | "succeeded" | "failed" = "open";
  #listeners: (() => void)[] = [];

  get isSettled(): boolean {
    return this.#state !== "open";
  }

  get hasFailed(): boolean {
    return this.#state === "failed";
  }

  /** The first settling counts; later ones change nothing. */
  settle(state: "succeeded" | "failed"): void {
    if (this.isSettled) return;
    this.#state = state;
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener();
  }

  /** Calls the listener once, immediately when the task has settled before. */
  whenSettled(listener: () => void): void {
    if (this.isSettled) listener();
    else this.#listeners.push(listener);
  }
}

/** Settles with the first of the tasks. */
export function whenAny(tasks: readonly Task[]): Task {
  const any = new Task();
  for (const task of tasks) task.whenSettled(() => any.settle("succeeded"));
  return any;
}

/** Settles when the last of the tasks has, also when an earlier one failed (as .NET's Task.WhenAll does). */
export function whenAll(tasks: readonly Task[]): Task {
  const all = new Task();
  let open = tasks.length;
  if (open === 0) all.settle("succeeded");
  for (const task of tasks) {
    task.whenSettled(() => {
      open -= 1;
      if (open === 0) all.settle(tasks.some((one) => one.hasFailed) ? "failed" : "succeeded");
    });
  }
  return all;
}
