import { type Instant, instant } from "../connection/connection.ts";
import {
  type ApprovalRequirement,
  afterQuietHours,
  compactVerdict,
  describeDemands,
  describeVerdict,
  type FactName,
  type Facts,
  type Verdict,
} from "../policy/index.ts";
import type { PolicyVersion } from "../policy/policy-version.ts";
import { actorName } from "../request/names.ts";
import type { Entry } from "../request/record.ts";
import type { ApprovalRequest } from "../request/request.ts";
import { type Actor, SYSTEM } from "../request/terms.ts";
import { inUtc } from "../text.ts";
import { deferral } from "./defer.ts";

/** The cluster's own connection is left alone, for good. */
export function refuse({ privateEndpointId }: ApprovalRequest): readonly Entry[] {
  const because =
    privateEndpointId === null
      ? "It may be the cluster's own connection: it is named so, and ARM does not name its private endpoint."
      : "It is the cluster's own connection: its private endpoint lives in the node resource group.";
  return [{ kind: "refused", actor: SYSTEM, because, sentence: `Left alone. ${because}` }];
}

/** What a policy made of a request, and what that stands on. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly facts: Facts;
  /** Facts that are unknown for a cause that may pass. */
  readonly passing: readonly FactName[];
  /** The verdict as it would be if it were not known who asked for the connection. */
  readonly unnamed: Verdict;
  /** Of the policy, where its source keeps versions; null where not. */
  readonly version: PolicyVersion | null;
}

/**
 * What follows from the verdict: the decision where the policy is sure, a question to people where it is not, or
 * nothing for now.
 */
export const judgementEntries = (
  request: Pick<ApprovalRequest, "policyHash">,
  judgement: Judgement,
  at: Instant,
): readonly Entry[] => [assessedEntry(request, judgement), consequence(judgement.verdict, at)];

/** The record of what the policy says, and why. */
export const assessedEntry = (
  { policyHash }: Pick<ApprovalRequest, "policyHash">,
  { verdict, facts, version }: Judgement,
): Entry => ({
  kind: "assessed",
  actor: ruleActor(verdict),
  policyHash: verdict.policyHash,
  previousPolicyHash: policyHash,
  verdict: compactVerdict(verdict),
  facts,
  ...(version !== null && { policyVersion: version }),
  sentence: describeVerdict(verdict),
});

function consequence(verdict: Verdict, at: Instant): Entry {
  const by = ruleActor(verdict);
  switch (verdict.kind) {
    case "approve":
      return {
        kind: "decided",
        actor: by,
        decision: "approve",
        reason: "every condition holds",
        sentence: `${capital(actorName(by))} decided: approve, since every condition holds.`,
      };
    case "reject":
      return {
        kind: "decided",
        actor: by,
        decision: "reject",
        reason: verdict.reason,
        sentence: `${capital(actorName(by))} decided: reject. ${verdict.reason}`,
      };
    case "ask":
      return ask(verdict.requirement, at);
    case "wait":
    case "leave":
      return deferral(verdict, at);
  }
}

function ask(requirement: ApprovalRequirement, at: Instant): Entry {
  const now = Date.parse(at);
  const deadline = instant(now + requirement.timeoutMs);
  return {
    kind: "asked",
    actor: SYSTEM,
    requirement,
    deadline,
    remindAt: nextReminder(requirement, now, Date.parse(deadline)),
    sentence: `Waits for ${describeDemands(requirement)}, until ${inUtc(deadline)}.`,
  };
}

/** The next reminder, in nobody's quiet hours; null when none comes before the deadline. */
export function nextReminder(
  requirement: ApprovalRequirement,
  nowMs: number,
  deadlineMs: number,
): Instant | null {
  if (requirement.remindAfterMs === null) return null;
  const next = afterQuietHours(requirement, nowMs + requirement.remindAfterMs, deadlineMs);
  return next === null ? null : instant(next);
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const ruleActor = (verdict: Verdict): Actor => ({
  kind: "rule",
  rules: verdict.decidedBy.map((rule) => rule.name),
});
