import type { Instant } from "../connection/connection.ts";
import type { ApprovalRequirement } from "../policy/index.ts";
import type { Entry } from "../request/record.ts";
import type { ApprovalRequest } from "../request/request.ts";
import { type Approver, type SelfReviewRefusal, selfReviewRefusalOf } from "../request/self-review.ts";
import { actorName, type DecisionKind, type Person } from "../request/terms.ts";
import { oneLine } from "../text.ts";
import { isQuorate } from "./quorum.ts";

/** Why a review does not count, named by what the person can do about it. */
export type ReviewRefusal =
  | { readonly code: "notAnApprover" }
  | SelfReviewRefusal
  | { readonly code: "reasonRequired" }
  | {
      readonly code: "alreadyDecided";
      readonly decision: DecisionKind;
      readonly by: string;
      readonly at: Instant;
    }
  | { readonly code: "alreadyReviewed" }
  | { readonly code: "notWaiting"; readonly state: string }
  | { readonly code: "deadlinePassed"; readonly deadline: Instant };

/** What a person says to a request. */
export interface ReviewAnswer {
  readonly review: DecisionKind;
  readonly reason: string;
}

/** Longer reasons are cut; the API refuses them before. */
export const MAX_REASON_CHARACTERS = 500;

/** Those of the asked groups that the person is in. Group ids are GUIDs; their case means nothing. */
function askedGroupsOf(person: Approver, requirement: ApprovalRequirement): string[] {
  const mine = new Set(person.groups.map((group) => group.toLowerCase()));
  const asked = new Set(requirement.requirements.flatMap(({ groups }) => groups));
  return [...asked].filter((group) => mine.has(group.toLowerCase()));
}

/** Whether a person is in one of the groups that were asked. */
export const isApprover = (person: Approver, requirement: ApprovalRequirement): boolean =>
  askedGroupsOf(person, requirement).length > 0;

/** Why this answer of this person does not count now; null when it does. */
export function refusalOf(
  request: ApprovalRequest,
  person: Approver,
  answer: ReviewAnswer,
  at: Instant,
): ReviewRefusal | null {
  const { ask, decision } = request;
  const personal = ask === null ? null : personalRefusalOf(person, ask.requirement);
  if (personal !== null) return personal;
  if (decision !== null)
    return {
      code: "alreadyDecided",
      decision: decision.decision,
      by: actorName(decision.by),
      at: decision.at,
    };
  if (request.state !== "waiting")
    return { code: "notWaiting", state: request.closure?.outcome ?? request.state };
  const { deadline, requirement, reviews } = request.ask;
  if (Date.parse(at) >= Date.parse(deadline)) return { code: "deadlinePassed", deadline };
  if (reviews.some((review) => review.by.oid === person.oid)) return { code: "alreadyReviewed" };
  return requirement.reasonRequired && reasonOf(answer) === "" ? { code: "reasonRequired" } : null;
}

/** Why this person may never review what is asked for; null when they may. */
function personalRefusalOf(
  person: Approver,
  requirement: ApprovalRequirement,
): { readonly code: "notAnApprover" } | SelfReviewRefusal | null {
  if (!isApprover(person, requirement)) return { code: "notAnApprover" };
  return requirement.excludedReviewer === null
    ? null
    : selfReviewRefusalOf(person, requirement.excludedReviewer);
}

const reasonOf = ({ reason }: ReviewAnswer): string => oneLine(reason, MAX_REASON_CHARACTERS);

/**
 * One person's review, and the decision when it settles the matter: one rejection rejects; the approval that completes
 * every quorum approves. Nothing when the review is refused.
 */
export function reviewEntries(
  request: ApprovalRequest,
  person: Approver,
  answer: ReviewAnswer,
  at: Instant,
): readonly Entry[] {
  if (request.state !== "waiting" || refusalOf(request, person, answer, at) !== null) return [];
  const { requirement } = request.ask;
  const { review } = answer;
  const actor: Person = { kind: "person", oid: person.oid, name: person.name };
  const reason = reasonOf(answer);
  const groups = askedGroupsOf(person, requirement);
  const verb = review === "approve" ? "approves" : "rejects";
  const sentence = `${person.name} ${verb}${reason === "" ? "." : `: ${reason}`}`;
  const signInNames = [...person.signInNames];
  const reviewed: Entry = { kind: "reviewed", actor, review, reason, groups, signInNames, sentence };

  const reviews = [...request.ask.reviews, { review, reason, groups, signInNames, by: actor, at }];
  if (review === "approve" && !isQuorate(requirement.requirements, reviews)) return [reviewed];
  const sentenceOfDecision = `${person.name} decided: ${review}.`;
  return [reviewed, { kind: "decided", actor, decision: review, reason, sentence: sentenceOfDecision }];
}
