import * as z from "zod";
import { Fact } from "./facts.ts";

/** What happens when too few approve in time: the connection stays Pending, or it is rejected for good. */
export const OnTimeout = z.enum(["expire", "reject"]);
export type OnTimeout = z.infer<typeof OnTimeout>;

/** How much of what it says a policy, or one of its rules, does; the later, the less. */
export const Mode = z.enum(["enforce", "approveOnly", "shadow"]);
export type Mode = z.infer<typeof Mode>;

/** By this channel those hear who have none of their own. */
export const FALLBACK_CHANNEL = "teams";

/** A time of the week at which people are not reminded; never one in which nothing else reaches them. */
export const QuietHours = z.object({
  /** IANA name. */
  timezone: z.string(),
  /** 0 is Sunday; with a `between` that crosses midnight, the day on which it begins. Null: every day. */
  days: z.array(z.int().min(0).max(6)).nullable(),
  /** Minutes since local midnight, from inclusive, to exclusive; from > to crosses midnight. Null: all day. */
  between: z.object({ from: z.int(), to: z.int() }).nullable(),
});
export type QuietHours = z.infer<typeof QuietHours>;

/** How those are told who are asked; each is absent where the policy does not say. */
const telling = {
  /** Channels by which they hear; absent: by the fallback. */
  notify: z.array(z.string()).optional(),
  quietHours: z.array(QuietHours).optional(),
};

/** The groups that one demand turns to when it is not met in time: their members count for it, too, from then on. */
export const Escalation = z.object({
  approvers: z.array(z.string()),
  groups: z.array(z.string()),
  ...telling,
  /** From the moment that people were asked. */
  afterMs: z.int().min(1),
});
export type Escalation = Readonly<z.infer<typeof Escalation>>;

/** A system that may review under a name of its own, and how it proves that it is the one. */
export const Integration = z.object({
  /** Its name under `integrations:` in the policy. */
  name: z.string(),
  /** Object id of the service principal whose token it sends, lower-cased; null when no token proves it. */
  app: z.string().nullable(),
  /** Whether it may sign what it sends with a key of its own. */
  signed: z.boolean(),
  /** Whether it may reject, which is for good; approve it always may. */
  mayReject: z.boolean(),
});
export type Integration = Readonly<z.infer<typeof Integration>>;

/** One demand: `quorum` different members of any of `groups` must approve, or so many of the integrations. */
export const Requirement = z.object({
  /** Names under `approvers:` or `integrations:` in the policy, for people. */
  approvers: z.array(z.string()),
  /** Entra groups as they stand in tokens (object ids), lower-cased, without repetition. */
  groups: z.array(z.string()),
  quorum: z.int().min(1),
  /** Null when there is none, or when it has taken place. */
  escalation: Escalation.nullable().default(null),
  /**
   * Demands of one number need different people, so that two pairs of eyes are two people. Those of one ask do; those of
   * different rules may share theirs, unless one of them says `distinctPeople`.
   */
  distinctGroup: z.int().min(0).optional(),
  /** Absent where people are asked. Else these alone meet the demand, and `groups` is empty: no person does. */
  integrations: z.array(Integration).optional(),
  ...telling,
});
export type Requirement = Readonly<z.infer<typeof Requirement>>;

/** Who must review, and until when. Every one of the requirements must be met. */
export const ApprovalRequirement = z.object({
  requirements: z.array(Requirement).min(1),
  timeoutMs: z.int().min(1),
  /** Time between reminders; null when there are none before the time is up. */
  remindAfterMs: z.int().min(1).nullable(),
  onTimeout: OnTimeout,
  /** Whether an approval must say why, as a rejection always must. */
  reasonRequired: z.boolean().default(false),
  /**
   * Authentication contexts of Entra, `c1` to `c99`, in order and without repetition: a review needs a sign-in that
   * satisfied all of them.
   */
  authContexts: z.array(z.string()).default([]),
  /** That an answer in a card of Teams counts, too: every ask says so, and no authentication context is demanded. */
  inCard: z.literal(true).optional(),
  /** Whether the person who asked for the connection must not be among those who approve it. */
  preventSelfReview: z.boolean().default(false),
  /** Object id of that person, lower-cased; null while it is unknown, and when they may review. */
  excludedReviewer: z.string().nullable().default(null),
});
export type ApprovalRequirement = Readonly<z.infer<typeof ApprovalRequirement>>;

