import type { ApprovalRequirement, Mode, RuleRef } from "../verdict.ts";
import type { CompiledPart } from "./compiled.ts";

/** What is done. */
export type Outcome =
  | { readonly kind: "approve" }
  | { readonly kind: "reject"; readonly reason: string }
  | { readonly kind: "ask"; readonly requirement: ApprovalRequirement }
  | { readonly kind: "wait"; readonly until: string }
  /** `mode`: what keeps it from being done; null when `visibility` leaves it. */
  | { readonly kind: "leave"; readonly mode: Mode | null };

/** Why it is done: rules, freezes, or what has a reserved name. */
interface Reasons {
  /** At least one. */
  readonly decidedBy: readonly RuleRef[];
  /** What could not be decided, because facts are unknown; `whenUnknown` is among those that decided. */
  readonly undecided: readonly CompiledPart[];
  /** What asks that the requester must not review, while it is unknown who that is; `whenUnknown` decides, too. */
  readonly unprotected: readonly RuleRef[];
  /** What kept it from being approved, though it may do no more than that. */
  readonly vetoedBy: readonly RuleRef[];
  /** What would approve, were there neither a veto nor a freeze; else empty. */
  readonly approving: readonly RuleRef[];
}

/** What is done, and why, as `decide` found out. */
export type Ruling = Outcome & Reasons;

const NONE: readonly never[] = [];

/** Where these decided, and there is nothing else to be said. */
export const by = (decidedBy: readonly RuleRef[]): Reasons => ({
  decidedBy,
  undecided: NONE,
  unprotected: NONE,
  vetoedBy: NONE,
  approving: NONE,
});

/** Only what is done. */
export function outcomeOf(ruling: Ruling): Outcome {
  switch (ruling.kind) {
    case "approve":
      return { kind: ruling.kind };
    case "reject":
      return { kind: ruling.kind, reason: ruling.reason };
    case "ask":
      return { kind: ruling.kind, requirement: ruling.requirement };
    case "wait":
      return { kind: ruling.kind, until: ruling.until };
    case "leave":
      return { kind: ruling.kind, mode: ruling.mode };
  }
}

/** Only why, as verdicts keep it: names, and where they stand in the file. */
export const refsOf = ({ decidedBy, undecided, unprotected, vetoedBy }: Reasons) => ({
  decidedBy: decidedBy.map(refTo),
  undecided: [...undecided.map(refTo), ...unprotected.map(refTo)],
  vetoedBy: vetoedBy.map(refTo),
});

const refTo = ({ name, line }: RuleRef): RuleRef => ({ name, line });
