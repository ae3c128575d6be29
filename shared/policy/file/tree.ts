import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseAllDocuments, type Scalar } from "yaml";
import { byCodeUnits, quote } from "../text.ts";
import { MAX_FILE_BYTES } from "./limits.ts";
import { type Report, type Span, unmarked } from "./report.ts";
import { addSlips, needsQuotes, TOO_DEEP } from "./syntax.ts";

/** YAML reduced to what our files may use: mappings with text keys, lists and scalars, each with its place. */
export type Tree = Span &
  (
    | { readonly kind: "map"; readonly entries: ReadonlyMap<string, Entry> }
    | { readonly kind: "list"; readonly items: readonly Tree[] }
    /** As YAML reads it, and as it stands there: `4711` and `004711`. */
    | { readonly kind: "scalar"; readonly value: unknown; readonly written: string }
    /** Something that was refused and reported already; readers report it no second time. */
    | { readonly kind: "refused" }
  );

/** The place of a key, and what stands under it. */
export interface Entry {
  readonly key: Span;
  readonly value: Tree;
}

/** What differs between our kinds of files, as messages put it. */
export interface FileKind {
  /** `a policy file` */
  readonly called: string;
  /** What an empty one lacks, as a clause: `a list needs at least one text`. */
  readonly needs: string;
  /** In a policy an empty mapping is a slip: a block without conditions would always hold. */
  readonly emptyMappings: "refused" | "allowed";
}

/**
 * Parses one YAML 1.2 document and reports everything that has no place in our files: anchors, aliases, tags,
 * `__proto__`, `<<`, repeated keys, keys that are not text, empty mappings, control and format characters (but for tabs and
 * line feeds in values), a second document, more than 256 KiB.
 *
 * A tree of our own rather than `toJS()`: positions stay, and no key can reach a prototype or vanish on the way.
 *
 * @returns null when the text is no YAML or holds nothing; the report then says why.
 */
export function parseTree(text: string, kind: FileKind, report: Report): Tree | null {
  if (!isSmall(text, report)) return null;
  const documents = readDocuments(unmarked(text), report);
  const [first, second] = documents;
  if (second !== undefined)
    report.add(spanAt(second.range[0]), `only one YAML document is allowed in ${kind.called}`);
  if (!report.isClean) return null;
  if (first?.contents == null || (isScalar(first.contents) && first.contents.value === null)) {
    report.add(spanAt(0), `the file is empty; ${kind.needs}`);
    return null;
  }
  return toTree(first.contents, { kind, report }, spanAt(0), 0);
}

/** Reports a file that is too large to be read. */
export function isSmall(text: string, report: Report): boolean {
  if (Buffer.byteLength(text) <= MAX_FILE_BYTES) return true;
  report.add(spanAt(0), `the file is larger than ${MAX_FILE_BYTES / 1_024} KiB`);
  return false;
}

function readDocuments(text: string, report: Report) {
  try {
    const documents = parseAllDocuments(text, {
      schema: "core",
      merge: false,
      uniqueKeys: false, // checked in toEntries: the library's own check is quadratic
      prettyErrors: false,
    });
    for (const document of documents) addSlips(document, text, report);
    return documents;
  } catch {
    // Its words are the library's; what they would say of the file is nothing that an author could use.
    report.add(spanAt(0), "cannot be read as YAML at all; is every bracket and every quote closed?");
    return [];
  }
}

/** A policy nests ten levels deep. */
const MAX_DEPTH = 20;

const spanAt = (from: number): Span => ({ from, to: from + 1 });

interface Parsing {
  readonly kind: FileKind;
  readonly report: Report;
}

function toTree(node: Node | null, parsing: Parsing, fallback: Span, depth: number): Tree {
  const span = node?.range ? { from: node.range[0], to: node.range[1] } : fallback;
  const refusal = depth > MAX_DEPTH ? TOO_DEEP : reasonToRefuse(node, parsing.kind);
  if (refusal !== null) {
    parsing.report.add(span, refusal);
    return { ...span, kind: "refused" };
  }

  if (isMap<Node, Node | null>(node))
    return { ...span, kind: "map", entries: toEntries(node.items, parsing, depth + 1) };
  if (isSeq<Node | null>(node))
    return { ...span, kind: "list", items: node.items.map((item) => toTree(item, parsing, span, depth + 1)) };
  if (!isScalar(node)) return { ...span, kind: "scalar", value: null, written: "" };
  doubtComment(node, span, parsing.report);
  return { ...span, kind: "scalar", value: node.value, written: node.source ?? "" };
}

