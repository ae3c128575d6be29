import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseAllDocuments,
  type YAMLError,
} from "yaml";
import { byCodeUnits, quote } from "../text.ts";
import type { Report, Span } from "./report.ts";

/** YAML reduced to what a policy may use: mappings with text keys, lists and scalars, each with its place. */
export type Tree = Span &
  (
    | { readonly kind: "map"; readonly entries: ReadonlyMap<string, Entry> }
    | { readonly kind: "list"; readonly items: readonly Tree[] }
    | { readonly kind: "scalar"; readonly value: unknown }
    /** Something that was refused and reported already: nobody complains about it again. */
    | { readonly kind: "refused" }
  );

interface Entry {
  readonly key: Span;
  readonly value: Tree;
}

/**
 * Parses one YAML 1.2 document and reports everything that has no place in a policy: anchors, aliases, tags,
 * `__proto__`, `<<`, repeated keys, keys that are not text, empty mappings, a second document.
 *
 * A tree of our own rather than `toJS()`: positions stay, and no key can reach a prototype or vanish on the way.
 *
 * @returns null when the text is no YAML or holds nothing; the report then says why.
 */
export function parseTree(text: string, report: Report): Tree | null {
  const documents = readDocuments(text, report);
  const [first, second] = documents;
  if (second !== undefined)
    report.add(spanAt(second.range[0]), "only one YAML document is allowed in a policy file");
  if (!report.isClean) return null;
  if (first?.contents == null || (isScalar(first.contents) && first.contents.value === null)) {
    report.add(spanAt(0), "the file is empty; a policy needs at least apiVersion, kind, default and rules");
    return null;
  }
  return toTree(first.contents, spanAt(0), 0, report);
}

function readDocuments(text: string, report: Report) {
  try {
    const documents = parseAllDocuments(text, {
      schema: "core",
      merge: false,
      uniqueKeys: false, // checked in toEntries: the library's own check is quadratic
      prettyErrors: false,
    });
    for (const { errors, warnings } of documents) {
      // A tag that the library does not know is a warning to it; toTree refuses every tag, known or not.
      addSyntaxErrors([...errors, ...warnings.filter(({ code }) => code !== "TAG_RESOLVE_FAILED")], report);
    }
    return documents;
  } catch (error) {
    report.add(
      spanAt(0),
      `cannot be read as YAML: ${error instanceof Error ? error.message : String(error)}`,
    );
    return [];
  }
}

/** One slip makes a parser stumble again and again: more of its complaints than these help nobody. */
const MAX_SYNTAX_ERRORS = 10;

function addSyntaxErrors(errors: readonly YAMLError[], report: Report): void {
  const tooDeep = errors.find(({ code }) => code === "RESOURCE_EXHAUSTION");
  if (tooDeep) report.add(spanAt(tooDeep.pos[0]), TOO_DEEP);
  else
    for (const { pos, message } of errors.slice(0, MAX_SYNTAX_ERRORS))
      report.add({ from: pos[0], to: pos[1] }, message);
}

const TOO_DEEP = "mappings and lists are nested too deeply";
/** A policy nests eight levels deep. */
const MAX_DEPTH = 20;

const spanAt = (from: number): Span => ({ from, to: from + 1 });

function toTree(node: Node | null, fallback: Span, depth: number, report: Report): Tree {
  const span = node?.range ? { from: node.range[0], to: node.range[1] } : fallback;
  const refusal = depth > MAX_DEPTH ? TOO_DEEP : reasonToRefuse(node);
  if (refusal !== null) {
    report.add(span, refusal);
    return { ...span, kind: "refused" };
  }

  if (isMap<Node, Node | null>(node))
    return { ...span, kind: "map", entries: toEntries(node.items, depth + 1, report) };
  if (isSeq<Node | null>(node))
    return { ...span, kind: "list", items: node.items.map((item) => toTree(item, span, depth + 1, report)) };
  return { ...span, kind: "scalar", value: isScalar(node) ? node.value : null };
}

function reasonToRefuse(node: Node | null): string | null {
  if (isAlias(node)) return "aliases are not allowed; write the value out";
  if (node?.anchor !== undefined) return "anchors are not allowed";
  if (node?.tag !== undefined) return "YAML tags are not allowed";
  return isMap(node) && node.items.length === 0 ? "an empty mapping says nothing; leave the key out" : null;
}

function toEntries(
  pairs: readonly Pair<Node, Node | null>[],
  depth: number,
  report: Report,
): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const pair of pairs) {
    const keyTree = toTree(pair.key, spanAt(0), depth, report);
    const key = { from: keyTree.from, to: keyTree.to };
    const value = toTree(pair.value, key, depth, report);
    if (keyTree.kind !== "scalar" || typeof keyTree.value !== "string") {
      report.add(key, "a key must be text; write it in quotes");
      continue;
    }

    const name = keyTree.value;
    const earlier = entries.get(name);
    if (name === "__proto__" || name === "<<") report.add(key, `the key ${quote(name)} is not allowed`);
    else if (earlier)
      report.add(key, `the key ${quote(name)} is already used on line ${report.lineOf(earlier.key.from)}`);
    else entries.set(name, { key, value });
  }
  return entries;
}

/**
 * What the tree says, as JSON with sorted keys, so that comments, layout and the order of keys do not matter.
 *
 * Lists keep their order, but for `rules` at the root, where order means nothing.
 */
export function canonicalText(tree: Tree, root = false): string {
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
        .map(
          ([key, { value }]) =>
            `${JSON.stringify(key)}:${root && key === "rules" ? sortedList(value) : canonicalText(value)}`,
        )
        .join(",")}}`;
  }
}

const sortedList = (tree: Tree): string =>
  tree.kind === "list"
    ? `[${tree.items
        .map((item) => canonicalText(item))
        .toSorted(byCodeUnits)
        .join(",")}]`
    : canonicalText(tree);
