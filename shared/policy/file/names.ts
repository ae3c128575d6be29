import { quote } from "../text.ts";
import {
  checkName,
  complain,
  describe,
  isText,
  type Keys,
  readEntry,
  readList,
  readMapping,
  readText,
} from "./reader.ts";
import type { Reading, WrittenApprovers, WrittenList } from "./reading.ts";
import type { Report, Span } from "./report.ts";
import { readNotify, readQuietHours } from "./telling.ts";
import type { Tree } from "./tree.ts";

/** What stands under each name of `approvers:`. */
export const APPROVERS = {
  required: ["groups"],
  optional: ["notify", "quietHours"],
} as const satisfies Keys<string>;

/** Everything under `lists:`. */
export function readLists(tree: Tree, report: Report): ReadonlyMap<string, WrittenList> {
  return readNamed(tree, "lists", report, (value, path, at) => ({
    entries: readList(value, path, report).map((item) => readEntry(item, `${path}[]`, report)),
    report,
    at,
    isFile: false,
  }));
}

/** Everything under `approvers:`. */
export function readApprovers(
  tree: Tree,
  reading: Pick<Reading, "report" | "timezones">,
): ReadonlyMap<string, WrittenApprovers> {
  const { report } = reading;
  return readNamed(tree, "approvers", report, (value, path, at) => {
    const { groups, notify, quietHours } = readMapping(value, path, APPROVERS, report);
    const items = groups === undefined ? [] : readList(groups, `${path}.groups`, report);
    return {
      at,
      groups: items.map((item) => ({ id: readGroup(item, path, report), at: item })),
      ...(notify && { notify: [...readNotify(notify, `${path}.notify`, report)] }),
      ...(quietHours && { quietHours: [readQuietHours(quietHours, `${path}.quietHours`, reading)] }),
    };
  });
}

function readGroup(tree: Tree, path: string, report: Report): string {
  const id = readText(tree, `${path}.groups[]`, report);
  if (isText(tree) && id.trim() !== id)
    report.add(tree, `${path}.groups[]: ${quote(id, 60)} begins or ends with a blank`);
  else if (isText(tree) && id === "") report.add(tree, `${path}.groups[]: must not be empty`);
  return id.toLowerCase();
}

/** A mapping whose keys are names that the author chose. */
function readNamed<T>(
  tree: Tree,
  path: string,
  report: Report,
  read: (value: Tree, path: string, at: Span) => T,
): ReadonlyMap<string, T> {
  if (tree.kind !== "map") {
    complain(report, tree, `${path}: expected a mapping of names; found ${describe(tree)}`);
    return new Map();
  }
  return new Map(
    [...tree.entries].map(([name, { key, value }]) => {
      checkName(name, key, path, report);
      return [name, read(value, `${path}.${name}`, key)];
    }),
  );
}
