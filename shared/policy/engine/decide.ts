import type { AskOutcome, RejectOutcome } from "../content.ts";
import { GUID } from "../guid.ts";
import type { RuleRef } from "../verdict.ts";
import { addUp } from "./add-up.ts";
import type { CompiledFreeze, CompiledPart, CompiledRule, Policy } from "./compiled.ts";
import type { Effects } from "./effects.ts";
import type { Inspection } from "./inspection.ts";
import { by, type Ruling } from "./ruling.ts";
import { endOf } from "./time-window.ts";

/**
 * The strictest outcome that matched decides, whatever the order of the rules: reject, ask, wait, approve, and the
 * default when nothing matched, or when a rule in mode approveOnly vetoes the approval. A request that `visibility` does
 * not allow is rejected or left, without any question to people.
 */
export function decide(policy: Policy, inspection: Inspection, { matched, undecided }: Effects): Ruling {
  const { visibility } = policy;
  const visible = visibility === null ? "yes" : inspection.holdsOneOf(visibility.anyOf);
  const hiding = visibility !== null && visible === "no" ? [visibility] : [];
  const rejecting = [...matched.reject, ...hiding].filter(leadsTo("reject"));
  if (rejecting.length > 0) return reject(rejecting);
  if (hiding.length > 0) return { ...by(hiding), kind: "leave", mode: null };

  // An undecided ask counts also when another rule asks already: its own demand must not get lost.
  const stricter: CompiledPart[] = [...undecided.reject, ...undecided.ask];
  if (visibility !== null && visible === "unknown") stricter.push(visibility);
  const nothingMatched = matched.ask.length + matched.approve.length === 0;
  const decisive = stricter.length === 0 && nothingMatched ? undecided.approve : stricter;
  const asking = matched.ask.filter(leadsTo("ask"));
  if (asking.length + decisive.length > 0) return ask(policy, inspection, asking, decisive);

  if (matched.approve.length === 0) return byDefault(policy, inspection);
  if (matched.veto.length === 0) return approve(policy, inspection, matched.approve, undecided.veto);
  return { ...byDefault(policy, inspection), vetoedBy: matched.veto, approving: matched.approve };
}

/** A rule, a freeze, the visibility, or what has a reserved name, with what it leads to. */
interface Deciding<O> extends RuleRef {
  readonly outcome: O;
}

/** Keeps of what decides that which leads to one kind of outcome. */
const leadsTo =
  <K extends string>(kind: K) =>
  <T extends { readonly outcome: { readonly kind: string } }>(
    each: T,
  ): each is T & { readonly outcome: Extract<T["outcome"], { readonly kind: K }> } =>
    each.outcome.kind === kind;

/** The reasons of all, each once. */
function reject(rejecting: readonly Deciding<RejectOutcome>[]): Ruling {
  const reasons = new Set(rejecting.map(({ outcome }) => outcome.reason));
  return { ...by(rejecting), kind: "reject", reason: [...reasons].join(" ") };
}

function byDefault(policy: Policy, inspection: Inspection): Ruling {
  const { line, outcome } = policy.default;
  return outcome.kind === "ask"
    ? ask(policy, inspection, [{ name: "default", line, outcome }])
    : reject([{ name: "default", line, outcome }]);
}

/**
 * Asks all groups at once. `whenUnknown` joins those that ask instead of replacing them when something is undecided: a
 * lost fact never frees from a known demand. An unknown requester, who must not review, is such a fact.
 *
 * @param undecided - what could make the answer stricter; this or `asking` has an entry
 */
function ask(
  policy: Policy,
  inspection: Inspection,
  asking: readonly Deciding<AskOutcome>[],
  undecided: readonly CompiledPart[] = [],
): Ruling {
  const requester = requesterOf(policy, inspection);
  const unprotected = requester === null ? asking.filter((each) => each.outcome.ask.preventSelfReview) : [];
  const { line, ask: askWhenUnknown } = policy.whenUnknown;
  const whenUnknown = { name: "whenUnknown", line, outcome: { kind: "ask", ask: askWhenUnknown } } as const;
  const all = undecided.length + unprotected.length === 0 ? asking : [...asking, whenUnknown];
  const asks = all.map(({ outcome }) => outcome.ask);
  return { ...by(all), kind: "ask", requirement: addUp(asks, requester), undecided, unprotected };
}

/** The requester's object id, lower-cased. Anything else tells nobody apart for sure, so it counts as unknown. */
function requesterOf(policy: Policy, inspection: Inspection): string | null {
  const seen = policy.requester === null ? null : inspection.see(policy.requester);
  return seen?.kind === "text" && GUID.test(seen.folded) ? seen.folded : null;
}

/**
 * Approves, unless something is in the way: whatever asks adds up, the kill switch, freezes, and `whenUnknown` for what
 * is undecided; where nothing asks, a freeze makes it wait.
 *
 * @param vetoing - the rules of which it is unknown whether they keep it from being approved
 */
function approve(
  policy: Policy,
  inspection: Inspection,
  approving: readonly CompiledRule[],
  vetoing: readonly CompiledRule[],
): Ruling {
  const frozen = policy.freezes.filter(({ when }) => inspection.holds(when) === "yes");
  const perhapsFrozen = policy.freezes.filter(({ when }) => inspection.holds(when) === "unknown");
  const asking = [...killSwitch(policy), ...frozen.filter(leadsTo("ask"))];
  const undecided = [...vetoing, ...perhapsFrozen];
  if (asking.length + undecided.length > 0) return ask(policy, inspection, asking, undecided);
  if (frozen.length === 0) return { ...by(approving), kind: "approve" };

  const until = endOfAll(frozen, inspection);
  // Cannot be: a freeze that waits has a condition on the time, and that said yes.
  if (until === null) return ask(policy, inspection, [], frozen);
  return { ...by(frozen), kind: "wait", until, approving };
}

/** When it is on, it asks whom the default asks, or `whenUnknown` where the default rejects. */
function killSwitch({ approvals, default: byDefault, whenUnknown }: Policy): Deciding<AskOutcome>[] {
  if (approvals === "on") return [];
  const { line, outcome } = byDefault;
  const asks = outcome.kind === "ask" ? outcome : ({ kind: "ask", ask: whenUnknown.ask } as const);
  return [{ name: "killSwitch", line, outcome: asks }];
}

/** When the last of these is over, ISO 8601; null when it is unknown what time it is. */
function endOfAll(freezes: readonly CompiledFreeze[], inspection: Inspection): string | null {
  const nowMs = inspection.nowMs();
  if (nowMs === null) return null;
  const ends = freezes.map(({ windows }) => Math.min(...windows.map((window) => endOf(window, nowMs))));
  return new Date(Math.max(...ends)).toISOString();
}
