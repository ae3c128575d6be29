import type { Field } from "../facts.ts";
import { isGlob } from "../glob.ts";
import type { Condition } from "../policy.ts";
import { fold, quote } from "../text.ts";
import { compileTexts, type Texts } from "../texts.ts";
import { complain, describe, isText, type Reading, readList, readText, refuseKey } from "./reader.ts";
import { oneOf } from "./report.ts";
import { canonicalText, type Tree } from "./tree.ts";

/** What may stand under a key of `when`: one text, texts under any name (tags), or a block with keys of its own. */
type Vocabulary =
  | { readonly kind: "text" }
  | { readonly kind: "tags" }
  | {
      readonly kind: "block";
      readonly keys: Readonly<Record<string, Vocabulary>>;
      readonly later: readonly string[];
    };

const text: Vocabulary = { kind: "text" };

/** All that a condition can look at. A key's way through this table is its path in `Facts`. */
const VOCABULARY: Vocabulary = {
  kind: "block",
  keys: {
    endpoint: { kind: "block", keys: { subscription: text, resourceGroup: text, name: text }, later: [] },
    cluster: {
      kind: "block",
      keys: { name: text, resourceGroup: text, subscription: text, location: text, tags: { kind: "tags" } },
      later: [],
    },
    message: text,
  },
  later: ["consumer", "time", "requester", "source", "history", "anyOf"],
};

/** The conditions of one block of `when` or `unless`; all of them must hold. */
export function readBlock(tree: Tree, path: string, reading: Reading): readonly Condition[] {
  return readConditions(tree, VOCABULARY, [], path, reading);
}

function readConditions(
  tree: Tree,
  vocabulary: Vocabulary,
  steps: readonly string[],
  path: string,
  reading: Reading,
): readonly Condition[] {
  if (vocabulary.kind === "text") {
    return [readCondition(tree, { name: steps.join("."), path: steps, tag: null }, path, reading)];
  }
  if (vocabulary.kind === "tags") return readTags(tree, steps, path, reading);

  const { keys, later } = vocabulary;
  if (tree.kind !== "map") {
    complain(
      reading.report,
      tree,
      `${path}: expected a mapping with the keys ${Object.keys(keys).join(", ")}; found ${describe(tree)}`,
    );
    return [];
  }
  return [...tree.entries].flatMap(([name, { key, value }]) => {
    const inner = Object.hasOwn(keys, name) ? keys[name] : undefined;
    if (inner !== undefined)
      return readConditions(value, inner, [...steps, name], `${path}.${name}`, reading);
    refuseKey(name, key, path, Object.keys(keys), later, reading.report);
    return [];
  });
}

function readTags(
  tree: Tree,
  steps: readonly string[],
  path: string,
  { report, ...rest }: Reading,
): readonly Condition[] {
  if (tree.kind !== "map") {
    complain(report, tree, `${path}: expected a mapping of tag names; found ${describe(tree)}`);
    return [];
  }
  const seen = new Set<string>();
  return [...tree.entries].map(([name, { key, value }]) => {
    const tag = fold(name);
    if (seen.has(tag))
      report.add(key, `${path}: the tag ${quote(name, 60)} is here twice; tag names have no case`);
    seen.add(tag);
    const field: Field = { name: `${steps.join(".")}.${name}`, path: steps, tag };
    return readCondition(value, field, `${path}.${name}`, { report, ...rest });
  });
}

const OPERATORS = ["in", "not", "present"] as const;
const OPERATORS_LATER = ["sameAs", "exact"];

function readCondition(tree: Tree, field: Field, path: string, reading: Reading): Condition {
  return { field, key: canonicalText(tree), ...readTest(tree, path, reading) };
}

type Test = Pick<Condition, "expected" | "matcher">;

/** Which texts are wanted, and the words for it: they continue "expected …" and "expected not …". */
interface Wanted {
  readonly words: string;
  readonly texts: Texts;
}

function readTest(tree: Tree, path: string, reading: Reading): Test {
  const operator = tree.kind === "map" ? readOperator(tree, path, reading) : null;
  if (operator?.name === "present") return readPresent(operator.value, `${path}.present`, reading);
  if (operator?.name === "not") {
    const { words, texts } = readTexts(operator.value, `${path}.not`, reading);
    return { expected: `not ${words}`, matcher: { kind: "text", negated: true, texts } };
  }
  const { words, texts } =
    tree.kind === "map" ? readNamedList(operator?.value, path, reading) : readTexts(tree, path, reading);
  return { expected: words, matcher: { kind: "text", negated: false, texts } };
}

/** Exactly one operator, so that nobody has to guess whether two would add up or be alternatives. */
function readOperator(tree: Tree & { kind: "map" }, path: string, { report }: Reading) {
  const found: { readonly name: (typeof OPERATORS)[number]; readonly value: Tree }[] = [];
  for (const [written, { key, value }] of tree.entries) {
    const name = OPERATORS.find((operator) => operator === written);
    if (name === undefined) refuseKey(written, key, path, OPERATORS, OPERATORS_LATER, report);
    else if (found.length > 0) report.add(key, `${path}: only ${oneOf(OPERATORS)} can be used at a time`);
    else found.push({ name, value });
  }
  return found[0] ?? null;
}

function readPresent(tree: Tree, path: string, { report }: Reading): Test {
  const wanted = tree.kind === "scalar" ? tree.value : undefined;
  if (typeof wanted !== "boolean") complain(report, tree, `${path}: must be true or false`);
  return {
    expected: wanted === false ? "to be absent" : "to be present",
    matcher: { kind: "present", wanted: wanted !== false },
  };
}

/** A text, a list of texts, or (inside `not`) a named list. */
function readTexts(tree: Tree, path: string, reading: Reading): Wanted {
  const { report } = reading;
  if (isText(tree)) return wantedTexts([readText(tree, path, report)]);
  if (tree.kind === "list") {
    return wantedTexts(readList(tree, path, report).map((item) => readText(item, `${path}[]`, report)));
  }
  if (tree.kind !== "map") {
    const expected = `text or a list or a mapping with ${oneOf(OPERATORS)}`;
    complain(report, tree, `${path}: expected ${expected}; found ${describe(tree)}`);
    return NOTHING;
  }

  const operator = readOperator(tree, path, reading);
  if (operator === null || operator.name === "in") return readNamedList(operator?.value, path, reading);
  report.add(tree, `${path}: only a text, a list or "in" can stand under "not"`);
  return NOTHING;
}

/** What a faulty condition wants: nothing matches it. */
const NOTHING: Wanted = { words: "", texts: compileTexts([]) };
const MAX_SHOWN = 5;

function wantedTexts(written: readonly string[]): Wanted {
  const texts = compileTexts(written);
  const [only = ""] = written;
  if (written.length === 1) return { words: `${isGlob(only) ? "to match" : "to be"} ${quote(only)}`, texts };
  const more = written.length > MAX_SHOWN ? ` and ${written.length - MAX_SHOWN} more` : "";
  return { words: `to be one of ${written.slice(0, MAX_SHOWN).join(", ")}${more}`, texts };
}

function readNamedList(tree: Tree | undefined, path: string, { report, lists }: Reading): Wanted {
  if (tree === undefined) return NOTHING;
  const name = readText(tree, `${path}.in`, report);
  const list = lists.get(name);
  if (list !== undefined)
    return { words: `to be in list ${quote(name)} (${list.length} values)`, texts: list.texts };
  if (isText(tree)) {
    report.addUnknown(tree, `list ${quote(name, 60)} is not defined under lists`, name, lists.keys());
  }
  return NOTHING;
}
