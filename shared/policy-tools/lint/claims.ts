import type { Block, Matcher, PolicyContent, Rule } from "../../policy/content.ts";
import { FACT_TYPES, type Field, factNameOf } from "../../policy/facts.ts";
import { type Choice, choiceOf } from "./choice.ts";

/** That a test of one field says yes, or that it says no: never that it is unknown. */
export interface Claim {
  /** The same for every spelling of a field. */
  readonly field: string;
  /** The field as its author spelt it. */
  readonly written: string;
  /** Equal for equal claims; that of the opposite differs in the last bit. */
  readonly id: number;
  /** Whether the field has several values, of which each may match something else. */
  readonly several: boolean;
  readonly holds: boolean;
  readonly about:
    | { readonly kind: "present" }
    | { readonly kind: "text"; readonly choice: Choice }
    | { readonly kind: "count"; readonly atLeast: number; readonly atMost: number }
    /** Nothing follows from these two but themselves. */
    | { readonly kind: "sameAs"; readonly other: Field }
    | { readonly kind: "time" };
}

/** The opposite claim. */
export const not = (claim: Claim): Claim => ({ ...claim, id: claim.id ^ 1, holds: !claim.holds });

/** Turns the blocks of a policy into claims. */
export class Claimer {
  readonly #lists: ReadonlyMap<string, Choice>;
  readonly #tests = new Map<string, number>();

  constructor({ lists }: PolicyContent) {
    this.#lists = new Map(Object.entries(lists).map(([name, entries]) => [name, choiceOf(entries)]));
  }

  /** The claims that every condition of the block says yes. */
  block(conditions: Block): readonly Claim[] {
    return conditions.map(({ field, matcher }) => this.claim(field, matcher));
  }

  /** The claim that this test of the field says yes. */
  claim(field: Field, matcher: Matcher): Claim {
    const { test, holds, about } = this.#test(matcher);
    const name = idOf(field);
    const id = 2 * this.#numberOf(JSON.stringify([name, test])) + (holds ? 1 : 0);
    return { field: name, written: field.name, id, several: isSeveral(field), holds, about };
  }

  #numberOf(test: string): number {
    const number = this.#tests.get(test) ?? this.#tests.size;
    this.#tests.set(test, number);
    return number;
  }

  /** `test` is equal for equal tests of one field, without regard to negation. */
  #test(matcher: Matcher): Pick<Claim, "holds" | "about"> & { readonly test: string } {
    switch (matcher.kind) {
      case "present":
        return { test: "present", holds: matcher.wanted, about: { kind: "present" } };
      case "text": {
        const choice = choiceOf(matcher.texts);
        const test = `text ${JSON.stringify(choice.entries.toSorted())}`;
        return { test, holds: !matcher.negated, about: { kind: "text", choice } };
      }
      case "list": {
        const choice = this.#lists.get(matcher.list) ?? choiceOf([]);
        return { test: `list ${matcher.list}`, holds: !matcher.negated, about: { kind: "text", choice } };
      }
      case "count": {
        const { atLeast, atMost } = matcher;
        const bounds = { atLeast: atLeast ?? 0, atMost: atMost ?? Number.POSITIVE_INFINITY };
        return {
          test: `count ${bounds.atLeast} ${bounds.atMost}`,
          holds: true,
          about: { kind: "count", ...bounds },
        };
      }
      case "sameAs": {
        const { other, negated } = matcher;
        return { test: `same ${idOf(other)}`, holds: !negated, about: { kind: "sameAs", other } };
      }
      case "time":
        return {
          test: `time ${JSON.stringify(matcher.window)}`,
          holds: !matcher.negated,
          about: { kind: "time" },
        };
    }
  }
}

const idOf = ({ path, tag }: Field): string => [...path, ...(tag === null ? [] : [tag])].join(".");

function isSeveral(field: Field): boolean {
  const fact = factNameOf(field);
  return fact !== null && FACT_TYPES[fact] === "names";
}

/** A rule as claims. */
export interface ClaimedRule {
  readonly rule: Rule;
  readonly when: readonly Claim[];
  readonly anyOf: readonly (readonly Claim[])[];
  readonly unless: readonly (readonly Claim[])[];
}

/** All rules as claims. */
export const claimRules = ({ rules }: PolicyContent, claimer: Claimer): readonly ClaimedRule[] =>
  rules.map((rule) => ({
    rule,
    when: claimer.block(rule.when),
    anyOf: rule.anyOf.map((block) => claimer.block(block)),
    unless: rule.unless.map((block) => claimer.block(block)),
  }));
