import { offsetAt } from "../engine/time-zone.ts";

/** A moment as it was written: on the wall clock of a place, or exact. */
export type WrittenMoment =
  | { readonly kind: "exact"; readonly ms: number }
  /** What the wall clock shows, as if it stood in UTC: Unix ms. */
  | { readonly kind: "local"; readonly wallMs: number };

const WRITTEN = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(Z|[+-]\d\d:\d\d)?)?$/;

/** Whether nothing but the calendar or the clock can be wrong with it. */
export const looksLikeMoment = (text: string): boolean => WRITTEN.test(text);

/** Reads `2026-12-18`, `2026-12-18T16:00`, or the latter with `Z` or an offset; null when it is none of them. */
export function parseMoment(text: string): WrittenMoment | null {
  const [, date, time = "00:00", offset] = WRITTEN.exec(text) ?? [];
  const wallMs = Date.parse(`${date}T${time}Z`);
  // Date.parse takes the 30th of February for the 2nd of March, and 24:00 for the next day.
  if (Number.isNaN(wallMs) || new Date(wallMs).toISOString().slice(0, 16) !== `${date}T${time}`) return null;
  if (offset === undefined) return { kind: "local", wallMs };
  const ms = Date.parse(`${date}T${time}${offset}`);
  return Number.isNaN(ms) ? null : { kind: "exact", ms };
}

/** Whether this is the name of a time zone, in any case. Offsets like `+01:00`, which Intl takes too, are none. */
export function isTimezone(name: string): boolean {
  try {
    return /^[a-z]/i.test(name) && new Intl.DateTimeFormat("en", { timeZone: name }) !== null;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const DAY_MS = 86_400_000;

/**
 * The moment at which the wall clock of a zone shows a time, in Unix ms.
 *
 * A time that the clock skips in spring is moved forward by as much as is skipped. One that it shows twice in autumn
 * is the first or the second of the two, as asked.
 */
export function momentOf(wallMs: number, timezone: string, ofTwo: "earlier" | "later"): number {
  // A day away on either side, so that these are the offsets before and after a change near the moment.
  const before = wallMs - offsetAt(timezone, wallMs - DAY_MS);
  const after = wallMs - offsetAt(timezone, wallMs + DAY_MS);
  const shown = [before, after].filter((ms) => ms + offsetAt(timezone, ms) === wallMs);
  if (shown.length === 0) return before;
  return ofTwo === "earlier" ? Math.min(...shown) : Math.max(...shown);
}
