import { parseDurationMs } from "../duration.ts";
import { enumerate, quote } from "../text.ts";
import type { Report, Span } from "./report.ts";
import { type Tree, UNPRINTABLE_IN_LINE, unprintableIn } from "./tree.ts";

/** Longest text that a condition, a list, a name or a reason may hold; it bounds the work of a pattern. */
export const MAX_TEXT_LENGTH = 256;
export const MAX_REASON_LENGTH = 1_000;
export const MAX_LIST_ENTRIES = 2_000;
/** What rules, freezes, lists and approvers may be called. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Reports a fault of a tree, unless the tree was refused and reported before. */
export function complain(report: Report, tree: Tree, message: string): void {
  if (tree.kind !== "refused") report.add(tree, message);
}

/** Which keys a mapping may have. */
export interface Keys<K extends string> {
  readonly required: readonly K[];
  readonly optional: readonly K[];
}

/** The values of a mapping with fixed keys. Reports every key that is unknown or missing. */
export function readMapping<K extends string>(
  tree: Tree,
  path: string,
  { required, optional }: Keys<K>,
  report: Report,
): Partial<Record<K, Tree>> {
  const known: readonly string[] = [...required, ...optional];
  if (tree.kind !== "map") {
    complain(
      report,
      tree,
      `${path}: expected a mapping with the keys ${known.join(", ")}; found ${describe(tree)}`,
    );
    return {};
  }

  // A key that is missing because it is misspelt is one fault, not two.
  const meant = new Set<string | null>();
  for (const [name, { key }] of tree.entries) {
    if (!known.includes(name)) meant.add(refuseKey(name, key, path, known, report));
  }
  for (const name of required) {
    if (!tree.entries.has(name) && !meant.has(name))
      report.add(firstKey(tree), `${path}: ${quote(name)} is missing`);
  }
  return Object.fromEntries(
    [...tree.entries].flatMap(([name, { value }]) => (known.includes(name) ? [[name, value]] : [])),
  ) as Partial<Record<K, Tree>>;
}

/** Reports a key that a mapping may not have. Returns the one that was probably meant, or null. */
export const refuseKey = (
  name: string,
  key: Span,
  path: string,
  known: readonly string[],
  report: Report,
  otherwise: string | null = null,
): string | null =>
  report.addUnknown(key, `unknown field ${quote(name, 60)} in ${path}`, name, known, otherwise);

/** The first key of a mapping, where a fault of the whole mapping is shown. */
export function firstKey(tree: Tree): Span {
  const [first] = tree.kind === "map" ? tree.entries.values() : [];
  return first?.key ?? tree;
}

/** Whether the tree is text at all; when it is not, `readText` has something to report. */
export const isText = (tree: Tree): boolean => tree.kind === "scalar" && typeof tree.value === "string";

/** One line of at most 256 characters. A number or boolean is refused: YAML would read `012` as 12. */
export function readText(tree: Tree, path: string, report: Report, maxLength = MAX_TEXT_LENGTH): string {
  const text = readProse(tree, path, report, maxLength);
  const unprintable = unprintableIn(text, UNPRINTABLE_IN_LINE);
  if (unprintable !== null) report.add(tree, `${path}: ${unprintable}`);
  return text;
}

/** What a condition compares with. Facts are never empty, and Azure's names never begin or end with a blank. */
export function readEntry(tree: Tree, path: string, report: Report): string {
  const text = readText(tree, path, report);
  const fault = isText(tree) ? faultOfEntry(text) : null;
  if (fault !== null) report.add(tree, `${path}: ${fault}`);
  return text;
}

/** Why a text would never match; null when it may. */
export function faultOfEntry(text: string): string | null {
  if (text === "") return "an empty text would never match";
  return text.trim() === text
    ? null
    : `${quote(text, 60)} begins or ends with a blank, and would never match`;
}

/** Sentences for people, on as many lines as the author likes; they must say something. */
export function readSentence(tree: Tree, path: string, report: Report): string {
  return notEmpty(tree, readProse(tree, path, report, MAX_REASON_LENGTH), path, report);
}

/** One line for people; it must say something. */
export function readTitle(tree: Tree, path: string, report: Report): string {
  return notEmpty(tree, readText(tree, path, report, MAX_REASON_LENGTH), path, report);
}

