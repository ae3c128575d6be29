import { VOCABULARY, type Vocabulary } from "../../policy/file/vocabulary.ts";
import { FACTS } from "./facts.ts";
import { listOf, mapping, named, ref, type Schema } from "./parts.ts";

/** The facts at the root of the vocabulary. */
const roots = Object.entries<Vocabulary>(VOCABULARY.keys);

/** Those of them that are no single condition, each a part of its own. */
const groups = roots.flatMap(([name, vocabulary]) =>
  vocabulary.kind === "block" ? [[name, group(name, vocabulary.keys)] as const] : [],
);

function group(path: string, keys: Readonly<Record<string, Vocabulary>>): Schema {
  const facts = Object.entries(keys).map(([key, vocabulary]) => {
    const fact = `${path}.${key}`;
    return [key, { ...conditionOf(vocabulary, fact), description: FACTS[fact] }] as const;
  });
  return mapping({ required: [], optional: Object.keys(keys) }, Object.fromEntries(facts));
}

function conditionOf(vocabulary: Vocabulary, path: string): Schema {
  switch (vocabulary.kind) {
    case "text":
    case "names":
      return ref("textCondition");
    case "tags":
      return ref("tags");
    case "count":
      return ref("countCondition");
    case "time":
      return ref("timeCondition");
    case "block":
      return group(path, vocabulary.keys);
  }
}

const lines: Readonly<Record<string, Schema>> = Object.fromEntries(
  roots.map(([name, vocabulary]) => [
    name,
    vocabulary.kind === "block"
      ? ref(name, FACTS[name])
      : { ...conditionOf(vocabulary, name), description: FACTS[name] },
  ]),
);
const optional = Object.keys(lines);

/** Conditions that must all hold, and what they are made of. */
export const BLOCKS = {
  tags: named(ref("textCondition"), { not: { enum: ["__proto__", "<<"] } }),
  ...Object.fromEntries(groups),
  block: mapping({ required: [], optional }, lines),
  blocks: listOf(ref("block")),
  when: mapping(
    { required: [], optional: [...optional, "anyOf"] },
    { ...lines, anyOf: ref("blocks", "Alternatives: one of these blocks must hold, too.") },
  ),
} satisfies Readonly<Record<string, Schema>>;
