import type { AskOutcome, RejectOutcome } from "../policy.ts";
import type { Mode, RuleRef } from "../verdict.ts";
import { ask } from "./ask.ts";
import type { Policy } from "./compiled.ts";
import { freeze } from "./freeze.ts";
import type { Inspection } from "./inspection.ts";
import { type Deciding, does, type Ruling, refTo } from "./ruling.ts";
import type { Acts } from "./strictest.ts";
import { visibilityOf } from "./visibility.ts";

/**
 * The strictest outcome that matched decides, whatever the order of the rules: reject, ask, leave, wait, approve, and
 * the default when nothing matched. Who may not ask at all is rejected or left, and nobody else is troubled.
 */
export function decide(policy: Policy, inspection: Inspection, { matched, undecided }: Acts): Ruling {
  const visibility = visibilityOf(policy, inspection);

  const rejecting = [...matched.reject.filter(does("reject")), ...visibility.rejecting];
  if (rejecting.length > 0) return reject(rejecting);
  if (visibility.leaving.length > 0) return leave(visibility.leaving, null);

  // An undecided ask counts also when another rule asks already: its own demand must not get lost.
  const stricter = [...undecided.reject, ...undecided.ask, ...visibility.undecided];
  const nothingMatched = matched.ask.length + matched.leave.length + matched.approve.length === 0;
  const decisive = stricter.length === 0 && nothingMatched ? undecided.approve : stricter;
  const asking = matched.ask.filter(does("ask"));
  if (asking.length + decisive.length > 0) return ask(policy, inspection, asking, decisive);

  if (matched.leave.length > 0) return leave(matched.leave, "approveOnly");
  if (undecided.leave.length > 0) return leave(undecided.leave, "approveOnly", undecided.leave);
  if (matched.approve.length > 0) return approve(policy, inspection, matched.approve);
  return byDefault(policy, inspection);
}

/** The reasons of all, each once. */
function reject(rejecting: readonly Deciding<RejectOutcome>[]): Ruling {
  const reasons = new Set(rejecting.map(({ outcome }) => outcome.reason));
  return { kind: "reject", reason: [...reasons].join(" "), decidedBy: rejecting.map(refTo), undecided: [] };
}

function leave(by: readonly RuleRef[], mode: Mode | null, undecided: readonly RuleRef[] = []): Ruling {
  return { kind: "leave", mode, decidedBy: by.map(refTo), undecided: undecided.map(refTo) };
}

/** Approves, unless the kill switch or a freeze is in the way. */
function approve(policy: Policy, inspection: Inspection, approving: readonly RuleRef[]): Ruling {
  const { approvals, default: byDefault, whenUnknown } = policy;
  if (approvals === "off") {
    const outcome: AskOutcome =
      byDefault.outcome.kind === "ask" ? byDefault.outcome : { kind: "ask", ask: whenUnknown.ask };
    return ask(policy, inspection, [{ name: "killSwitch", line: byDefault.line, outcome }]);
  }
  const approvedBy = approving.map(refTo);
  return freeze(policy, inspection, approvedBy) ?? { kind: "approve", decidedBy: approvedBy, undecided: [] };
}

function byDefault(policy: Policy, inspection: Inspection): Ruling {
  const { line, outcome } = policy.default;
  return outcome.kind === "ask"
    ? ask(policy, inspection, [{ name: "default", line, outcome }])
    : reject([{ name: "default", line, outcome }]);
}
