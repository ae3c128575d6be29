import type { Ask, Block, Condition, Freeze, Matcher, PolicyContent, Rule, Visibility } from "../content.ts";
import { type Field, REQUESTER } from "../facts.ts";
import { byCodeUnits } from "../text.ts";
import { compileTexts, type Texts } from "../texts.ts";
import type {
  CompiledBlock,
  CompiledCondition,
  CompiledFreeze,
  CompiledMatcher,
  CompiledRule,
  CompiledVisibility,
  ConditionIndex,
  FieldIndex,
  Policy,
} from "./compiled.ts";
import { type TypedField, typed } from "./read-facts.ts";

/**
 * Makes a policy's content fast to judge by: each field is read once, each different condition is tested once, and
 * each list is prepared once.
 *
 * @param hash - SHA-256, in hex, of what the policy says
 * @throws when a condition names a list that is missing, or a freeze waits for no time; the reader refuses such files
 */
export function compile(content: PolicyContent, hash: string): Policy {
  const compiler = new Compiler(content.lists);
  const rules = byName(content.rules).map((rule) => compiler.rule(rule));
  const freezes = byName(content.freezes).map((freeze) => compiler.freeze(freeze));
  const { mode, integrations, default: byDefault, whenUnknown, visibility } = content;
  const preventsSelfReview = asksOf(content).some((ask) => ask.preventSelfReview);
  return {
    hash,
    approvals: "on",
    mode,
    integrations,
    rules,
    isEnforced: [mode, ...rules.map((rule) => rule.mode)].every((each) => each === "enforce"),
    default: byDefault,
    whenUnknown,
    visibility: visibility && compiler.visibility(visibility),
    freezes,
    requester: preventsSelfReview ? compiler.field(REQUESTER) : null,
    fields: compiler.fields.values,
    conditions: compiler.conditions.values,
  };
}

const byName = <T extends { readonly name: string }>(named: readonly T[]): T[] =>
  named.toSorted((a, b) => byCodeUnits(a.name, b.name));

function asksOf({ rules, freezes, default: byDefault, whenUnknown }: PolicyContent): Ask[] {
  const outcomes = [...rules, ...freezes, byDefault].map(({ outcome }) => outcome);
  return [whenUnknown.ask, ...outcomes.flatMap((outcome) => (outcome.kind === "ask" ? [outcome.ask] : []))];
}

/** Keeps each field and each condition of a policy once; the compiled parts hold their places. */
class Compiler {
  readonly fields = new Interned<TypedField>();
  readonly conditions = new Interned<CompiledCondition>();
  readonly #lists: PolicyContent["lists"];
  readonly #compiledLists = new Map<string, Texts>();

  constructor(lists: PolicyContent["lists"]) {
    this.#lists = lists;
  }

  rule({ name, description, line, mode, outcome, ...blocks }: Rule): CompiledRule {
    const when = this.block(blocks.when);
    const anyOf = this.blocks(blocks.anyOf);
    const unless = this.blocks(blocks.unless);
    const conditions = [when, anyOf, unless].flat(2);
    return { name, description: description ?? null, line, mode, conditions, when, anyOf, unless, outcome };
  }

  visibility({ line, anyOf, otherwise: outcome }: Visibility): CompiledVisibility {
    const blocks = this.blocks(anyOf);
    return { name: "visibility", line, conditions: blocks.flat(), anyOf: blocks, outcome };
  }

  freeze({ name, line, when, outcome }: Freeze): CompiledFreeze {
    const windows = when.flatMap(({ matcher }) =>
      matcher.kind === "time" && !matcher.negated ? [matcher.window] : [],
    );
    if (outcome.kind === "wait" && windows.length === 0) throw new Error(`Freeze ${name} would wait forever`);
    const block = this.block(when);
    return { name, line, conditions: block, when: block, outcome, windows };
  }

  blocks(blocks: readonly Block[]): readonly CompiledBlock[] {
    return blocks.map((block) => this.block(block));
  }

  block(block: Block): CompiledBlock {
    return block.map((condition) => this.#condition(condition));
  }

  field(field: Field): FieldIndex {
    return this.fields.indexOf(`${field.path.join(".")}\n${field.tag ?? ""}`, () => typed(field));
  }

  #condition({ field, key, expected, matcher }: Condition): ConditionIndex {
    return this.conditions.indexOf(`${field.name}\n${key}`, () => ({
      field: this.field(field),
      name: field.name,
      expected,
      matcher: this.#matcher(matcher),
    }));
  }

  #matcher(matcher: Matcher): CompiledMatcher {
    switch (matcher.kind) {
      case "text":
        return { kind: "text", negated: matcher.negated, texts: compileTexts(matcher.texts) };
      case "list":
        return { kind: "text", negated: matcher.negated, texts: this.#list(matcher.list) };
      case "sameAs":
        return { kind: "sameAs", negated: matcher.negated, other: this.field(matcher.other) };
      case "count":
        return {
          kind: "count",
          atLeast: matcher.atLeast ?? 0,
          atMost: matcher.atMost ?? Number.POSITIVE_INFINITY,
        };
      case "time":
      case "present":
        return matcher;
    }
  }

  #list(name: string): Texts {
    const known = this.#compiledLists.get(name);
    if (known !== undefined) return known;
    const entries = Object.hasOwn(this.#lists, name) ? this.#lists[name] : undefined;
    // A list that is not there would be empty, and `not` in it would hold for everybody.
    if (entries === undefined) throw new Error(`The policy's content lacks its list ${name}`);

    const texts = compileTexts(entries);
    this.#compiledLists.set(name, texts);
    return texts;
  }
}

/** Values without repetition, by key. */
class Interned<T> {
  readonly values: T[] = [];
  readonly #indices = new Map<string, number>();

  indexOf(key: string, make: () => T): number {
    const known = this.#indices.get(key);
    if (known !== undefined) return known;

    const value = make();
    this.#indices.set(key, this.values.length);
    return this.values.push(value) - 1;
  }
}
