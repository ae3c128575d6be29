import type { CompiledRule, Policy } from "./compiled.ts";
import type { Inspection } from "./inspection.ts";

/** What a rule that matches does, as far as its mode lets it; a veto only keeps the request from being approved. */
type Effect = "reject" | "ask" | "veto" | "approve";
type ByEffect = Record<Effect, CompiledRule[]>;

/** The rules that have an effect, sorted by it; those that do not match are left out. */
export interface Effects {
  readonly matched: ByEffect;
  readonly undecided: ByEffect;
}

/**
 * Sorts the rules by what they do.
 *
 * @param modes - written: each in its own mode; enforced: as if none but enforce were written
 */
export function sortByEffect(policy: Policy, inspection: Inspection, modes: "written" | "enforced"): Effects {
  const matched: ByEffect = { reject: [], ask: [], veto: [], approve: [] };
  const undecided: ByEffect = { reject: [], ask: [], veto: [], approve: [] };
  for (const rule of policy.rules) {
    const effect = modes === "enforced" ? rule.outcome.kind : effectOf(rule);
    if (effect === null) continue;
    const truth = inspection.matches(rule);
    if (truth === "yes") matched[effect].push(rule);
    else if (truth === "unknown") undecided[effect].push(rule);
  }
  return { matched, undecided };
}

/** A shadow rule does nothing; in mode approveOnly one that would reject or ask keeps others from approving. */
function effectOf({ mode, outcome }: CompiledRule): Effect | null {
  if (mode === "shadow") return null;
  return mode === "approveOnly" && outcome.kind !== "approve" ? "veto" : outcome.kind;
}
