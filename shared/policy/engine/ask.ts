import type { AskOutcome } from "../content.ts";
import type { RuleRef } from "../verdict.ts";
import { addUp } from "./add-up.ts";
import type { Policy } from "./compiled.ts";
import type { Inspection } from "./inspection.ts";
import { type Deciding, type Ruling, refTo } from "./ruling.ts";

/**
 * Asks everybody at once. `whenUnknown` joins those that ask instead of replacing them when something is undecided: a
 * lost fact never frees from a known demand. Not to know whom to keep from reviewing their own request is such a loss.
 *
 * @param undecided - what could make the answer stricter; this or `asking` has an entry
 */
export function ask(
  policy: Policy,
  inspection: Inspection,
  asking: readonly Deciding<AskOutcome>[],
  undecided: readonly RuleRef[] = [],
): Ruling {
  const requester = requesterOf(policy, inspection);
  const unprotected = requester === null ? asking.filter((each) => each.outcome.ask.preventSelfReview) : [];
  const lacking = [...undecided, ...unprotected].map(refTo);
  const { line, ask: askWhenUnknown } = policy.whenUnknown;
  const whenUnknown = { name: "whenUnknown", line, outcome: { kind: "ask", ask: askWhenUnknown } } as const;
  const all = lacking.length === 0 ? asking : [...asking, whenUnknown];
  return {
    kind: "ask",
    requirement: addUp(
      all.map(({ outcome }) => outcome.ask),
      requester,
    ),
    decidedBy: all.map(refTo),
    undecided: lacking,
    vetoedBy: [],
  };
}

/** Folded, as it is compared with reviewers; null when nobody knows, and a blank name is nobody's. */
function requesterOf(policy: Policy, inspection: Inspection): string | null {
  const seen = policy.requester === null ? null : inspection.see(policy.requester);
  const name = seen?.kind === "text" ? seen.folded.trim() : "";
  return name === "" ? null : name;
}
