const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** The pauses after the first failures; after them the channel is tried once an hour, for a day. */
const FIRST_PAUSES_MS = [
  10 * SECOND_MS,
  30 * SECOND_MS,
  MINUTE_MS,
  2 * MINUTE_MS,
  5 * MINUTE_MS,
  10 * MINUTE_MS,
  20 * MINUTE_MS,
  30 * MINUTE_MS,
];
const HOURLY_ATTEMPTS = 24;

/** How long to wait before a notice is handed over again, in ms; null when it is given up. @param failures 1 or more */
export function pauseBeforeNextAttempt(failures: number): number | null {
  const pauseMs = FIRST_PAUSES_MS[failures - 1];
  if (pauseMs !== undefined) return pauseMs;
  return failures <= FIRST_PAUSES_MS.length + HOURLY_ATTEMPTS ? HOUR_MS : null;
}