function readProse(tree: Tree, path: string, report: Report, maxLength: number): string {
  if (tree.kind !== "scalar" || typeof tree.value !== "string") {
    complain(report, tree, `${path}: expected text; found ${describe(tree)}`);
    return "";
  }
  if (tree.value.length > maxLength)
    report.add(tree, `${path}: must be at most ${maxLength} characters long`);
  return tree.value;
}

function notEmpty(tree: Tree, text: string, path: string, report: Report): string {
  if (isText(tree) && text.trim() === "") report.add(tree, `${path}: must not be empty`);
  return text.trim();
}

/** A name that the author gives: letters, digits, `.`, `_` and `-`, so that it reads well in logs and audit records. */
export function checkName(name: string, span: Span, path: string, report: Report): void {
  if (!NAME.test(name)) {
    report.add(
      span,
      `${path}: a name has 1 to 100 letters, digits, ".", "_" or "-" and begins with a letter or digit`,
    );
  }
}

/** The entries of a list of 1 to `max` entries. */
export function readList(tree: Tree, path: string, report: Report, max = MAX_LIST_ENTRIES): readonly Tree[] {
  if (tree.kind !== "list") {
    complain(report, tree, `${path}: expected a list; found ${describe(tree)}`);
    return [];
  }
  if (tree.items.length === 0) report.add(tree, `${path}: must not be empty`);
  if (tree.items.length > max) {
    report.add(tree.items[max] ?? tree, `${path}: must have at most ${max} entries; this one is too many`);
  }
  return tree.items.slice(0, max);
}

const SHORTEST_MS = 60_000;
const LONGEST_MS = 90 * 86_400_000;

/** A duration from 1m to 90d, in ms; null when it is not one. */
export function readDurationMs(tree: Tree, path: string, report: Report): number | null {
  const ms = tree.kind === "scalar" && typeof tree.value === "string" ? parseDurationMs(tree.value) : null;
  if (ms === null) complain(report, tree, `${path}: must be a duration like 30m, 4h or 2d`);
  else if (ms < SHORTEST_MS || ms > LONGEST_MS)
    report.add(tree, `${path}: must be at least 1m and at most 90d`);
  else return ms;
  return null;
}

/** One of a few words. */
export function readWord<W extends string>(
  tree: Tree,
  path: string,
  words: readonly [W, ...W[]],
  report: Report,
): W {
  const written = tree.kind === "scalar" ? tree.value : undefined;
  const word = words.find((candidate) => written === candidate);
  if (word !== undefined) return word;
  const message = `${path}: must be ${eitherOf(words)}`;
  if (typeof written === "string" && words.length > 1) report.addUnknown(tree, message, written, words);
  else complain(report, tree, message);
  return words[0];
}

/** `a`, `a or b`, `a, b or c` */
export const eitherOf = (words: readonly string[]): string =>
  enumerate(words, words.length).replace(" and ", " or ");

/** True or false; false when it is neither. */
export function readFlag(tree: Tree, path: string, report: Report): boolean {
  const value = tree.kind === "scalar" ? tree.value : undefined;
  if (typeof value !== "boolean") complain(report, tree, `${path}: must be true or false`);
  return value === true;
}

/** A whole number within bounds, inclusive; the lower bound when it is not. */
export function readInteger(
  tree: Tree,
  path: string,
  { min, max }: { readonly min: number; readonly max: number },
  report: Report,
): number {
  const value = tree.kind === "scalar" ? tree.value : undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
  complain(report, tree, `${path}: must be a whole number from ${min} to ${max}`);
  return min;
}

/** What stands in the file, for a message that expected something else. */
export function describe(tree: Tree): string {
  switch (tree.kind) {
    case "map":
      return "a mapping";
    case "list":
      return "a list";
    case "refused":
      return "nothing";
    case "scalar":
      if (typeof tree.value === "string") return `the text ${quote(tree.value, 60)}`;
      return `${tree.value === null ? "nothing" : shown(tree.value)}${forTheText(tree.written)}`;
  }
}

const shown = (value: unknown): string => (typeof value === "number" ? `the number ${value}` : String(value));

/** Numbers, `true` and `null` are texts when they are quoted, and then as they are written. */
const forTheText = (written: string): string =>
  written === "" ? "" : `; for the text ${quote(written, 60)}, put it in quotes`;
