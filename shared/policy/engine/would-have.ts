import type { Policy } from "./compiled.ts";
import { decide } from "./decide.ts";
import type { Inspection } from "./inspection.ts";
import type { Ruling } from "./ruling.ts";
import { sortActs } from "./strictest.ts";

/** What all rules together do where none of them is held back: a wait counts as the approval that it will become. */
export type Unhindered = Extract<Ruling, { kind: "approve" | "reject" | "ask" }>;

/** What would have been decided if every mode were enforce; null when that is no news: the same kind, and no veto. */
export function wouldHave(policy: Policy, inspection: Inspection, actual: Ruling): Unhindered | null {
  if (policy.isEnforced) return null;

  const enforced = decide(policy, inspection, sortActs(policy, inspection, "enforced"));
  // What visibility leaves is left in every mode.
  if (enforced.kind === "leave") return null;
  if (enforced.kind === actual.kind && actual.vetoedBy.length === 0) return null;
  return enforced.kind === "wait"
    ? { kind: "approve", decidedBy: enforced.approvedBy, undecided: [], vetoedBy: [] }
    : enforced;
}
