/**
 * Waits for work, at most for the limit. Work that takes longer is not stopped; its result is dropped.
 * @throws a `TimeLimitError` when the limit is over first
 */
export function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new TimeLimitError(limitMs)), limitMs);
    const stop = () => clearTimeout(timer);
    work.then(resolve, reject).then(stop, stop);
  });
}

/** Something took longer than it may. */
export class TimeLimitError extends Error {
  override readonly name = "TimeLimitError";

  constructor(limitMs: number) {
    super(`no answer within ${limitMs / 1_000} s`);
  }
}
