import { type Fact, type Facts, readFields } from "../facts.ts";
import type { CompiledRule, ConditionIndex, Matcher, Policy } from "../policy.ts";
import { fold } from "../text.ts";
import { includesText } from "../texts.ts";
import type { ConditionFinding, RuleFinding, Verdict } from "../verdict.ts";
import { because } from "./because.ts";
import { type Decision, decide } from "./decide.ts";
import { nearMisses } from "./near-misses.ts";

type Truth = ConditionFinding["result"];

/**
 * What the policy says about these facts, and why. Never throws, reads no clock, does no I/O; the work is bounded by
 * the policy's size and the length of the facts, which is capped, whatever they hold.
 *
 * The strictest outcome that matched decides: reject, ask, approve, then the default. A rule that an unknown fact
 * leaves undecided, and that could have made the answer stricter, makes `whenUnknown` ask.
 */
export function evaluate(policy: Policy, facts: Facts): Verdict {
  const actuals = readFields(policy.fields, facts);
  const findings = findConditions(policy, actuals);
  const rules = policy.rules.map((rule) => judge(rule, findings));
  const decision = decide(policy, rules);
  const unknownFacts = policy.fields.flatMap(({ name }, index) => {
    const actual = actuals[index];
    return actual?.kind === "unknown" ? [{ field: name, cause: actual.cause }] : [];
  });

  return {
    ...outcomeOf(decision),
    because: because(decision, unknownFacts),
    decidedBy: decision.decidedBy,
    undecided: decision.undecided,
    rules,
    rulesOmitted: 0,
    nearMisses: nearMisses(rules),
    unknownFacts,
    policyHash: policy.hash,
  };
}

function outcomeOf(decision: Decision) {
  switch (decision.kind) {
    case "approve":
      return { kind: decision.kind };
    case "reject":
      return { kind: decision.kind, reason: decision.reason };
    case "ask":
      return { kind: decision.kind, requirement: decision.requirement };
  }
}

function findConditions(policy: Policy, actuals: readonly Fact[]): readonly ConditionFinding[] {
  const folded = actuals.map((actual) => (actual.kind === "value" ? fold(actual.value) : ""));
  return policy.conditions.map(({ field, name, expected, matcher }) => {
    const actual = actuals[field] ?? UNREAD;
    return { field: name, expected, actual, result: test(matcher, actual, folded[field] ?? "") };
  });
}

// Indices made by `compile` are always found; if one were not, the rule would be undecided, never matched.
const UNREAD: Fact = { kind: "unknown", cause: "it was not read" };
const NOT_FOUND: ConditionFinding = { field: "", expected: "", actual: UNREAD, result: "unknown" };

/** Nothing is known about an unknown fact, not even that it is there; `not` of unknown is unknown. */
function test(matcher: Matcher, actual: Fact, folded: string): Truth {
  if (actual.kind === "unknown") return "unknown";
  const isThere = actual.kind === "value";
  if (matcher.kind === "present") return isThere === matcher.wanted ? "yes" : "no";

  return (isThere && includesText(matcher.texts, folded)) !== matcher.negated ? "yes" : "no";
}

function judge(
  { name, line, when, unless, outcome }: CompiledRule,
  findings: readonly ConditionFinding[],
): RuleFinding {
  const wanted = pick(when, findings);
  const exceptions = unless.map((block) => pick(block, findings));

  let truth = all(wanted);
  for (const block of exceptions) truth = and(truth, not(all(block)));
  return { name, line, outcome: outcome.kind, result: RESULT[truth], when: wanted, unless: exceptions };
}

const pick = (
  indices: readonly ConditionIndex[],
  findings: readonly ConditionFinding[],
): ConditionFinding[] => indices.map((index) => findings[index] ?? NOT_FOUND);

const RESULT = { yes: "matched", no: "notMatched", unknown: "undecided" } as const;

/** Kleene's three-valued logic: what is known to be no stays no, whatever the unknown turns out to be. */
function all(block: readonly ConditionFinding[]): Truth {
  let truth: Truth = "yes";
  for (const { result } of block) truth = and(truth, result);
  return truth;
}

function and(a: Truth, b: Truth): Truth {
  if (a === "no" || b === "no") return "no";
  return a === "unknown" || b === "unknown" ? "unknown" : "yes";
}

const NOT = { yes: "no", no: "yes", unknown: "unknown" } as const;
const not = (truth: Truth): Truth => NOT[truth];
