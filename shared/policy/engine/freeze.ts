import type { RuleRef } from "../verdict.ts";
import { ask } from "./ask.ts";
import type { CompiledFreeze, Policy } from "./compiled.ts";
import type { Inspection } from "./inspection.ts";
import { does, type Ruling, refTo } from "./ruling.ts";
import { endOf } from "./time-window.ts";

/** What becomes of an approval under the policy's freezes: people are asked, or it waits; null when none holds. */
export function freeze(policy: Policy, inspection: Inspection, approvedBy: RuleRef[]): Ruling | null {
  const matched: CompiledFreeze[] = [];
  const undecided: CompiledFreeze[] = [];
  for (const each of policy.freezes) {
    const truth = inspection.holds(each.when);
    if (truth === "yes") matched.push(each);
    else if (truth === "unknown") undecided.push(each);
  }

  const asking = matched.filter(does("ask"));
  if (asking.length + undecided.length > 0) return ask(policy, inspection, asking, undecided);
  if (matched.length === 0) return null;

  const nowMs = inspection.nowMs();
  // Cannot be: a freeze that waits has a condition on the time, and that said yes.
  if (nowMs === null) return ask(policy, inspection, [], matched);
  const ends = matched.map(({ windows }) => Math.min(...windows.map((window) => endOf(window, nowMs))));
  const until = new Date(Math.max(...ends)).toISOString();
  return { kind: "wait", until, decidedBy: matched.map(refTo), undecided: [], approvedBy };
}
