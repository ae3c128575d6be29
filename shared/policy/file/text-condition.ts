import type { Field } from "../facts.ts";
import { isGlob } from "../glob.ts";
import { quote } from "../text.ts";
import { type Test, wanting } from "./condition.ts";
import { complain, describe, isText, readEntry, readFlag, readList, readText, refuseKey } from "./reader.ts";
import type { Reading } from "./reading.ts";
import { oneOf } from "./report.ts";
import type { Tree } from "./tree.ts";
import { textField, textFieldNames } from "./vocabulary.ts";

/** What a condition on a text can be, when it is neither a text nor a list of texts. */
export const OPERATORS = ["in", "not", "present", "sameAs"] as const;
/** What can stand under `not`, beside a text or a list of texts. */
export const OPERATORS_UNDER_NOT = ["in", "sameAs"] as const;

/** One condition on a text, or on several: a text, a list of texts, or a mapping with one operator. */
export function readTextTest(tree: Tree, field: Field, path: string, reading: Reading): Test {
  const operator = readOperator(tree, path, reading);
  if (operator?.name === "present") return readPresent(operator.value, `${path}.present`, reading);
  if (operator?.name !== "not") return readWanted(tree, operator, false, field, path, reading);

  const inner = `${path}.not`;
  const innerOperator = readOperator(operator.value, inner, reading);
  if (innerOperator?.name !== "not" && innerOperator?.name !== "present")
    return readWanted(operator.value, innerOperator, true, field, inner, reading);
  reading.report.add(operator.value, `${inner}: only a text, a list, "in" or "sameAs" can stand under "not"`);
  return wantNothing(true);
}

interface Operator {
  readonly name: (typeof OPERATORS)[number];
  readonly value: Tree;
}

/** Exactly one operator: of two, a reader could not tell whether both must hold, or one. */
function readOperator(tree: Tree, path: string, { report }: Reading): Operator | null {
  const found: Operator[] = [];
  for (const [written, { key, value }] of tree.kind === "map" ? tree.entries : []) {
    const name = OPERATORS.find((operator) => operator === written);
    if (name === undefined) refuseKey(written, key, path, OPERATORS, report);
    else if (found.length > 0) report.add(key, `${path}: only ${oneOf(OPERATORS)} can be used at a time`);
    else found.push({ name, value });
  }
  return found[0] ?? null;
}

function readPresent(tree: Tree, path: string, { report }: Reading): Test {
  const wanted = readFlag(tree, path, report);
  return {
    expected: wanted ? "to be present" : "to be absent",
    matcher: { kind: "present", wanted },
  };
}

/** A text, a list of texts, `in` or `sameAs`; the same under `not`. */
function readWanted(
  tree: Tree,
  operator: Operator | null,
  negated: boolean,
  field: Field,
  path: string,
  reading: Reading,
): Test {
  const { report, patterns } = reading;
  if (operator?.name === "in") return readIn(operator.value, negated, `${path}.in`, reading);
  if (operator?.name === "sameAs")
    return readSameAs(operator.value, negated, field, `${path}.sameAs`, report);
  if (isText(tree) || tree.kind === "list") {
    const texts = isText(tree)
      ? [readEntry(tree, path, report)]
      : readList(tree, path, report).map((item) => readEntry(item, `${path}[]`, report));
    patterns.add(texts, tree, report);
    return wantTexts(texts, negated);
  }
  if (tree.kind !== "map") {
    const expected = `text or a list or a mapping with ${oneOf(negated ? OPERATORS_UNDER_NOT : OPERATORS)}`;
    complain(report, tree, `${path}: expected ${expected}; found ${describe(tree)}`);
  }
  return wantNothing(negated);
}

const MAX_SHOWN = 5;

function wantTexts(texts: readonly string[], negated: boolean): Test {
  const [only = ""] = texts;
  const more = texts.length > MAX_SHOWN ? ` and ${texts.length - MAX_SHOWN} more` : "";
  const words =
    texts.length === 1
      ? `${isGlob(only) ? "to match" : "to be"} ${quote(only)}`
      : `to be one of ${texts.slice(0, MAX_SHOWN).join(", ")}${more}`;
  return wanting(words, { kind: "text", negated, texts });
}

/** What a faulty condition wants. */
const wantNothing = (negated: boolean): Test => wantTexts([], negated);

function readIn(
  tree: Tree,
  negated: boolean,
  path: string,
  { report, lists, usedLists, patterns }: Reading,
): Test {
  if (tree.kind === "list") {
    report.add(tree, `${path}: takes the name of a list; write the values without "in"`);
    return wantNothing(negated);
  }
  const name = readText(tree, path, report);
  const list = lists.get(name);
  if (list === undefined) {
    if (isText(tree))
      report.addUnknown(tree, `list ${quote(name, 60)} is not defined under lists`, name, lists.keys());
    return wantNothing(negated);
  }
  if (!usedLists.has(name)) patterns.add(list.entries, list.at, list.report);
  usedLists.add(name);
  const count = list.entries.length;
  const words = `to be in list ${quote(name)} (${count} ${count === 1 ? "value" : "values"})`;
  return wanting(words, { kind: "list", negated, list: name });
}

function readSameAs(
  tree: Tree,
  negated: boolean,
  field: Field,
  path: string,
  report: Reading["report"],
): Test {
  const name = readText(tree, path, report);
  const other = textField(name);
  if (other === null) {
    if (isText(tree)) {
      const message = `${path}: ${quote(name, 60)} is no field that holds one text`;
      report.addUnknown(tree, message, name, textFieldNames(name));
    }
    return wantNothing(negated);
  }
  if (other.path.join(".") === field.path.join(".") && other.tag === field.tag)
    report.add(tree, `${path}: every field is the same as itself`);
  return wanting(`to be the same as ${name}`, { kind: "sameAs", negated, other });
}