/** A number behind a number sign: `See ticket #4711` ends before it. */
function doubtComment({ value, type, comment }: Scalar, at: Span, report: Report): void {
  if (type !== "PLAIN" || typeof value !== "string" || !/^\d/.test(comment ?? "")) return;
  const lost = quote(`#${comment}`, 60);
  report.doubt(
    at,
    `${lost} is a comment and no part of this text; put the text in quotes, or a blank behind "#"`,
  );
}

function reasonToRefuse(node: Node | null, { emptyMappings }: FileKind): string | null {
  if (isAlias(node))
    return `${needsQuotes("*")}: ${quote(`*${node.source}`, 60)}; a value cannot be repeated by a name`;
  if (node?.anchor !== undefined)
    return `${needsQuotes("&")}: ${quote(`&${node.anchor}`, 60)}; a value cannot be given a name`;
  if (node?.tag !== undefined) return `${needsQuotes("!")}; for anything but x, write { not: x }`;
  if (isScalar(node) && typeof node.value === "string") return unprintableIn(node.value, UNPRINTABLE);
  if (emptyMappings === "allowed" || !isMap(node) || node.items.length > 0) return null;
  return "an empty mapping says nothing; leave the key out";
}

/** Characters that could end a line, hide text or turn its reading direction when a terminal or a browser shows them. */
const UNPRINTABLE = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
/** The same for texts of one line: tabs and line feeds are refused, too. */
export const UNPRINTABLE_IN_LINE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** Says which character of this kind the text holds, the first of them; null when it holds none. */
export function unprintableIn(text: string, kind: RegExp): string | null {
  const [found] = kind.exec(text) ?? [];
  return found === undefined ? null : `the character ${quote(found)} is not allowed here`;
}

function toEntries(
  pairs: readonly Pair<Node, Node | null>[],
  parsing: Parsing,
  depth: number,
): ReadonlyMap<string, Entry> {
  const { report } = parsing;
  const entries = new Map<string, Entry>();
  for (const pair of pairs) {
    const keyTree = toTree(pair.key, parsing, spanAt(0), depth);
    const key = { from: keyTree.from, to: keyTree.to };
    const value = pair.value === null ? toNoValue(key, parsing) : toTree(pair.value, parsing, key, depth);
    if (keyTree.kind === "refused") continue;
    if (keyTree.kind !== "scalar" || typeof keyTree.value !== "string") {
      report.add(key, "a key must be text; write it in quotes");
      continue;
    }

    const name = keyTree.value;
    const earlier = entries.get(name);
    const unprintable = unprintableIn(name, UNPRINTABLE_IN_LINE);
    if (unprintable !== null) report.add(key, unprintable);
    else if (name === "__proto__" || name === "<<") report.add(key, `the key ${quote(name)} is not allowed`);
    else if (earlier)
      report.add(key, `the key ${quote(name)} is already used on line ${report.lineOf(earlier.key.from)}`);
    else entries.set(name, { key, value });
  }
  return entries;
}

/** What stands alone among entries in braces, mostly the second of several texts: `{ name: rg-a, rg-b }`. */
function toNoValue(key: Span, { report }: Parsing): Tree {
  report.add(key, "a colon and a value are missing after this; several texts make a list: [a, b]");
  return { ...key, kind: "refused" };
}

/** What the tree says, as JSON with sorted keys, so that comments, layout and the order of keys do not matter. */
export function canonicalText(tree: Tree): string {
  switch (tree.kind) {
    case "refused":
      return "null";
    case "scalar":
      return JSON.stringify(tree.value) ?? "null";
    case "list":
      return `[${tree.items.map((item) => canonicalText(item)).join(",")}]`;
    case "map":
      return `{${[...tree.entries]
        .toSorted(([a], [b]) => byCodeUnits(a, b))
        .map(([key, { value }]) => `${JSON.stringify(key)}:${canonicalText(value)}`)
        .join(",")}}`;
  }
}
