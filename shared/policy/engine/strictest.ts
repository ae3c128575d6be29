import type { CompiledRule, Policy } from "./compiled.ts";
import type { Inspection } from "./inspection.ts";

/** What a rule that matches does, as far as its mode lets it; a veto only keeps it from being approved. */
type Act = "reject" | "ask" | "veto" | "approve";
type ByAct = Record<Act, CompiledRule[]>;

/** The rules that count, sorted by what they do; those that do not match are left out. */
export interface Acts {
  readonly matched: ByAct;
  readonly undecided: ByAct;
}

/**
 * Sorts the rules by what they do.
 *
 * @param modes - written: each in its own mode; enforced: as if none but enforce were written
 */
export function sortActs(policy: Policy, inspection: Inspection, modes: "written" | "enforced"): Acts {
  const matched: ByAct = { reject: [], ask: [], veto: [], approve: [] };
  const undecided: ByAct = { reject: [], ask: [], veto: [], approve: [] };
  for (const rule of policy.rules) {
    const act = modes === "enforced" ? rule.outcome.kind : actOf(rule);
    if (act === null) continue;
    const truth = inspection.matches(rule);
    if (truth === "yes") matched[act].push(rule);
    else if (truth === "unknown") undecided[act].push(rule);
  }
  return { matched, undecided };
}

/** A shadow rule does nothing; in mode approveOnly one that would reject or ask keeps others from approving. */
function actOf({ mode, outcome }: CompiledRule): Act | null {
  if (mode === "shadow") return null;
  return mode === "approveOnly" && outcome.kind !== "approve" ? "veto" : outcome.kind;
}
