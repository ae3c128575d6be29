import type { Field } from "./facts.ts";
import type { Integration, Mode, OnTimeout, Requirement } from "./verdict.ts";

/**
 * What a policy says, checked. Plain JSON: `policy build` writes it to a file, and `compile` makes a `Policy` of it.
 */
export interface PolicyContent {
  readonly mode: Mode;
  /** Entries of every list that a condition uses, as written, by the list's name. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  /** Every system that may review, whether something asks it or not; in the order of the file. */
  readonly integrations: readonly Integration[];
  /** What happens when no rule matched. Never an approve: a policy that forgot a case would be open. */
  readonly default: { readonly line: number; readonly outcome: RejectOutcome | AskOutcome };
  readonly whenUnknown: { readonly line: number; readonly ask: Ask };
  /** Who may ask at all; null: everybody. */
  readonly visibility: Visibility | null;
  readonly freezes: readonly Freeze[];
  readonly rules: readonly Rule[];
}

/** One rule as written: all of `when`, one block of `anyOf` if there are any, and no whole block of `unless`. */
export interface Rule {
  readonly name: string;
  /** In its author's words; a file that was built before there were any has none. */
  readonly description?: string;
  /** 1-based. */
  readonly line: number;
  /** The stricter of the rule's own and the policy's. */
  readonly mode: Mode;
  readonly when: Block;
  readonly anyOf: readonly Block[];
  readonly unless: readonly Block[];
  readonly outcome: Outcome;
}

/** Conditions that must all hold. */
export type Block = readonly Condition[];

/** Only requests that fit one of the blocks may ask; what becomes of the others. */
export interface Visibility {
  readonly line: number;
  readonly anyOf: readonly Block[];
  readonly otherwise: RejectOutcome | { readonly kind: "leave" };
}

/** A time in which nothing is approved by policy: what would be approved waits, or people are asked. */
export interface Freeze {
  readonly name: string;
  readonly line: number;
  /** Has a condition on `time` when `outcome` is wait. */
  readonly when: Block;
  readonly outcome: AskOutcome | { readonly kind: "wait" };
}

export interface ApproveOutcome {
  readonly kind: "approve";
}
export interface RejectOutcome {
  readonly kind: "reject";
  readonly reason: string;
}
export interface AskOutcome {
  readonly kind: "ask";
  readonly ask: Ask;
}
/** What a rule leads to when it matches. */
export type Outcome = ApproveOutcome | RejectOutcome | AskOutcome;

/** What one `ask` of the file demands; several that apply are added up by `addUp`. */
export interface Ask {
  /** Every one of them must be met; at least one. */
  readonly requirements: readonly Requirement[];
  readonly timeoutMs: number;
  readonly remindAfterMs: number | null;
  readonly onTimeout: OnTimeout;
  readonly reasonRequired: boolean;
  readonly preventSelfReview: boolean;
  /** The authentication context that a review needs, `c1` to `c99`; null when it needs none. */
  readonly authContext: string | null;
  /** Whether an answer counts that somebody gives in a card of Teams, without a sign-in of their own. */
  readonly inCard: boolean;
  /** Whether all demands that are added up with these need different people. */
  readonly distinctPeople: boolean;
}

/** One condition as written. */
export interface Condition {
  readonly field: Field;
  /** Two conditions on one field with the same key say the same. */
  readonly key: string;
  /** Continues the sentence "expected …". */
  readonly expected: string;
  readonly matcher: Matcher;
}

/** The test of one field. `negated` turns yes and no around; unknown stays unknown. */
export type Matcher =
  | { readonly kind: "present"; readonly wanted: boolean }
  /** Any of the texts and patterns, as written; a field with several values matches with any of them. */
  | { readonly kind: "text"; readonly negated: boolean; readonly texts: readonly string[] }
  /** Any entry of a list under `PolicyContent.lists`. */
  | { readonly kind: "list"; readonly negated: boolean; readonly list: string }
  /** The same text as another field has now. */
  | { readonly kind: "sameAs"; readonly negated: boolean; readonly other: Field }
  /** A count within both bounds, inclusive. */
  | { readonly kind: "count"; readonly atLeast: number | null; readonly atMost: number | null }
  | { readonly kind: "time"; readonly negated: boolean; readonly window: TimeWindow };

/** A stretch of time. All that is given must hold. */
export interface TimeWindow {
  /** IANA name; null only when neither `days` nor `between` is given. */
  readonly timezone: string | null;
  /** 0 is Sunday; sorted, without repetition. With a `between` that crosses midnight, the day on which it began. */
  readonly days: readonly number[] | null;
  /** Minutes since local midnight, from inclusive, to exclusive; from > to crosses midnight. */
  readonly between: { readonly from: number; readonly to: number } | null;
  /** Unix ms, inclusive. */
  readonly from: number | null;
  /** Unix ms, exclusive. */
  readonly until: number | null;
}
