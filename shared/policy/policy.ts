import type { Field } from "./facts.ts";
import type { Texts } from "./texts.ts";
import type { OnTimeout, Requirement } from "./verdict.ts";

/** What one `ask` of the file demands; several that apply are added up by `addUp`. */
export interface Ask {
  readonly requirement: Requirement;
  readonly timeoutMs: number;
  readonly remindAfterMs: number | null;
  readonly onTimeout: OnTimeout;
}

/** What a rule leads to when it matches. */
export type Outcome =
  | { readonly kind: "approve" }
  | { readonly kind: "reject"; readonly reason: string }
  | { readonly kind: "ask"; readonly ask: Ask };

/** The test of one field. */
export type Matcher =
  | { readonly kind: "present"; readonly wanted: boolean }
  | { readonly kind: "text"; readonly negated: boolean; readonly texts: Texts };

/** One condition as written. */
export interface Condition {
  readonly field: Field;
  /** Two conditions on one field with the same key say the same. */
  readonly key: string;
  /** Continues the sentence "expected …". */
  readonly expected: string;
  readonly matcher: Matcher;
}

/** One rule as written: all of `when`, and no whole block of `unless`. */
export interface Rule {
  readonly name: string;
  /** 1-based. */
  readonly line: number;
  readonly when: readonly Condition[];
  readonly unless: readonly (readonly Condition[])[];
  readonly outcome: Outcome;
}

/** The file's content, checked: what the loader hands to `compile`. */
export interface PolicyContent {
  readonly rules: readonly Rule[];
  readonly default: { readonly line: number; readonly outcome: Exclude<Outcome, { kind: "approve" }> };
  readonly whenUnknown: { readonly line: number; readonly ask: Ask };
}

/** A condition's place in `Policy.conditions`. */
export type ConditionIndex = number;

/** A condition whose field is its place in `Policy.fields`. */
export interface CompiledCondition {
  readonly field: number;
  /** The field as this condition spells it. */
  readonly name: string;
  readonly expected: string;
  readonly matcher: Matcher;
}

/** A rule whose conditions are indices, so that a condition that many rules share is tested once. */
export interface CompiledRule {
  readonly name: string;
  readonly line: number;
  readonly when: readonly ConditionIndex[];
  readonly unless: readonly (readonly ConditionIndex[])[];
  readonly outcome: Outcome;
}

/** A policy that is ready to evaluate. Made by `loadPolicy` only, so holding one means that its file was sound. */
export interface Policy extends Omit<PolicyContent, "rules"> {
  /** SHA-256, in hex, of what the file says: comments, layout and the order of rules do not change it. */
  readonly hash: string;
  /** Sorted by name, since the order in the file means nothing. */
  readonly rules: readonly CompiledRule[];
  /** Every field that some condition looks at, once. */
  readonly fields: readonly Field[];
  /** Every different condition, once. */
  readonly conditions: readonly CompiledCondition[];
}
