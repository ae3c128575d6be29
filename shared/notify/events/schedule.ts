const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * The pauses after the first, second, ... failure: over three days in all.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (retry schedule)
 */
const PAUSES_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

/** Up to a tenth longer, so that what failed together does not come together again. */
const JITTER = 0.1;

/**
 * How long to wait before a webhook is tried again, in ms; null when it is given up.
 * @param failures 1 or more
 * @param random in [0, 1)
 */
export function pauseBeforeNextCall(failures: number, random: number): number | null {
  const pauseMs = PAUSES_MS[failures - 1];
  return pauseMs === undefined ? null : Math.round(pauseMs * (1 + JITTER * random));
}
