import { byCodeUnits, quote } from "../text.ts";
import {
  checkName,
  complain,
  describe,
  MAX_LIST_ENTRIES,
  MAX_TEXT_LENGTH,
  readEntry,
  readList,
} from "./reader.ts";
import type { WrittenList } from "./reading.ts";
import { Report, type Room, type Span, unmarked } from "./report.ts";
import { isSmall, parseTree, UNPRINTABLE_IN_LINE, unprintableIn } from "./tree.ts";

const FIRST: Span = { from: 0, to: 1 };
const FILE_NAME = /([^/\\]*)\.(ya?ml|txt)$/;

/**
 * Reads files that define one list each: `lists/NAME.yaml` or `.yml`, a YAML list of texts, or `lists/NAME.txt`, one
 * text a line, where `#` begins a comment.
 *
 * @param files - text of each file, by its name as messages should show it
 * @param inline - the lists of the policy file itself
 * @param room - for their problems
 * @returns all lists, inline ones too, and a report for each file, by the files' names
 */
export function readListFiles(
  files: ReadonlyMap<string, string>,
  inline: ReadonlyMap<string, WrittenList>,
  room: Room,
): { readonly lists: ReadonlyMap<string, WrittenList>; readonly reports: readonly Report[] } {
  const lists = new Map(inline);
  const reports = [...files]
    .toSorted(([a], [b]) => byCodeUnits(a, b))
    .map(([file, text]) => {
      const report = new Report(text, file, room);
      const [, name, extension] = FILE_NAME.exec(file) ?? [];
      if (name === undefined) report.add(FIRST, "a file of a list is called NAME.yaml, NAME.yml or NAME.txt");
      else {
        const entries = extension === "txt" ? readLines(text, report) : readYaml(text, report);
        define(name, { entries, report, at: FIRST, isFile: true }, lists);
      }
      return report;
    });
  return { lists, reports };
}

function define(name: string, list: WrittenList, lists: Map<string, WrittenList>): void {
  const { report, at } = list;
  checkName(name, at, "the file's name", report);
  const earlier = lists.get(name);
  if (earlier === undefined) lists.set(name, list);
  else {
    const place = `${earlier.report.file}, line ${earlier.report.lineOf(earlier.at.from)}`;
    report.add(at, `list ${quote(name, 60)} is already defined in ${place}`);
  }
}

const LIST = {
  called: "the file of a list",
  needs: "a list needs at least one text",
  emptyMappings: "refused",
} as const;

function readYaml(text: string, report: Report): readonly string[] {
  const tree = parseTree(text, LIST, report);
  if (tree === null) return [];
  if (tree.kind === "list")
    return readList(tree, "list", report).map((item) => readEntry(item, "list[]", report));
  complain(report, tree, `list: expected a list of texts; found ${describe(tree)}`);
  return [];
}

function readLines(text: string, report: Report): readonly string[] {
  if (!isSmall(text, report)) return [];
  const entries: string[] = [];
  for (const { index, 0: line } of unmarked(text).matchAll(LINE)) {
    const comment = /(?:^|\s)#/.exec(line)?.index ?? line.length;
    const entry = line.slice(0, comment).trim();
    if (entry === "") continue;
    const at = index + line.indexOf(entry);
    addEntry(entry, { from: at, to: at + entry.length }, entries, report);
    // What is more was told, and is not looked at.
    if (entries.length > MAX_LIST_ENTRIES) break;
  }
  if (entries.length === 0) report.add(FIRST, `the file is empty; ${LIST.needs}`);
  return entries;
}

const LINE = /[^\r\n]+/g;

function addEntry(entry: string, at: Span, entries: string[], report: Report): void {
  if (entry.length > MAX_TEXT_LENGTH)
    report.add(at, `list[]: must be at most ${MAX_TEXT_LENGTH} characters long`);
  const unprintable = unprintableIn(entry, UNPRINTABLE_IN_LINE);
  if (unprintable !== null) report.add(at, `list[]: ${unprintable}`);
  if (entries.length === MAX_LIST_ENTRIES)
    report.add(at, `list: must have at most ${MAX_LIST_ENTRIES} entries; this one is too many`);
  entries.push(entry);
}
