import type { TimeWindow } from "../content.ts";
import { offsetAt } from "./time-zone.ts";

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const DAY_MS = 86_400_000;
const DAY_MINUTES = 1_440;
const ALL_DAY = { from: 0, to: DAY_MINUTES };
/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 4;

/** Whether the window holds at this moment (Unix ms), on the wall clock of its time zone. */
export function isWithin(window: TimeWindow, instantMs: number): boolean {
  const { from, until, days, between, timezone } = window;
  if ((from !== null && instantMs < from) || (until !== null && instantMs >= until)) return false;
  if (timezone === null) return true;

  const wallMs = instantMs + offsetAt(timezone, instantMs);
  const minute = minuteOf(wallMs);
  const { from: start, to: end } = between ?? ALL_DAY;
  const crossesMidnight = start > end;
  const isInBetween = crossesMidnight ? minute >= start || minute < end : minute >= start && minute < end;
  if (!isInBetween || days === null) return isInBetween;

  const beganYesterday = crossesMidnight && minute < end;
  return days.includes(weekdayOf(beganYesterday ? wallMs - DAY_MS : wallMs));
}

/**
 * When a window that holds now stops to hold, or may: at `until`, when the time of day ends, or at the next midnight
 * there, whichever comes first (Unix ms). It is always later than now, and the window holds without a gap until then.
 */
export function endOf(window: TimeWindow, instantMs: number): number {
  const { until, days, between, timezone } = window;
  if (timezone === null || (days === null && between === null)) return until ?? instantMs + DAY_MS;

  // The wall clock jumps only on quarters of an hour; from one to the next its end can be reckoned.
  let at = instantMs;
  for (;;) {
    const wallMs = at + offsetAt(timezone, at);
    const minutesLeft =
      ((between ?? ALL_DAY).to - minuteOf(wallMs) + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
    const end = at - modulo(wallMs, MINUTE_MS) + minutesLeft * MINUTE_MS;
    const quarter = at - modulo(at, QUARTER_MS) + QUARTER_MS;
    if (until !== null && until <= Math.min(end, quarter)) return until;
    if (end <= quarter) return end;
    if (!isWithin(window, quarter)) return quarter;
    at = quarter;
  }
}

/** Days and times of day come again each week; a change of the clock may skip one or two of them. */
const HORIZON_MS = 15 * DAY_MS;
/** More than any clock is put forward or back. */
const CLOCK_CHANGE_MINUTES = 180;

/**
 * When a window begins to hold: now, where it holds already, else the first moment later at which it does (Unix ms); null
 * when it never will.
 */
export function startOf(window: TimeWindow, instantMs: number): number | null {
  const { from, until, between } = window;
  const start = (between ?? ALL_DAY).from;
  let at = Math.max(instantMs, from ?? instantMs);
  for (const last = Math.min(at + HORIZON_MS, until ?? Number.POSITIVE_INFINITY); at < last; ) {
    if (isWithin(window, at)) return at;
    // Only days and times of day are left, so a time zone is there.
    const wallMs = at + offsetAt(window.timezone ?? "UTC", at);
    const minutesLeft = (start - minuteOf(wallMs) + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
    const quarter = at - modulo(at, QUARTER_MS) + QUARTER_MS;
    const expected = at - modulo(wallMs, MINUTE_MS) + minutesLeft * MINUTE_MS;
    const near = at + (minutesLeft - CLOCK_CHANGE_MINUTES) * MINUTE_MS;
    // From far away as near as no change of the clock can lead past it, then by quarters, and right there.
    at = near > quarter ? near - modulo(near, QUARTER_MS) : Math.min(quarter, expected);
  }
  return null;
}

/**
 * When a window that holds now stops to hold for the first time (Unix ms); null when it goes on without an end.
 * `endOf` may be earlier: it looks no further than midnight.
 */
export function lastEndOf(window: TimeWindow, instantMs: number): number | null {
  let at = instantMs;
  while (at <= instantMs + HORIZON_MS) {
    at = endOf(window, at);
    if (!isWithin(window, at)) return at;
  }
  // What has no gap in so long has none at all.
  return window.until;
}

const minuteOf = (wallMs: number): number => Math.floor(modulo(wallMs, DAY_MS) / MINUTE_MS);
const weekdayOf = (wallMs: number): number => modulo(Math.floor(wallMs / DAY_MS) + FIRST_WEEKDAY, 7);

/** West of Greenwich the wall clock of 1970 is negative. */
const modulo = (a: number, b: number): number => ((a % b) + b) % b;
