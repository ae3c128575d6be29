const QUARTER_MS = 15 * 60_000;
/** Ten days of quarters of an hour: requests are judged now, so nearly all moments are near each other. */
const MAX_REMEMBERED = 1_000;

interface Zone {
  readonly format: Intl.DateTimeFormat;
  /** Offsets in ms by quarter of an hour since 1970. */
  readonly offsets: Map<number, number>;
}
const zones = new Map<string, Zone | null>();

/** Whether this machine knows the time zone; a policy that was built elsewhere may name one that it does not. */
export const isKnownZone = (timezone: string): boolean => zoneOf(timezone) !== null;

/**
 * What is to be added to UTC to get the wall clock of a time zone at a moment; both in ms.
 *
 * Remembered for each quarter of an hour, since offsets have changed on quarters only since 1972.
 *
 * @throws RangeError when this machine does not know the zone
 */
export function offsetAt(timezone: string, instantMs: number): number {
  const zone = zoneOf(timezone);
  if (zone === null) throw new RangeError(`This machine knows no time zone ${timezone}`);
  const { format, offsets } = zone;
  const quarter = Math.floor(instantMs / QUARTER_MS);
  const remembered = offsets.get(quarter);
  if (remembered !== undefined) return remembered;

  if (offsets.size >= MAX_REMEMBERED) offsets.clear();
  const offset = wallClock(format, quarter * QUARTER_MS) - quarter * QUARTER_MS;
  offsets.set(quarter, offset);
  return offset;
}

function zoneOf(timezone: string): Zone | null {
  const known = zones.get(timezone);
  if (known !== undefined) return known;

  const format = formatIn(timezone);
  const zone = format && { format, offsets: new Map<number, number>() };
  zones.set(timezone, zone);
  return zone;
}

/** Null for a zone that Intl refuses: there is no other way to ask it. */
function formatIn(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The wall clock's reading, as if it were UTC (Unix ms). */
function wallClock(format: Intl.DateTimeFormat, instantMs: number): number {
  const parts = new Map(format.formatToParts(instantMs).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
}