/** A rule or freeze of the policy, or one of `RESERVED_NAMES`, and where it stands in the file (1-based). */
export const RuleRef = z.object({ name: z.string(), line: z.int().min(1) });
export type RuleRef = Readonly<z.infer<typeof RuleRef>>;

/** What decides where no rule does; no rule and no freeze may be called so. `system` is the app itself in audit queries. */
export const RESERVED_NAMES = ["default", "whenUnknown", "visibility", "killSwitch", "system"] as const;

/** What one condition wanted and saw. `expected` continues the sentence "expected …"; `actual` is written for people. */
export const ConditionFinding = z.object({
  field: z.string(),
  expected: z.string(),
  actual: Fact,
  result: z.enum(["yes", "no", "unknown"]),
});
export type ConditionFinding = Readonly<z.infer<typeof ConditionFinding>>;

const RuleOutcome = z.enum(["approve", "reject", "ask"]);

/** What became of one rule: all of `when`, one block of `anyOf`, and no whole block of `unless` must say yes. */
export const RuleFinding = z.object({
  name: z.string(),
  line: z.int().min(1),
  mode: Mode.default("enforce"),
  outcome: RuleOutcome,
  result: z.enum(["matched", "notMatched", "undecided"]),
  when: z.array(ConditionFinding),
  anyOf: z.array(z.array(ConditionFinding)).default([]),
  unless: z.array(z.array(ConditionFinding)),
});
export type RuleFinding = Readonly<z.infer<typeof RuleFinding>>;

/** What became of `visibility`, or of a freeze: one of its blocks must say yes for it to hold. */
export const GateFinding = z.object({
  name: z.string(),
  line: z.int().min(1),
  result: z.enum(["yes", "no", "unknown"]),
  anyOf: z.array(z.array(ConditionFinding)),
});
export type GateFinding = Readonly<z.infer<typeof GateFinding>>;

/** A rule that at most half of its conditions kept from matching, and what stood in its way. */
export const NearMiss = z.object({
  name: z.string(),
  line: z.int().min(1),
  outcome: RuleOutcome,
  /** The conditions of `when`, and of the nearest block of `anyOf`, that said no. */
  failed: z.array(ConditionFinding),
  /** The blocks of `unless` that held. */
  blockedBy: z.array(z.array(ConditionFinding)),
});
export type NearMiss = Readonly<z.infer<typeof NearMiss>>;

/** What a policy that is not (wholly) enforced would have done. */
export const WouldHave = z.object({
  kind: RuleOutcome,
  decidedBy: z.array(RuleRef).min(1),
  /** One whole sentence for people. */
  because: z.string(),
});
export type WouldHave = Readonly<z.infer<typeof WouldHave>>;

/** How many rules `compactVerdict` left out of each list of them. */
const Omitted = z.object({
  decidedBy: z.int().min(0),
  undecided: z.int().min(0),
  vetoedBy: z.int().min(0),
  wouldHave: z.int().min(0),
});
export const NOTHING_OMITTED: z.infer<typeof Omitted> = {
  decidedBy: 0,
  undecided: 0,
  vetoedBy: 0,
  wouldHave: 0,
};

