import type { CompiledRule, Policy } from "../policy.ts";
import type { ApprovalRequirement, RuleFinding, RuleRef } from "../verdict.ts";
import { addUp } from "./add-up.ts";

/** The verdict's core: what, by which rules, and which rules could not be decided. */
export type Decision = { readonly decidedBy: RuleRef[]; readonly undecided: RuleRef[] } & (
  | { readonly kind: "approve" }
  | { readonly kind: "reject"; readonly reason: string }
  | { readonly kind: "ask"; readonly requirement: ApprovalRequirement }
);

/**
 * The strictest outcome that matched decides; the order of the rules means nothing.
 *
 * @param findings - one for each of `policy.rules`, in the same order
 */
export function decide(policy: Policy, findings: readonly RuleFinding[]): Decision {
  const { matched, undecided } = byResult(policy, findings);
  if (matched.reject.length > 0) {
    const reason = reasonsOf(matched.reject);
    return { kind: "reject", reason, decidedBy: matched.reject.map(ref), undecided: [] };
  }

  // An undecided ask counts also when another rule asks already: its own demand must not get lost.
  const stricter = [...undecided.reject, ...undecided.ask];
  const nothingMatched = matched.ask.length + matched.approve.length === 0;
  const decisive = stricter.length === 0 && nothingMatched ? undecided.approve : stricter;
  if (matched.ask.length + decisive.length > 0) return ask(policy, matched.ask, decisive.map(ref));
  if (matched.approve.length > 0)
    return { kind: "approve", decidedBy: matched.approve.map(ref), undecided: [] };
  return byDefault(policy);
}

type ByOutcome = Record<RuleFinding["outcome"], CompiledRule[]>;

function byResult(policy: Policy, findings: readonly RuleFinding[]) {
  const matched: ByOutcome = { reject: [], ask: [], approve: [] };
  const undecided: ByOutcome = { reject: [], ask: [], approve: [] };
  policy.rules.forEach((rule, index) => {
    const result = findings[index]?.result ?? "undecided";
    if (result === "matched") matched[rule.outcome.kind].push(rule);
    else if (result === "undecided") undecided[rule.outcome.kind].push(rule);
  });
  return { matched, undecided };
}

/** `whenUnknown` joins the rules that ask instead of replacing them: a lost fact never frees from a known demand. */
function ask(policy: Policy, asking: readonly CompiledRule[], undecided: RuleRef[]): Decision {
  const asks = asking.flatMap(({ outcome }) => (outcome.kind === "ask" ? [outcome.ask] : []));
  const { line, ask: askWhenUnknown } = policy.whenUnknown;
  return undecided.length === 0
    ? { kind: "ask", requirement: addUp(asks), decidedBy: asking.map(ref), undecided }
    : {
        kind: "ask",
        requirement: addUp([...asks, askWhenUnknown]),
        decidedBy: [...asking.map(ref), { name: "whenUnknown", line }],
        undecided,
      };
}

function byDefault({ default: { line, outcome } }: Policy): Decision {
  const by = { decidedBy: [{ name: "default", line }], undecided: [] };
  return outcome.kind === "ask"
    ? { kind: "ask", requirement: addUp([outcome.ask]), ...by }
    : { kind: "reject", reason: outcome.reason, ...by };
}

const ref = ({ name, line }: CompiledRule): RuleRef => ({ name, line });

function reasonsOf(rules: readonly CompiledRule[]): string {
  const reasons = rules.flatMap(({ outcome }) => (outcome.kind === "reject" ? [outcome.reason] : []));
  return [...new Set(reasons)].join(" ");
}
