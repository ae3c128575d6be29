import { createHash } from "node:crypto";
import type { AskOutcome, Outcome, PolicyContent, RejectOutcome, TimeWindow } from "../content.ts";
import { type FactName, type Field, factNameOf } from "../facts.ts";
import type { Texts } from "../texts.ts";
import { type Integration, Mode, type RuleRef } from "../verdict.ts";
import type { TypedField } from "./read-facts.ts";

/** A policy that is ready to judge. Made by `compile`; for all but the engine it is its hash, its modes and its rules. */
export interface Policy {
  /** SHA-256, in hex, of what the policy says: comments, layout and the order of rules do not change it. */
  readonly hash: string;
  /** Off: the kill switch. What would be approved by policy asks people. */
  readonly approvals: "on" | "off";
  readonly mode: Mode;
  /** The systems that may review. */
  readonly integrations: readonly Integration[];
  /** Sorted by name, since the order in the file means nothing. */
  readonly rules: readonly CompiledRule[];
  /** Whether the policy and each of its rules are in mode enforce. */
  readonly isEnforced: boolean;
  readonly default: PolicyContent["default"];
  readonly whenUnknown: PolicyContent["whenUnknown"];
  readonly visibility: CompiledVisibility | null;
  /** Sorted by name. */
  readonly freezes: readonly CompiledFreeze[];
  /** Every field that some condition, or `preventSelfReview`, looks at, once. */
  readonly fields: readonly TypedField[];
  /** Every different condition, once. */
  readonly conditions: readonly CompiledCondition[];
  /** Place of the requester in `fields`; null when no ask prevents self-review. */
  readonly requester: FieldIndex | null;
}

/** A condition's place in `Policy.conditions`. */
export type ConditionIndex = number;
/** A field's place in `Policy.fields`. */
export type FieldIndex = number;

/** Conditions that must all hold. */
export type CompiledBlock = readonly ConditionIndex[];

/** A rule, a freeze or the visibility: what matches, or holds, or cannot be decided. */
export interface CompiledPart extends RuleRef {
  /** All of its conditions, in whatever block they stand. */
  readonly conditions: readonly ConditionIndex[];
}

/** A rule whose conditions are indices, so that a condition that many rules share is tested once. */
export interface CompiledRule extends CompiledPart {
  /** What it is for, in its author's words; it decides nothing. */
  readonly description: string | null;
  readonly mode: Mode;
  readonly when: CompiledBlock;
  readonly anyOf: readonly CompiledBlock[];
  readonly unless: readonly CompiledBlock[];
  readonly outcome: Outcome;
}

export interface CompiledVisibility extends CompiledPart {
  readonly name: "visibility";
  readonly anyOf: readonly CompiledBlock[];
  /** What becomes of a request for which none of the blocks holds. */
  readonly outcome: RejectOutcome | { readonly kind: "leave" };
}

export interface CompiledFreeze extends CompiledPart {
  readonly when: CompiledBlock;
  readonly outcome: AskOutcome | { readonly kind: "wait" };
  /** The times that must all be for it to hold: it is over when the first of them is. */
  readonly windows: readonly TimeWindow[];
}

export interface CompiledCondition {
  readonly field: FieldIndex;
  /** The field as this condition spells it. */
  readonly name: Field["name"];
  readonly expected: string;
  readonly matcher: CompiledMatcher;
}

/** The test of one field. `negated` turns yes and no around; unknown stays unknown. */
export type CompiledMatcher =
  | { readonly kind: "present"; readonly wanted: boolean }
  | { readonly kind: "text"; readonly negated: boolean; readonly texts: Texts }
  | { readonly kind: "sameAs"; readonly negated: boolean; readonly other: FieldIndex }
  /** Both inclusive. */
  | { readonly kind: "count"; readonly atLeast: number; readonly atMost: number }
  | { readonly kind: "time"; readonly negated: boolean; readonly window: TimeWindow };

/**
 * Which facts the policy asks about: only those need to be gathered. The requester is among them when one of its asks
 * prevents self-review.
 */
export const factsUsed = ({ fields }: Policy): ReadonlySet<FactName> =>
  new Set(fields.map(factNameOf).filter((name) => name !== null));

/**
 * The same policy with its kill switch on: whatever it would approve asks the people of its default (or of
 * `whenUnknown`, if the default rejects). Its hash is another one, since it says something else.
 */
export function withApprovalsOff(policy: Policy): Policy {
  if (policy.approvals === "off") return policy;
  const hash = createHash("sha256").update(`approvals off\n${policy.hash}`).digest("hex");
  return { ...policy, approvals: "off", hash };
}

/** The same policy, in this mode if its own does more. Its hash is another one then, since it says something else. */
export function withModeAtMost(policy: Policy, most: Mode): Policy {
  if (Mode.options.indexOf(policy.mode) >= Mode.options.indexOf(most)) return policy;
  const hash = createHash("sha256").update(`mode ${most}\n${policy.hash}`).digest("hex");
  return { ...policy, mode: most, isEnforced: false, hash };
}
