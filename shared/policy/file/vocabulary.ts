import { FACT_TYPES, type Field } from "../facts.ts";
import { fold } from "../text.ts";

type FactType = (typeof FACT_TYPES)[keyof typeof FACT_TYPES];

/** What may stand under a key of a block: a condition on a fact, by the fact's type, or a mapping with more keys. */
export type Vocabulary = { readonly kind: FactType } | Keyed;
interface Keyed {
  readonly kind: "block";
  readonly keys: Readonly<Record<string, Vocabulary>>;
}

const FACTS = Object.entries(FACT_TYPES).map(([name, kind]) => ({ name, path: name.split("."), kind }));

/** All that a condition can look at, as the file nests it. A key's way through this table is its path in `Facts`. */
export const VOCABULARY: Keyed = { kind: "block", keys: Object.fromEntries(topLevel()) };

/** A fact's name has one step, or two. */
function* topLevel(): Generator<[string, Vocabulary]> {
  for (const [key, facts] of Map.groupBy(FACTS, ({ path }) => path[0] ?? "")) {
    const [only] = facts;
    const keys = () => Object.fromEntries(facts.map(({ path, kind }) => [path[1] ?? "", { kind }]));
    yield [key, only?.path.length === 1 ? { kind: only.kind } : { kind: "block", keys: keys() }];
  }
}

/** The one text that is called so, `endpoint.name` or `cluster.tags.env`; null when there is none. */
export function textField(name: string): Field | null {
  const whole = FACTS.find((fact) => fact.name === name);
  if (whole !== undefined) return whole.kind === "text" ? { name, path: whole.path, tag: null } : null;

  const tagged = FACTS.find((fact) => fact.kind === "tags" && name.startsWith(`${fact.name}.`));
  const tag = tagged === undefined ? "" : name.slice(tagged.name.length + 1);
  return tagged === undefined || tag === "" ? null : { name, path: tagged.path, tag: fold(tag) };
}

/** Names of text fields that an author may have meant by `written`. */
export function* textFieldNames(written: string): Generator<string> {
  const tag = written.split(".").slice(2).join(".");
  for (const { name, kind } of FACTS) {
    if (kind === "text") yield name;
    else if (kind === "tags" && tag !== "") yield `${name}.${tag}`;
  }
}
