import type { Facts } from "../facts.ts";
import { NOTHING_OMITTED, type RuleFinding, type Verdict } from "../verdict.ts";
import { because } from "./because.ts";
import type { Policy } from "./compiled.ts";
import { judge } from "./evaluate.ts";
import { findAll } from "./findings.ts";
import { Inspection } from "./inspection.ts";
import { nearMisses } from "./near-misses.ts";
import { outcomeOf, refsOf } from "./ruling.ts";
import { unknownFacts } from "./unknown-facts.ts";

/** What `evaluate` says about these facts, and why: every condition of every rule, and what would have been. */
export function explain(policy: Policy, facts: Facts): Verdict {
  const inspection = new Inspection(policy, facts);
  const { ruling, enforced } = judge(policy, inspection);
  const { decidedBy, undecided, vetoedBy } = refsOf(ruling);
  const { rules, gates } = findAll(policy, inspection);
  // A near miss of a shadow rule is no news, unless the whole policy is in that mode.
  const counts = ({ mode }: RuleFinding) => mode !== "shadow" || policy.mode === "shadow";
  return {
    ...outcomeOf(ruling),
    because: because(policy, inspection, ruling),
    decidedBy,
    undecided,
    vetoedBy,
    wouldHave: enforced && {
      kind: enforced.kind,
      decidedBy: refsOf(enforced).decidedBy,
      because: because(policy, inspection, enforced),
    },
    rules,
    gates,
    rulesOmitted: 0,
    omitted: NOTHING_OMITTED,
    nearMisses: nearMisses(rules.filter(counts)),
    unknownFacts: unknownFacts(policy, inspection),
    policyHash: policy.hash,
  };
}
