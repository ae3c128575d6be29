import type { AskOutcome } from "../content.ts";
import type { RuleRef } from "../verdict.ts";
import { ask } from "./ask.ts";
import type { Policy } from "./compiled.ts";
import { freezesOn, thaw } from "./freeze.ts";
import type { Inspection } from "./inspection.ts";
import { type Deciding, does, type Ruling, refTo } from "./ruling.ts";

/**
 * Approves, unless something is in the way: whatever asks adds up, the kill switch, freezes, and `whenUnknown` for what
 * is undecided; where nothing asks, a freeze makes it wait.
 *
 * @param vetoing - the rules that may keep it from being approved, if only one knew
 */
export function approve(
  policy: Policy,
  inspection: Inspection,
  approving: readonly RuleRef[],
  vetoing: readonly RuleRef[],
): Ruling {
  const frozen = freezesOn(policy, inspection);
  const asking = [...killSwitch(policy), ...frozen.matched.filter(does("ask"))];
  const undecided = [...vetoing, ...frozen.undecided];
  if (asking.length + undecided.length > 0) return ask(policy, inspection, asking, undecided);

  const approvedBy = approving.map(refTo);
  if (frozen.matched.length === 0)
    return { kind: "approve", decidedBy: approvedBy, undecided: [], vetoedBy: [] };

  const until = thaw(frozen.matched, inspection);
  // Cannot be: a freeze that waits has a condition on the time, and that said yes.
  if (until === null) return ask(policy, inspection, [], frozen.matched);
  return {
    kind: "wait",
    until,
    decidedBy: frozen.matched.map(refTo),
    undecided: [],
    vetoedBy: [],
    approvedBy,
  };
}

/** Thrown, it asks whom the default asks, or `whenUnknown` where the default rejects. */
function killSwitch({ approvals, default: byDefault, whenUnknown }: Policy): Deciding<AskOutcome>[] {
  if (approvals === "on") return [];
  const { line, outcome } = byDefault;
  const asks = outcome.kind === "ask" ? outcome : ({ kind: "ask", ask: whenUnknown.ask } as const);
  return [{ name: "killSwitch", line, outcome: asks }];
}
