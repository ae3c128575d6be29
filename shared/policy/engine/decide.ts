import type { RejectOutcome } from "../content.ts";
import { approve } from "./approve.ts";
import { ask } from "./ask.ts";
import type { Policy } from "./compiled.ts";
import type { Inspection } from "./inspection.ts";
import { type Deciding, does, type Ruling, refTo } from "./ruling.ts";
import type { Acts } from "./strictest.ts";
import { visibilityOf } from "./visibility.ts";

/**
 * The strictest outcome that matched decides, whatever the order of the rules: reject, ask, wait, approve, and the
 * default when nothing matched, or when a rule that may not act itself keeps it from being approved. Who may not ask at
 * all is rejected or left, and nobody else is troubled.
 */
export function decide(policy: Policy, inspection: Inspection, { matched, undecided }: Acts): Ruling {
  const visibility = visibilityOf(policy, inspection);

  const rejecting = [...matched.reject.filter(does("reject")), ...visibility.rejecting];
  if (rejecting.length > 0) return reject(rejecting);
  if (visibility.leaving.length > 0) {
    return {
      kind: "leave",
      mode: null,
      decidedBy: visibility.leaving.map(refTo),
      undecided: [],
      vetoedBy: [],
    };
  }

  // An undecided ask counts also when another rule asks already: its own demand must not get lost.
  const stricter = [...undecided.reject, ...undecided.ask, ...visibility.undecided];
  const nothingMatched = matched.ask.length + matched.approve.length === 0;
  const decisive = stricter.length === 0 && nothingMatched ? undecided.approve : stricter;
  const asking = matched.ask.filter(does("ask"));
  if (asking.length + decisive.length > 0) return ask(policy, inspection, asking, decisive);

  if (matched.approve.length === 0) return byDefault(policy, inspection);
  if (matched.veto.length > 0) return { ...byDefault(policy, inspection), vetoedBy: matched.veto.map(refTo) };
  return approve(policy, inspection, matched.approve, undecided.veto);
}

/** The reasons of all, each once. */
function reject(rejecting: readonly Deciding<RejectOutcome>[]): Ruling {
  const reasons = new Set(rejecting.map(({ outcome }) => outcome.reason));
  return {
    kind: "reject",
    reason: [...reasons].join(" "),
    decidedBy: rejecting.map(refTo),
    undecided: [],
    vetoedBy: [],
  };
}

function byDefault(policy: Policy, inspection: Inspection): Ruling {
  const { line, outcome } = policy.default;
  return outcome.kind === "ask"
    ? ask(policy, inspection, [{ name: "default", line, outcome }])
    : reject([{ name: "default", line, outcome }]);
}
