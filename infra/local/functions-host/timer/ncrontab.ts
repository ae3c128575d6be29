/** When a timer fires. */
export interface Schedule {
  /** The first occurrence strictly after `after`, or null when there is none in the years to come. */
  next(after: Date): Date | null;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

interface FieldRule {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names that stand for `min`, `min + 1`, and so on. */
  readonly names: readonly string[];
}

const field = (name: string, min: number, max: number, names: readonly string[] = []): FieldRule => ({
  name,
  min,
  max,
  names,
});

const FIELDS = [
  field("second", 0, 59),
  field("minute", 0, 59),
  field("hour", 0, 23),
  field("day", 1, 31),
  field("month", 1, 12, MONTHS),
  field("day of week", 0, 6, DAYS),
] as const;

/** 29 February on a given day of the week returns after 40 years at most (across a year like 2100). */
const MAX_DAYS_AHEAD = 41 * 366;

/** An NCRONTAB schedule. Day and day of week must both match, which is where NCRONTAB differs from cron. */
export function parseNcrontab(text: string): Schedule {
  const parts = text.trim().split(/\s+/);
  if (parts.length === 5) parts.unshift("0");
  if (parts.length !== FIELDS.length) {
    throw new Error(`"${text}" is neither a time span nor an expression of five or six fields`);
  }
  const sets = FIELDS.map((rule, index) => parseField(parts[index] ?? "", rule));
  const [seconds, minutes, hours, days, months, weekdays] = sets as [
    Values,
    Values,
    Values,
    Values,
    Values,
    Values,
  ];

  const firstOnDay = (date: Date, fromSecond: number): Date | null => {
    if (
      !months.has(date.getUTCMonth() + 1) ||
      !days.has(date.getUTCDate()) ||
      !weekdays.has(date.getUTCDay())
    )
      return null;
    const second = firstSecond(hours, minutes, seconds, fromSecond);
    return second === null ? null : new Date(date.getTime() + second * 1000);
  };
  return {
    next(after) {
      const day = new Date(Date.UTC(after.getUTCFullYear(), after.getUTCMonth(), after.getUTCDate()));
      let fromSecond = Math.floor((after.getTime() - day.getTime()) / 1000) + 1;
      for (let ahead = 0; ahead < MAX_DAYS_AHEAD; ahead++) {
        const found = firstOnDay(day, fromSecond);
        if (found !== null) return found;
        day.setUTCDate(day.getUTCDate() + 1);
        fromSecond = 0;
      }
      return null;
    },
  };
}

type Values = ReadonlySet<number>;

/** The first matching second of a day at or after `from`; null when the day has none left. */
function firstSecond(hours: Values, minutes: Values, seconds: Values, from: number): number | null {
  for (let minute = Math.floor(from / 60); minute < 24 * 60; minute++) {
    if (!hours.has(Math.floor(minute / 60)) || !minutes.has(minute % 60)) continue;
    for (let second = Math.max(from - minute * 60, 0); second < 60; second++) {
      if (seconds.has(second)) return minute * 60 + second;
    }
  }
  return null;
}

/** The values of one field: lists of `*`, `a`, `a-b`, each with an optional step. */
function parseField(text: string, rule: FieldRule): Values {
  const values = new Set<number>();
  for (const item of text.split(",")) {
    const parsed = /^(?:(\*)|([a-z0-9]+)(?:-([a-z0-9]+))?)(?:\/(\d{1,2}))?$/i.exec(item);
    if (parsed === null) throw new Error(`"${item}" is no ${rule.name}`);
    const [, star, first = "", last, step] = parsed;
    const from = star === undefined ? parseValue(first, rule) : rule.min;
    const open = star !== undefined || (last === undefined && step !== undefined);
    const to = open ? rule.max : parseValue(last ?? first, rule);
    const by = Number(step ?? 1);
    if (to < from || by < 1) throw new Error(`"${item}" is an empty range of ${rule.name}s`);
    for (let value = from; value <= to; value += by) values.add(value);
  }
  return values;
}

function parseValue(text: string, rule: FieldRule): number {
  const named = rule.names.findIndex((name) => text.toLowerCase().startsWith(name));
  const value = named >= 0 ? named + rule.min : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= rule.min && value <= rule.max) return value;
  throw new Error(`"${text}" is no ${rule.name} (${rule.min} to ${rule.max})`);
}
