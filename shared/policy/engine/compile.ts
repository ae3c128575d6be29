import type { Field } from "../facts.ts";
import type { CompiledCondition, Condition, ConditionIndex, Policy, PolicyContent, Rule } from "../policy.ts";
import { byCodeUnits } from "../text.ts";

/** Makes a policy's content fast to evaluate: each field is read once, and each different condition is tested once. */
export function compile(content: PolicyContent, hash: string): Policy {
  const fields = new Interned<Field>();
  const conditions = new Interned<CompiledCondition>();

  const compileCondition = ({ field, key, expected, matcher }: Condition): ConditionIndex =>
    conditions.indexOf(`${field.name}\n${key}`, {
      field: fields.indexOf(`${field.path.join(".")}\n${field.tag ?? ""}`, field),
      name: field.name,
      expected,
      matcher,
    });
  const compileRule = ({ name, line, when, unless, outcome }: Rule) => ({
    name,
    line,
    when: when.map(compileCondition),
    unless: unless.map((block) => block.map(compileCondition)),
    outcome,
  });

  const rules = content.rules.toSorted((a, b) => byCodeUnits(a.name, b.name)).map(compileRule);
  const { default: byDefault, whenUnknown } = content;
  return {
    hash,
    default: byDefault,
    whenUnknown,
    rules,
    fields: fields.values,
    conditions: conditions.values,
  };
}

/** Values without repetition, by key. */
class Interned<T> {
  readonly values: T[] = [];
  readonly #indices = new Map<string, number>();

  indexOf(key: string, value: T): number {
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    this.#indices.set(key, this.values.length);
    return this.values.push(value) - 1;
  }
}
