import { quote } from "../text.ts";
import type { QuietHours } from "../verdict.ts";
import { firstKey, isText, type Keys, readList, readMapping, readText } from "./reader.ts";
import type { Reading } from "./reading.ts";
import type { Report } from "./report.ts";
import { readBetween, readDayNumbers, readTimezone } from "./time-condition.ts";
import type { Tree } from "./tree.ts";

/** What people's quiet hours may say; at least one of days and between. */
export const QUIET_HOURS = {
  required: ["timezone"],
  optional: ["days", "between"],
} as const satisfies Keys<string>;

/** What a channel may be called; the name of the setting that has its address is made of it. */
export const CHANNEL_NAME = /^[a-z0-9]{1,40}(-[a-z0-9]{1,40}){0,9}$/;
/** Those hear of everything, or of what they subscribed to, and are named by nobody. */
export const NO_CHANNELS_OF_PEOPLE = /^(log|event-grid|webhook-.*)$/;

/** Names of channels, each once. */
export function readNotify(tree: Tree, path: string, report: Report): readonly string[] {
  const names = new Set<string>();
  for (const item of readList(tree, path, report)) {
    const name = readText(item, `${path}[]`, report);
    if (!isText(item)) continue;
    if (!CHANNEL_NAME.test(name))
      report.add(
        item,
        `${path}: ${quote(name, 60)} is no channel's name: lower-case letters, digits and hyphens`,
      );
    else if (NO_CHANNELS_OF_PEOPLE.test(name))
      report.add(item, `${path}: nobody is told by ${quote(name, 60)}: it is no channel of people`);
    else if (names.has(name)) report.add(item, `${path}: ${quote(name, 60)} is already in this list`);
    names.add(name);
  }
  return [...names];
}

/** When people are not reminded. */
export function readQuietHours(
  tree: Tree,
  path: string,
  reading: Pick<Reading, "report" | "timezones">,
): QuietHours {
  const { report } = reading;
  const { days, between, timezone } = readMapping(tree, path, QUIET_HOURS, report);
  if (tree.kind === "map" && days === undefined && between === undefined && tree.entries.has("timezone"))
    report.add(firstKey(tree), `${path}: needs at least one of: days, between`);
  return {
    timezone: (timezone && readTimezone(timezone, `${path}.timezone`, reading)) ?? "",
    days: days === undefined ? null : readDayNumbers(days, `${path}.days`, report),
    between: between === undefined ? null : readBetween(between, `${path}.between`, report),
  };
}
