import { INSTANT, MAX_FACT_LENGTH, MAX_NAMES } from "../../policy/engine/read-facts.ts";
import type { FactName } from "../../policy/facts.ts";
import { complain, describe, isText, readList, readText, refuseKey } from "../../policy/file/reader.ts";
import type { Report } from "../../policy/file/report.ts";
import type { Entry, Tree } from "../../policy/file/tree.ts";
import { VOCABULARY, type Vocabulary } from "../../policy/file/vocabulary.ts";
import { fold, quote } from "../../policy/text.ts";

/** What is said about one fact. Tags that are known are kept by folded name; null is a tag known not to be there. */
export type GivenFact =
  | { readonly kind: "value"; readonly value: string | number | readonly string[] }
  | { readonly kind: "tags"; readonly tags: ReadonlyMap<string, GivenTag> }
  | { readonly kind: "absent" }
  | { readonly kind: "unknown"; readonly cause: string };

interface GivenTag {
  /** As written. */
  readonly name: string;
  readonly value: string | null;
}

/** What a test gives of a request, in plain words. */
export type Given = ReadonlyMap<FactName, GivenFact>;

type Kind = Exclude<Vocabulary["kind"], "block">;

/**
 * Reads facts in their plain form: text, numbers for counts, lists for names, null for what is absent,
 * `unknown()` or `unknown("the cause")` for what could not be read.
 *
 * @param path - where the mapping stands, for messages
 */
export function readGiven(tree: Tree, path: string, report: Report): Given {
  return new Map(readFacts(tree, VOCABULARY, [], path, report));
}

function readFacts(
  tree: Tree,
  vocabulary: Vocabulary,
  steps: readonly string[],
  path: string,
  report: Report,
): readonly (readonly [FactName, GivenFact])[] {
  // The vocabulary's ways are the names of the facts.
  if (vocabulary.kind !== "block")
    return [[steps.join(".") as FactName, readGivenFact(tree, vocabulary.kind, path, report)]];

  const known = Object.keys(vocabulary.keys);
  if (tree.kind !== "map") {
    complain(
      report,
      tree,
      `${path}: expected a mapping with the keys ${known.join(", ")}; found ${describe(tree)}`,
    );
    return [];
  }
  return [...tree.entries].flatMap(([name, { key, value }]) => {
    const inner = Object.hasOwn(vocabulary.keys, name) ? vocabulary.keys[name] : undefined;
    if (inner !== undefined) return readFacts(value, inner, [...steps, name], `${path}.${name}`, report);
    refuseKey(name, key, path, known, report);
    return [];
  });
}

const ABSENT: GivenFact = { kind: "absent" };
const UNKNOWN = /^unknown\((?:"([^"]*)"|'([^']*)'|([^"']*))\)$/;

function readGivenFact(tree: Tree, kind: Kind, path: string, report: Report): GivenFact {
  if (tree.kind === "scalar" && tree.value === null) return readNull(tree, kind, path, report);
  const [written, ...causes] = UNKNOWN.exec(textOf(tree)) ?? [];
  if (written !== undefined)
    return { kind: "unknown", cause: causes.find((cause) => cause) ?? "no cause was given" };
  switch (kind) {
    case "tags":
      return readTags(tree, path, report);
    case "count":
      return { kind: "value", value: readCount(tree, path, report) };
    case "names":
      return { kind: "value", value: readNames(tree, path, report) };
    case "time":
      return { kind: "value", value: readInstant(tree, path, report) };
    case "text":
      return readFactText(tree, path, report);
  }
}

/** As the app gathers it: a request message that is empty is absent. */
function readFactText(tree: Tree, path: string, report: Report): GivenFact {
  const value = readText(tree, path, report, MAX_FACT_LENGTH);
  return value === "" && isText(tree) ? ABSENT : { kind: "value", value };
}

const textOf = (tree: Tree): string =>
  tree.kind === "scalar" && typeof tree.value === "string" ? tree.value.trim() : "";

function readNull(tree: Tree, kind: Kind, path: string, report: Report): GivenFact {
  if (kind === "count" || kind === "time")
    report.add(tree, `${path}: is never absent; write ${kind === "count" ? "0" : "a moment"} or unknown()`);
  return ABSENT;
}

function readTags(tree: Tree, path: string, report: Report): GivenFact {
  const tags = new Map<string, GivenTag>();
  if (tree.kind !== "map")
    complain(
      report,
      tree,
      `${path}: expected a mapping of tag names, null or unknown(); found ${describe(tree)}`,
    );
  else for (const [name, entry] of tree.entries) readTag(name, entry, tags, path, report);
  return { kind: "tags", tags };
}

function readTag(
  name: string,
  { key, value }: Entry,
  tags: Map<string, GivenTag>,
  path: string,
  report: Report,
): void {
  const tag = fold(name);
  if (tags.has(tag))
    report.add(key, `${path}: the tag ${quote(name, 60)} is here twice; tag names have no case`);
  if (UNKNOWN.test(textOf(value)))
    report.add(value, `${path}: tags are read together; write unknown() for all of them`);
  const isAbsent = value.kind === "scalar" && value.value === null;
  tags.set(tag, {
    name,
    value: isAbsent ? null : readText(value, `${path}.${name}`, report, MAX_FACT_LENGTH),
  });
}

function readNames(tree: Tree, path: string, report: Report): readonly string[] {
  if (tree.kind === "list" && tree.items.length === 0) return [];
  return readList(tree, path, report, MAX_NAMES).map((item) =>
    readText(item, `${path}[]`, report, MAX_FACT_LENGTH),
  );
}

function readCount(tree: Tree, path: string, report: Report): number {
  const value = tree.kind === "scalar" ? tree.value : undefined;
  if (Number.isSafeInteger(value) && Number(value) >= 0) return Number(value);
  complain(report, tree, `${path}: must be a whole number, 0 or more`);
  return 0;
}

/** A moment with its offset, as written. */
export function readInstant(tree: Tree, path: string, report: Report): string {
  const written = textOf(tree);
  const isInstant = INSTANT.test(written) && isDay(written) && !Number.isNaN(Date.parse(written));
  if (!isInstant) complain(report, tree, `${path}: must be a moment like 2026-11-23T10:15:00Z`);
  return written;
}

/** Whether the calendar has that day: `Date` takes the 31st of February for the 3rd of March. */
function isDay(written: string): boolean {
  const day = written.slice(0, 10);
  const read = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(day);
}
