import type { Block, Condition } from "../content.ts";
import type { Field } from "../facts.ts";
import { fold, quote } from "../text.ts";
import type { Test } from "./condition.ts";
import { readCount } from "./count-condition.ts";
import { complain, describe, firstKey, readList, refuseKey } from "./reader.ts";
import { placed, type Reading } from "./reading.ts";
import { readTextTest } from "./text-condition.ts";
import { readTime } from "./time-condition.ts";
import { canonicalText, type Entry, type Tree } from "./tree.ts";
import { VOCABULARY, type Vocabulary } from "./vocabulary.ts";

/** The conditions of one block; all of them must hold. */
export function readBlock(tree: Tree, path: string, reading: Reading): Block {
  return placed(readEntries(tree, VOCABULARY.keys, [], path, reading), firstKey(tree), reading);
}

/** A list of blocks; not empty. */
export function readBlocks(tree: Tree, path: string, reading: Reading): readonly Block[] {
  return readList(tree, path, reading.report).map((block) => readBlock(block, `${path}[]`, reading));
}

/** The `when` of a rule: the only block that may have alternatives. */
export function readWhen(
  tree: Tree,
  path: string,
  reading: Reading,
): { readonly when: Block; readonly anyOf: readonly Block[] } {
  const anyOf = tree.kind === "map" ? tree.entries.get("anyOf") : undefined;
  if (tree.kind !== "map" || anyOf === undefined) return { when: readBlock(tree, path, reading), anyOf: [] };

  const lines = new Map([...tree.entries].filter(([name]) => name !== "anyOf"));
  return {
    when: readBlock({ ...tree, entries: lines }, path, reading),
    anyOf: readBlocks(anyOf.value, `${path}.anyOf`, reading),
  };
}

function readEntries(
  tree: Tree,
  keys: Readonly<Record<string, Vocabulary>>,
  steps: readonly string[],
  path: string,
  reading: Reading,
): readonly Condition[] {
  const { report } = reading;
  const known = Object.keys(keys);
  if (tree.kind !== "map") {
    complain(
      report,
      tree,
      `${path}: expected a mapping with the keys ${known.join(", ")}; found ${describe(tree)}`,
    );
    return [];
  }
  return [...tree.entries].flatMap(([name, { key, value }]) => {
    const vocabulary = Object.hasOwn(keys, name) ? keys[name] : undefined;
    if (vocabulary !== undefined)
      return readConditions(value, vocabulary, [...steps, name], `${path}.${name}`, reading);
    if (name === "anyOf" && steps.length === 0)
      report.add(key, `${path}: "anyOf" can only stand directly under the "when" of a rule`);
    else refuseKey(name, key, path, known, report, known.includes("tags") ? `tags: { ${name}: … }` : null);
    return [];
  });
}

function readConditions(
  tree: Tree,
  vocabulary: Vocabulary,
  steps: readonly string[],
  path: string,
  reading: Reading,
): readonly Condition[] {
  const field: Field = { name: steps.join("."), path: steps, tag: null };
  switch (vocabulary.kind) {
    case "text":
    case "names":
      return [condition(tree, field, readTextTest(tree, field, path, reading), reading)];
    case "tags":
      return readTags(tree, field, path, reading);
    case "count":
      return [condition(tree, field, readCount(tree, path, reading.report), reading)];
    case "time":
      return [condition(tree, field, readTime(tree, path, reading), reading)];
    case "block":
      return readEntries(tree, vocabulary.keys, steps, path, reading);
  }
}

const condition = (tree: Tree, field: Field, test: Test, reading: Reading): Condition =>
  placed({ field, key: canonicalText(tree), ...test }, tree, reading);

function readTags(tree: Tree, tags: Field, path: string, reading: Reading): readonly Condition[] {
  const { report } = reading;
  if (tree.kind !== "map") {
    complain(report, tree, `${path}: expected a mapping of tag names; found ${describe(tree)}`);
    return [];
  }
  const seen = new Set<string>();
  return [...tree.entries].map(([name, { key, value }]: [string, Entry]) => {
    const tag = fold(name);
    if (seen.has(tag))
      report.add(key, `${path}: the tag ${quote(name, 60)} is here twice; tag names have no case`);
    seen.add(tag);
    const field: Field = { name: `${tags.name}.${name}`, path: tags.path, tag };
    return condition(value, field, readTextTest(value, field, `${path}.${name}`, reading), reading);
  });
}
