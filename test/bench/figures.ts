/** One line of the table; `aim` is what we hold ourselves to, where we do. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly aim: string;
}

/** What a load came to. */
export interface Figures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

export function figuresOf(latenciesMs: readonly number[], seconds: number): Figures {
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const percentile = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { perSecond: sorted.length / seconds, p50Ms: percentile(0.5), p95Ms: percentile(0.95) };
}
