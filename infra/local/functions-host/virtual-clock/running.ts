import type { Invoke } from "../invoke.ts";

/** Knows which functions run at the moment. */
export class RunningFunctions {
  readonly #running = new Set<{ readonly name: string }>();

  /** The same invocations, watched. */
  watching(invoke: Invoke): Invoke {
    return async (fn, call) => {
      const invocation = { name: fn.name };
      this.#running.add(invocation);
      try {
        return await invoke(fn, call);
      } finally {
        this.#running.delete(invocation);
      }
    };
  }

  /** Each name once. */
  names(): string[] {
    return [...new Set([...this.#running].map(({ name }) => name))];
  }
}
