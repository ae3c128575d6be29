import type { Facts } from "../facts.ts";
import type { WouldHave } from "../verdict.ts";
import type { Policy } from "./compiled.ts";
import { decide } from "./decide.ts";
import { inMode } from "./in-mode.ts";
import { Inspection } from "./inspection.ts";
import { type Outcome, outcomeOf, type Ruling } from "./ruling.ts";
import { sortActs } from "./strictest.ts";
import { type Unhindered, wouldHave } from "./would-have.ts";

/** A verdict without its explanation. */
export type Decision = Outcome &
  Pick<Ruling, "decidedBy" | "undecided" | "vetoedBy"> & {
    readonly wouldHave: Omit<WouldHave, "because"> | null;
    readonly policyHash: string;
  };

/**
 * What the policy says about these facts. Never throws, reads no clock, does no I/O; the work is bounded whatever the
 * facts hold: what would take too long to compare is unknown. `explain` says the same, and why.
 */
export function evaluate(policy: Policy, facts: Facts): Decision {
  const { ruling, unhindered } = judge(policy, new Inspection(policy, facts));
  return {
    ...outcomeOf(ruling),
    decidedBy: ruling.decidedBy,
    undecided: ruling.undecided,
    vetoedBy: ruling.vetoedBy,
    wouldHave: unhindered && { kind: unhindered.kind, decidedBy: unhindered.decidedBy },
    policyHash: policy.hash,
  };
}

/** What is decided, and what would have been if all modes were enforce, where that is something else. */
export function judge(
  policy: Policy,
  inspection: Inspection,
): { readonly ruling: Ruling; readonly unhindered: Unhindered | null } {
  const ruling = inMode(policy.mode, decide(policy, inspection, sortActs(policy, inspection, "written")));
  return { ruling, unhindered: wouldHave(policy, inspection, ruling) };
}
