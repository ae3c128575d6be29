import { within } from "../time-limit.ts";

/**
 * Work that is waited for until the limit is over, and not begun again before it has ended: on a file server that hangs
 * each attempt would block a thread. It rejects with a `TimeLimitError` when the limit is over first.
 */
export function patiently<T>(limitMs: number, work: () => Promise<T>): () => Promise<T> {
  let working: Promise<T> | null = null;
  return () => {
    working ??= work().finally(() => {
      working = null;
    });
    return within(limitMs, working);
  };
}