const explanation = {
  /** One whole sentence for people. */
  because: z.string(),
  /** Every rule with this outcome that matched, by name; or what else decided. */
  decidedBy: z.array(RuleRef).min(1),
  /**
   * Why `whenUnknown` is among those that decided; else empty: the rules and freezes that could not be decided,
   * `visibility` if it could not, and whatever asks that the requester must not review, while it is unknown who that is.
   */
  undecided: z.array(RuleRef),
  /** The rules in mode approveOnly that kept it from being approved, so that the default decided; else empty. */
  vetoedBy: z.array(RuleRef).default([]),
  /** What all rules together would have done, were each of them enforced; null when that is the same kind and none of them vetoed. */
  wouldHave: WouldHave.nullable().default(null),
  /** By name, since the order in the file means nothing. */
  rules: z.array(RuleFinding),
  /** `visibility`, if there is one, then the freezes by name: they stand between a rule that approves and its doing so. */
  gates: z.array(GateFinding).default([]),
  /** How many rules `compactVerdict` left out of `rules`. */
  rulesOmitted: z.int().min(0),
  omitted: Omitted.default(NOTHING_OMITTED),
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
 * - approve, reject: answer it so
 * - ask: people decide
 * - wait: it would be approved, but for a freeze; assess it again at `until`
 * - leave: the policy's mode, or its `visibility`, keeps the app from doing anything; the connection stays Pending
 *
 * "Could not evaluate" is deliberately absent: evaluation never fails, and what could not be read asks people.
 */
export const Verdict = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("approve"), ...explanation }),
    z.object({ kind: z.literal("reject"), reason: z.string(), ...explanation }),
    z.object({ kind: z.literal("ask"), requirement: ApprovalRequirement, ...explanation }),
    z.object({ kind: z.literal("wait"), until: z.iso.datetime(), ...explanation }),
    z.object({
      kind: z.literal("leave"),
      /** The mode that keeps what was decided from being done; null: `visibility` decided so. */
      mode: Mode.nullable().default(null),
      ...explanation,
    }),
  ])
  .meta({ id: "Verdict" });
export type Verdict = Readonly<z.infer<typeof Verdict>>;

const MAX_RULES_KEPT = 20;

/**
 * The verdict as audit records and Durable history keep it: at most 20 rules in each list, and findings of the deciding,
 * vetoing, undecided and nearly matching ones only. What people must do is kept whole. The full form explains every
 * rule; with 2,000 rules it is more than a megabyte.
 */
export function compactVerdict(verdict: Verdict): Verdict {
  const { decidedBy, undecided, vetoedBy, wouldHave, nearMisses, omitted } = verdict;
  const wouldHaveDecided = wouldHave?.decidedBy ?? [];
  const relevant = relevantNames(verdict);
  for (const { name } of nearMisses) relevant.add(name);
  const rules = first(verdict.rules.filter(({ name }) => relevant.has(name)));
  return {
    ...verdict,
    decidedBy: first(decidedBy),
    undecided: first(undecided),
    vetoedBy: first(vetoedBy),
    wouldHave: wouldHave && { ...wouldHave, decidedBy: first(wouldHaveDecided) },
    rules,
    gates: first(verdict.gates.filter(({ name }) => relevant.has(name))),
    rulesOmitted: verdict.rulesOmitted + verdict.rules.length - rules.length,
    omitted: {
      decidedBy: omitted.decidedBy + left(decidedBy),
      undecided: omitted.undecided + left(undecided),
      vetoedBy: omitted.vetoedBy + left(vetoedBy),
      wouldHave: omitted.wouldHave + left(wouldHaveDecided),
    },
  };
}

/**
 * Names of all that decided, vetoed, could not be decided, or would have decided; and of the rules that would approve,
 * where something else than a rule stands before them.
 */
export function relevantNames(verdict: Verdict): Set<string> {
  const { decidedBy, undecided, vetoedBy, wouldHave, rules } = verdict;
  const refs = [...decidedBy, ...undecided, ...vetoedBy, ...(wouldHave?.decidedBy ?? [])];
  const names = new Set(refs.map(({ name }) => name));
  if (verdict.kind === "approve" || rules.some(({ name }) => names.has(name))) return names;
  for (const { name, outcome, result } of rules)
    if (outcome === "approve" && result === "matched") names.add(name);
  return names;
}

const first = <T>(entries: readonly T[]): T[] => entries.slice(0, MAX_RULES_KEPT);
const left = (entries: readonly unknown[]): number => Math.max(0, entries.length - MAX_RULES_KEPT);
