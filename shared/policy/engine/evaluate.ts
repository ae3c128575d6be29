import type { Facts } from "../facts.ts";
import type { Mode, RuleRef, WouldHave } from "../verdict.ts";
import type { Policy } from "./compiled.ts";
import { decide } from "./decide.ts";
import { sortByEffect } from "./effects.ts";
import { Inspection } from "./inspection.ts";
import { by, type Outcome, outcomeOf, type Ruling, refsOf } from "./ruling.ts";

/** A verdict without its explanation. */
export type Decision = Outcome & {
  readonly decidedBy: RuleRef[];
  readonly undecided: RuleRef[];
  readonly vetoedBy: RuleRef[];
  readonly wouldHave: Omit<WouldHave, "because"> | null;
  readonly policyHash: string;
};

/**
 * What the policy says about these facts. Never throws, reads no clock, does no I/O; the work is bounded whatever the
 * facts hold: what would take too long to compare is unknown. `explain` says the same, and why.
 */
export function evaluate(policy: Policy, facts: Facts): Decision {
  const { ruling, enforced } = judge(policy, new Inspection(policy, facts));
  const { decidedBy, undecided, vetoedBy } = refsOf(ruling);
  return {
    ...outcomeOf(ruling),
    decidedBy,
    undecided,
    vetoedBy,
    wouldHave: enforced && { kind: enforced.kind, decidedBy: refsOf(enforced).decidedBy },
    policyHash: policy.hash,
  };
}

/** What all rules together do where each is enforced; a wait counts as the approval that it will become. */
type EnforcedRuling = Extract<Ruling, { kind: WouldHave["kind"] }>;

/** What is decided, and what would have been if every mode were enforce, where that is something else. */
export function judge(
  policy: Policy,
  inspection: Inspection,
): { readonly ruling: Ruling; readonly enforced: EnforcedRuling | null } {
  const ruling = inMode(policy.mode, decide(policy, inspection, sortByEffect(policy, inspection, "written")));
  return { ruling, enforced: policy.isEnforced ? null : enforce(policy, inspection, ruling) };
}

/** What is left of a ruling in the policy's own mode: approveOnly neither rejects nor asks, shadow does nothing. */
function inMode(mode: Mode, ruling: Ruling): Ruling {
  const isHeldBack =
    mode === "shadow" || (mode === "approveOnly" && (ruling.kind === "reject" || ruling.kind === "ask"));
  if (!isHeldBack || ruling.kind === "leave") return ruling;
  const { decidedBy, undecided, unprotected, vetoedBy, approving } = ruling;
  return { kind: "leave", mode, decidedBy, undecided, unprotected, vetoedBy, approving };
}

/** Null when that is no news: the same kind, and no veto. */
function enforce(policy: Policy, inspection: Inspection, actual: Ruling): EnforcedRuling | null {
  const enforced = decide(policy, inspection, sortByEffect(policy, inspection, "enforced"));
  // What visibility leaves is left in every mode.
  if (enforced.kind === "leave") return null;
  if (enforced.kind === actual.kind && actual.vetoedBy.length === 0) return null;
  return enforced.kind === "wait" ? { ...by(enforced.approving), kind: "approve" } : enforced;
}
