import * as z from "zod";
import { Fact } from "./facts.ts";

/** What happens when nobody answers in time: the connection stays Pending, or it is rejected for good. */
export const OnTimeout = z.enum(["expire", "reject"]);
export type OnTimeout = z.infer<typeof OnTimeout>;

/** One demand: `quorum` different members of any of `groups` must approve. */
export const Requirement = z.object({
  /** Names under `approvers:` in the policy, for people. */
  approvers: z.array(z.string()),
  /** Object ids of Entra groups, lower-cased, without repetition. */
  groups: z.array(z.string()),
  quorum: z.int().min(1),
});
export type Requirement = Readonly<z.infer<typeof Requirement>>;

/** Who must review, and until when. Every one of the requirements must be met; one review may count for several. */
export const ApprovalRequirement = z.object({
  requirements: z.array(Requirement).min(1),
  timeoutMs: z.int().min(1),
  /** Time between reminders; null when nobody is to be reminded before the time is up. */
  remindAfterMs: z.int().min(1).nullable(),
  onTimeout: OnTimeout,
});
export type ApprovalRequirement = Readonly<z.infer<typeof ApprovalRequirement>>;

/** A rule of the policy, or `default` or `whenUnknown`, and where it stands in the file (1-based). */
export const RuleRef = z.object({ name: z.string(), line: z.int().min(1) });
export type RuleRef = Readonly<z.infer<typeof RuleRef>>;

/** What one condition wanted and saw. `expected` continues the sentence "expected …". */
export const ConditionFinding = z.object({
  field: z.string(),
  expected: z.string(),
  actual: Fact,
  result: z.enum(["yes", "no", "unknown"]),
});
export type ConditionFinding = Readonly<z.infer<typeof ConditionFinding>>;

/** What became of one rule. An `unless` block whose conditions all say yes keeps the rule from matching. */
export const RuleFinding = z.object({
  name: z.string(),
  line: z.int().min(1),
  outcome: z.enum(["approve", "reject", "ask"]),
  result: z.enum(["matched", "notMatched", "undecided"]),
  when: z.array(ConditionFinding),
  unless: z.array(z.array(ConditionFinding)),
});
export type RuleFinding = Readonly<z.infer<typeof RuleFinding>>;

/** A rule that at most half of its conditions kept from matching, and what stood in its way. */
export const NearMiss = z.object({
  name: z.string(),
  line: z.int().min(1),
  outcome: z.enum(["approve", "reject", "ask"]),
  /** The conditions of `when` that said no. */
  failed: z.array(ConditionFinding),
  /** The blocks of `unless` that held. */
  blockedBy: z.array(z.array(ConditionFinding)),
});
export type NearMiss = Readonly<z.infer<typeof NearMiss>>;

const explanation = {
  /** One whole sentence for people. */
  because: z.string(),
  /** Every rule with this outcome that matched, by name; or `default`; for an ask possibly `whenUnknown`. */
  decidedBy: z.array(RuleRef).min(1),
  /** The rules that made `whenUnknown` ask, because they could not be decided; else empty. */
  undecided: z.array(RuleRef),
  /** By name, since the order in the file means nothing. */
  rules: z.array(RuleFinding),
  /** How many rules `compactVerdict` left out of `rules`. */
  rulesOmitted: z.int().min(0),
  /** At most three, the nearest first. */
  nearMisses: z.array(NearMiss),
  /** Facts that the policy asks about and that could not be read. */
  unknownFacts: z.array(z.object({ field: z.string(), cause: z.string() })),
  /** SHA-256, in hex, of what the policy says: comments, layout and the order of rules do not change it. */
  policyHash: z.string().regex(/^[0-9a-f]{64}$/),
};

/**
 * What the policy says about one connection, and why. Plain JSON: it crosses Durable history and HTTP.
 *
 * "Could not evaluate" is deliberately absent: evaluation never fails, and what could not be read asks people.
 */
export const Verdict = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("approve"), ...explanation }),
    z.object({ kind: z.literal("reject"), reason: z.string(), ...explanation }),
    z.object({ kind: z.literal("ask"), requirement: ApprovalRequirement, ...explanation }),
  ])
  .meta({ id: "Verdict" });
export type Verdict = Readonly<z.infer<typeof Verdict>>;

const MAX_RULES_KEPT = 20;

/**
 * The verdict as audit records and Durable history keep it: findings of the deciding, undecided and nearly matching
 * rules only, at most 20 of them. The full form explains every rule; with 2,000 rules it is more than a megabyte.
 */
export function compactVerdict(verdict: Verdict): Verdict {
  const telling = new Set(
    [...verdict.decidedBy, ...verdict.nearMisses, ...verdict.undecided].map(({ name }) => name),
  );
  const rules = verdict.rules.filter(({ name }) => telling.has(name)).slice(0, MAX_RULES_KEPT);
  const undecided = verdict.undecided.slice(0, MAX_RULES_KEPT);
  return {
    ...verdict,
    undecided,
    rules,
    rulesOmitted: verdict.rulesOmitted + verdict.rules.length - rules.length,
  };
}
