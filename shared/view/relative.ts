import type { Instant } from "../connection/connection.ts";

export const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Each unit is used up to two of the next one, so that what is rounded down is never much. */
const UNITS = [
  { upToMs: 2 * HOUR_MS, sizeMs: MINUTE_MS, name: "min" },
  { upToMs: 2 * DAY_MS, sizeMs: HOUR_MS, name: "h" },
  { upToMs: Number.POSITIVE_INFINITY, sizeMs: DAY_MS, name: "d" },
] as const;

/**
 * How far a moment is from now: `in 3 h`, `2 min ago`, `within a minute`, `just now`. Rounded down, so that nobody has less
 * time than it says.
 */
export function relative(at: Instant, now: Instant): string {
  const ms = Date.parse(at) - Date.parse(now);
  const away = Math.abs(ms);
  if (away < MINUTE_MS) return ms > 0 ? "within a minute" : "just now";
  const span = spanOf(away);
  return ms > 0 ? `in ${span}` : `${span} ago`;
}

/** A time span in its largest fitting unit, rounded down: `90 min`, `3 h`, `2 d`. @param ms a minute or more */
export function spanOf(ms: number): string {
  const { sizeMs, name } = UNITS.find(({ upToMs }) => ms < upToMs) ?? UNITS[2];
  return `${Math.floor(ms / sizeMs)} ${name}`;
}

/** Whether a moment has come. */
export const isOver = (at: Instant, now: Instant): boolean => Date.parse(now) >= Date.parse(at);
