const ROUNDS = 7;
const ROUND_MS = 150;

/** Median time of one call in µs, over rounds of many; the first round, which warms up, does not count. */
export function microsecondsOf<T>(inputs: readonly T[], work: (input: T) => unknown): number {
  const rounds = Array.from({ length: ROUNDS + 1 }, () => oneRound(inputs, work)).slice(1);
  return rounds.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}

function oneRound<T>(inputs: readonly T[], work: (input: T) => unknown): number {
  const start = performance.now();
  let calls = 0;
  while (performance.now() - start < ROUND_MS) {
    for (const input of inputs) work(input);
    calls += inputs.length;
  }
  return ((performance.now() - start) * 1_000) / calls;
}
