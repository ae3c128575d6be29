import { actorName, type DecisionKind, type Entry, type Person } from "../audit/record.ts";
import type { Instant } from "../connection/connection.ts";
import type { ApprovalRequirement } from "../policy/index.ts";
import { oneLine } from "../text.ts";
import type { ApprovalRequest, Review } from "./request.ts";

/** A person who signed in, with the groups that the sign-in vouches for. */
export interface Approver extends Person {
  readonly groups: readonly string[];
}

/** Why a review does not count, named by what the person can do about it. */
export type ReviewRefusal =
  | { readonly code: "notAnApprover" }
  | { readonly code: "alreadyDecided"; readonly by: string; readonly at: Instant }
  | { readonly code: "alreadyReviewed" }
  | { readonly code: "notWaiting"; readonly state: string }
  | { readonly code: "deadlinePassed"; readonly deadline: Instant };

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

/** Why this person may not review this request now; null when they may. */
export function refusalOf(request: ApprovalRequest, person: Approver, at: Instant): ReviewRefusal | null {
  const { decision, state, deadline, requirement, reviews } = request;
  if (requirement !== null && !isApprover(person, requirement)) return { code: "notAnApprover" };
  if (decision !== null) return { code: "alreadyDecided", by: actorName(decision.by), at: decision.at };
  if (state !== "waiting" || deadline === null)
    return { code: "notWaiting", state: request.outcome ?? state };
  if (Date.parse(at) >= Date.parse(deadline)) return { code: "deadlinePassed", deadline };
  return reviews.some((review) => review.by.oid === person.oid) ? { code: "alreadyReviewed" } : null;
}

/**
 * One person's review, and the decision when it settles the matter: one rejection rejects; the approval that completes
 * every quorum approves. Nothing when the review is refused.
 */
export function reviewEntries(
  request: ApprovalRequest,
  person: Approver,
  answer: { readonly review: DecisionKind; readonly reason: string },
  at: Instant,
): readonly Entry[] {
  const { requirement } = request;
  if (requirement === null || refusalOf(request, person, at) !== null) return [];
  const { review } = answer;
  const actor: Person = { kind: "person", oid: person.oid, name: person.name };
  const reason = oneLine(answer.reason, MAX_REASON_CHARACTERS);
  const groups = askedGroupsOf(person, requirement);
  const verb = review === "approve" ? "approves" : "rejects";
  const sentence = `${person.name} ${verb}${reason === "" ? "." : `: ${reason}`}`;
  const reviewed: Entry = { kind: "reviewed", actor, review, reason, groups, sentence };

  const reviews = [...request.reviews, { review, reason, groups, by: actor, at }];
  if (review === "approve" && !isQuorate(requirement, reviews)) return [reviewed];
  const word = review === "approve" ? "approved" : "rejected";
  const decided = `To be ${word}, by the word of ${person.name}.`;
  return [reviewed, { kind: "decided", actor, decision: review, reason, sentence: decided }];
}

/** Whether every group that was asked has as many approvals of different people as it must have. */
function isQuorate(requirement: ApprovalRequirement, reviews: readonly Review[]): boolean {
  return requirement.requirements.every(({ groups, quorum }) => {
    const counted = reviews.filter(
      (review) => review.review === "approve" && review.groups.some((group) => groups.includes(group)),
    );
    return new Set(counted.map((review) => review.by.oid)).size >= quorum;
  });
}
