import type { ApprovalRequirement, Mode, RuleRef } from "../verdict.ts";

/** What is done. */
export type Outcome =
  | { readonly kind: "approve" }
  | { readonly kind: "reject"; readonly reason: string }
  | { readonly kind: "ask"; readonly requirement: ApprovalRequirement }
  | { readonly kind: "wait"; readonly until: string }
  /** `mode`: what keeps it from being done; null when `visibility` leaves it. */
  | { readonly kind: "leave"; readonly mode: Mode | null };

interface By {
  readonly decidedBy: RuleRef[];
  readonly undecided: RuleRef[];
  readonly vetoedBy: RuleRef[];
}

/** What is done, by which rules, which of them could not be decided, and which kept it from being approved. */
export type Ruling = By &
  (
    | Exclude<Outcome, { kind: "wait" }>
    /** `approvedBy`: who would approve, were there no freeze. */
    | (Extract<Outcome, { kind: "wait" }> & { readonly approvedBy: RuleRef[] })
  );

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

/** A rule, a freeze, or one of the reserved names, with what it leads to. */
export interface Deciding<O> extends RuleRef {
  readonly outcome: O;
}

/** Keeps of what decides that which leads to one kind of outcome. */
export const does =
  <K extends string>(kind: K) =>
  <T extends { readonly outcome: { readonly kind: string } }>(
    each: T,
  ): each is T & { readonly outcome: Extract<T["outcome"], { readonly kind: K }> } =>
    each.outcome.kind === kind;

/** Where it stands in the file. */
export const refTo = ({ name, line }: RuleRef): RuleRef => ({ name, line });
