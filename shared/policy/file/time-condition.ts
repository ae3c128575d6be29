import type { TimeWindow } from "../content.ts";
import { clock, quote } from "../text.ts";
import { type Test, wanting } from "./condition.ts";
import { isTimezone, looksLikeMoment, momentOf, parseMoment, type WrittenMoment } from "./local-time.ts";
import {
  complain,
  eitherOf,
  firstKey,
  isText,
  type Keys,
  readList,
  readMapping,
  readText,
  readWord,
} from "./reader.ts";
import type { Reading } from "./reading.ts";
import type { Report } from "./report.ts";
import type { Tree } from "./tree.ts";

/** What a condition on the time may say; at least one of days, between, from and until. */
export const WINDOW = {
  required: [],
  optional: ["days", "between", "timezone", "from", "until"],
} as const satisfies Keys<string>;
/** A day's place is its number in `TimeWindow.days`. */
export const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

/** A window of time, or `{ not: … }` around one. */
export function readTime(tree: Tree, path: string, reading: Reading): Test {
  const not = tree.kind === "map" ? tree.entries.get("not") : undefined;
  if (tree.kind !== "map" || not === undefined) return readWindow(tree, false, path, reading);

  for (const [name, { key }] of tree.entries) {
    if (name !== "not") reading.report.add(key, `${path}: nothing can stand beside "not"`);
  }
  return readWindow(not.value, true, `${path}.not`, reading);
}

function readWindow(tree: Tree, negated: boolean, path: string, reading: Reading): Test {
  const { report } = reading;
  const fields = readMapping(tree, path, WINDOW, report);
  const days = fields.days && readDays(fields.days, `${path}.days`, report);
  const between = fields.between && readBetween(fields.between, `${path}.between`, report);
  const from = fields.from && readMoment(fields.from, `${path}.from`, report);
  const until = fields.until && readMoment(fields.until, `${path}.until`, report);
  const timezone = fields.timezone && readTimezone(fields.timezone, `${path}.timezone`, reading);
  checkTimezone(tree, fields, [from, until], path, report);

  const zone = timezone ?? null;
  const window: TimeWindow = {
    timezone: zone,
    days: days ? numbersOf(days) : null,
    between: between ?? null,
    from: unixMs(from ?? null, zone, "earlier"),
    until: unixMs(until ?? null, zone, "later"),
  };
  if (until?.kind === "local" && fields.until) doubtDate(fields.until, `${path}.until`, report);
  if (fields.from && window.from !== null && window.until !== null && window.from >= window.until)
    report.add(fields.from, `${path}.from: must be before until`);
  const words = [
    days && `on ${eitherOf(days)}`,
    between && `between ${clock(between.from)} and ${clock(between.to)}`,
    from && `from ${textOf(fields.from)}`,
    until && `until ${textOf(fields.until)}`,
    zone && `(${zone})`,
  ];
  return wanting(`to be ${words.filter(Boolean).join(" ")}`, { kind: "time", negated, window });
}

/** Exactly those windows name a time zone that need one. */
function checkTimezone(
  tree: Tree,
  fields: Partial<Record<(typeof WINDOW.optional)[number], Tree>>,
  moments: readonly (WrittenMoment | null | undefined)[],
  path: string,
  report: Report,
): void {
  const { timezone, ...others } = fields;
  // A key that is missing because it is misspelt is one fault, not two.
  if (tree.kind !== "map" || tree.entries.size > Object.keys(fields).length) return;
  // A moment that could not be read may have been meant to be local, or not.
  const isExact = moments.every((moment) => moment === undefined || moment?.kind === "exact");
  const needsZone = others.days !== undefined || others.between !== undefined || !isExact;

  if (Object.keys(others).length === 0)
    report.add(firstKey(tree), `${path}: needs at least one of: days, between, from, until`);
  else if (needsZone && timezone === undefined && !moments.includes(null))
    report.add(firstKey(tree), `${path}: "timezone" is missing`);
  else if (!needsZone && timezone !== undefined)
    report.add(timezone, `${path}.timezone: nothing here needs a time zone`);
}

const numbersOf = (days: readonly (typeof DAYS)[number][]): number[] =>
  days.map((day) => DAYS.indexOf(day)).toSorted((a, b) => a - b);

/** The same as numbers, 0 for Sunday, sorted. */
export const readDayNumbers = (tree: Tree, path: string, report: Report): number[] =>
  numbersOf(readDays(tree, path, report));

/** A day, or a list of different ones, as written. */
function readDays(tree: Tree, path: string, report: Report): readonly (typeof DAYS)[number][] {
  const items = isText(tree) ? [tree] : readList(tree, path, report);
  const days = items.map((item) => readWord(item, isText(tree) ? path : `${path}[]`, DAYS, report));
  items.forEach((item, index) => {
    const day = days[index];
    const isWritten = item.kind === "scalar" && item.value === day;
    if (day !== undefined && isWritten && days.indexOf(day) < index)
      report.add(item, `${path}: ${day} is already in this list`);
  });
  return days;
}

const BETWEEN = /^([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/;
const MIDNIGHT = 24 * 60;

export function readBetween(tree: Tree, path: string, report: Report): TimeWindow["between"] {
  const written = BETWEEN.exec(textOf(tree));
  if (written === null) {
    complain(report, tree, `${path}: must look like 07:00-18:00`);
    return null;
  }
  const [, fromHour, fromMinute, toHour, toMinute] = written;
  const from = Number(fromHour) * 60 + Number(fromMinute);
  const to = toHour === undefined ? MIDNIGHT : Number(toHour) * 60 + Number(toMinute);
  if (from === to) report.add(tree, `${path}: begins and ends at the same time`);
  return { from, to };
}

/** To find out what the time is in one of them costs much, once in a while. */
const MAX_TIMEZONES = 20;

export function readTimezone(
  tree: Tree,
  path: string,
  { report, timezones }: Pick<Reading, "report" | "timezones">,
): string | null {
  const name = readText(tree, path, report);
  if (!isText(tree)) return null;
  if (!isTimezone(name)) {
    const message = `${path}: ${quote(name, 60)} is not an IANA time zone`;
    report.addUnknown(tree, message, name, Intl.supportedValuesOf("timeZone"));
    return null;
  }
  const isNew = !timezones.has(name.toLowerCase());
  timezones.add(name.toLowerCase());
  if (isNew && timezones.size > MAX_TIMEZONES)
    report.add(
      tree,
      `${path}: a policy may have ${MAX_TIMEZONES} different time zones; this one is too many`,
    );
  return name;
}

function readMoment(tree: Tree, path: string, report: Report): WrittenMoment | null {
  const moment = parseMoment(textOf(tree));
  if (moment === null)
    complain(
      report,
      tree,
      looksLikeMoment(textOf(tree))
        ? `${path}: the calendar has no such moment`
        : `${path}: must look like 2026-12-18, 2026-12-18T16:00 or 2026-12-18T16:00Z`,
    );
  return moment;
}

/** Ends are exclusive, so the day that is named is the first one outside; most people mean the last one within. */
function doubtDate(tree: Tree, path: string, report: Report): void {
  const date = textOf(tree);
  if (date.includes("T")) return;
  const [dayBefore, dayAfter] = [-1, 1].map((days) => dayFrom(date, days));
  const advice = `write ${quote(`${date}T00:00`)} if that is meant, and ${quote(`${dayAfter}T00:00`)} if not`;
  report.doubt(tree, `${path}: ends when ${date} begins, so ${dayBefore} is its last day: ${advice}`);
}

const DAY_MS = 86_400_000;
const dayFrom = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);

/** Null also when the moment needs a time zone that is not known: that was reported. */
function unixMs(
  moment: WrittenMoment | null,
  zone: string | null,
  ofTwo: "earlier" | "later",
): number | null {
  if (moment?.kind === "exact") return moment.ms;
  return moment === null || zone === null ? null : momentOf(moment.wallMs, zone, ofTwo);
}

const textOf = (tree: Tree | undefined): string =>
  tree?.kind === "scalar" && typeof tree.value === "string" ? tree.value : "";
