import type { Instant } from "../connection/connection.ts";
import { type ApprovalRequirement, isForPeople } from "../policy/index.ts";
import { actorName, claimWords } from "../request/names.ts";
import type { Entry } from "../request/record.ts";
import type { ApprovalRequest, Ask, RequestIn, Review } from "../request/request.ts";
import { isSameReviewer } from "../request/reviewer.ts";
import {
  type Answerer,
  type Approver,
  isRequester,
  isRequesters,
  type ProvedIntegration,
  speaksForRequester,
  withRequester,
} from "../request/self-review.ts";
import { type DecisionKind, type Reviewer, SYSTEM } from "../request/terms.ts";
import { hasVisible, oneLine } from "../text.ts";
import { askedIntegration, mayReject } from "./integration.ts";
import { isQuorate } from "./quorum.ts";

/** Nothing says that whoever answers is one of those who were asked; with too many groups nothing can. */
export interface NotAsked {
  readonly code: "notAnApprover" | "tooManyGroups";
}

/** Why a review does not count, named by what the person can do about it. */
export type ReviewRefusal =
  | NotAsked
  /** They asked for the connection themselves, or say that they speak for whoever did. */
  | { readonly code: "selfReview" }
  /** An integration that the policy lets approve only. */
  | { readonly code: "mayNotReject" }
  /** Their sign-in did not satisfy these authentication contexts, which the policy demands. */
  | { readonly code: "claimsRequired"; readonly contexts: readonly string[] }
  | { readonly code: "reasonRequired" }
  | {
      readonly code: "alreadyDecided";
      readonly decision: DecisionKind;
      readonly by: string;
      readonly at: Instant;
    }
  | { readonly code: "alreadyReviewed" }
  /** There is no review of theirs to be withdrawn. */
  | { readonly code: "notReviewed" }
  /** They saw what was asked before; what is asked now is the record `asked`. */
  | { readonly code: "changed"; readonly asked: number }
  /** No question has this number, which is higher than that of the one that is asked. */
  | { readonly code: "neverAsked"; readonly asked: number }
  | { readonly code: "notWaiting"; readonly state: string }
  | { readonly code: "deadlinePassed"; readonly deadline: Instant };

/** What somebody says to a request: an answer, or that their earlier one counts no more. */
export interface ReviewAnswer {
  readonly review: DecisionKind | "withdraw";
  readonly reason: string;
  /** Number of the record that asked what the person has seen. */
  readonly asked: number;
}

/** Longer reasons are cut; the API refuses them before. */
export const MAX_REASON_CHARACTERS = 500;

/** Those of the asked groups that the person is in. Group ids are GUIDs; their case means nothing. */
function askedGroupsOf(person: Approver, requirement: ApprovalRequirement): string[] {
  const mine = new Set(person.groups.map((group) => group.toLowerCase()));
  const asked = new Set(requirement.requirements.flatMap(({ groups }) => groups));
  return [...asked].filter((group) => mine.has(group.toLowerCase()));
}

/** Why a person is not known to be in one of the groups that were asked; null when they are. */
export function notAskedOf(person: Approver, requirement: ApprovalRequirement): NotAsked | null {
  if (askedGroupsOf(person, requirement).length > 0) return null;
  return { code: person.hasTooManyGroups ? "tooManyGroups" : "notAnApprover" };
}

/** The same of those who may have a request taken up again: anybody, where integrations alone were asked. */
export const notAmongAsked = (person: Approver, requirement: ApprovalRequirement): NotAsked | null =>
  requirement.requirements.some(isForPeople) ? notAskedOf(person, requirement) : null;

/** Why this answer of this person, or integration, does not count now; null when it does. */
export function refusalOf(
  request: ApprovalRequest,
  person: Answerer,
  answer: ReviewAnswer,
  at: Instant,
): ReviewRefusal | null {
  const isMute = answer.review !== "withdraw" && reasonOf(answer) === "";
  const mustSayWhy = request.ask?.requirement.reasonRequired === true && isMute;
  return answerRefusalOf(request, person, answer, at) ?? (mustSayWhy ? { code: "reasonRequired" } : null);
}

/** Why they cannot answer like this now, whatever they say as their reason; null when they can. */
export function answerRefusalOf(
  request: ApprovalRequest,
  person: Answerer,
  answer: Pick<ReviewAnswer, "review" | "asked">,
  at: Instant,
): ReviewRefusal | null {
  const { ask, decision } = request;
  const personal = ask === null ? null : personalRefusalOf(person, ask, answer);
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
  const { deadline, seq } = request.ask;
  if (Date.parse(at) >= Date.parse(deadline)) return { code: "deadlinePassed", deadline };
  if (answer.asked !== seq) return { code: answer.asked < seq ? "changed" : "neverAsked", asked: seq };
  return repetitionOf(request.ask, person, answer) ?? weakSignInOf(request.ask, person, answer);
}

/** Why they may never answer what is asked for like this; null when they may, or have. */
function personalRefusalOf(
  person: Answerer,
  ask: Ask,
  { review }: Pick<ReviewAnswer, "review">,
): ReviewRefusal | null {
  if (person.kind === "integration") return refusalOfIntegration(person, ask, review);
  if (reviewBy(person, ask) !== undefined) return null;
  const isSelf = isRequester(person, ask.requirement.excludedReviewer);
  return notAskedOf(person, ask.requirement) ?? (isSelf ? { code: "selfReview" } : null);
}

/** What an integration says of others can only tell against it. */
function refusalOfIntegration(
  integration: ProvedIntegration,
  { requirement }: Ask,
  review: ReviewAnswer["review"],
): ReviewRefusal | null {
  if (askedIntegration(requirement, integration) === undefined) return { code: "notAnApprover" };
  const { excludedReviewer, preventSelfReview } = requirement;
  const names = preventSelfReview ? integration.requesterNames : [];
  if (speaksForRequester(integration, excludedReviewer, names)) return { code: "selfReview" };
  const isRefused = review === "reject" && !mayReject(requirement, integration);
  return isRefused ? { code: "mayNotReject" } : null;
}

/** Of somebody's two answers only a stricter second one counts: a rejection, or that the first is taken back. */
function repetitionOf(
  ask: Ask,
  person: Answerer,
  { review }: Pick<ReviewAnswer, "review">,
): ReviewRefusal | null {
  const isRepeated = reviewBy(person, ask) !== undefined;
  if (review === "withdraw") return isRepeated ? null : { code: "notReviewed" };
  return isRepeated && review === "approve" ? { code: "alreadyReviewed" } : null;
}

/**
 * Which of the authentication contexts that are demanded a person's sign-in did not satisfy, or that there must be a sign-in at
 * all; who takes a review back needs none, and no integration signs in.
 */
function weakSignInOf(
  { requirement }: Ask,
  person: Answerer,
  { review }: Pick<ReviewAnswer, "review">,
): ReviewRefusal | null {
  if (review === "withdraw" || person.kind === "integration") return null;
  const contexts = requirement.authContexts.filter((context) => !person.authContexts.includes(context));
  const isUnsigned = person.via === "teams" && requirement.inCard !== true;
  return isUnsigned || contexts.length > 0 ? { code: "claimsRequired", contexts } : null;
}

/** What somebody said to a question; undefined when they said nothing, or took it back. */
export const reviewBy = (person: Answerer, { reviews }: Ask): Review | undefined =>
  reviews.find(({ by }) => isSameReviewer(person, by));

/** The reason as it is kept; what shows nothing is none. */
const reasonOf = ({ reason }: ReviewAnswer): string =>
  hasVisible(reason) ? oneLine(reason, MAX_REASON_CHARACTERS) : "";

/**
 * One review, and the decision when it settles the matter: one rejection rejects; the approval that completes every
 * quorum approves. Nothing when the review is refused.
 */
export function reviewEntries(
  request: ApprovalRequest,
  person: Answerer,
  answer: ReviewAnswer,
  at: Instant,
): readonly Entry[] {
  if (request.state !== "waiting" || refusalOf(request, person, answer, at) !== null) return [];
  const { review, asked } = answer;
  const reason = reasonOf(answer);
  if (review === "withdraw") return withdrawnEntries(person, reason, asked);
  const { ask } = request;
  const given = {
    review,
    reason,
    ...(person.kind === "person" ? signedIn(ask, person) : brought(person)),
  };
  const actor = actorOf(person);
  const verb = review === "approve" ? "approves" : "rejects";
  const where = person.kind === "person" && person.via === "teams" ? " in Teams" : "";
  const says = person.kind === "person" ? "" : ` ${capital(claimWords(person.name, person))}.`;
  const sentence = `${capital(actorName(actor))} ${verb}${where}${ended(reason)}${says}`;
  const reviewed: Entry = { kind: "reviewed", actor, ...given, asked, sentence };
  const others = ask.reviews.filter(({ by }) => !isSameReviewer(actor, by));
  return [reviewed, ...settled({ ...ask, reviews: [...others, { ...given, by: actor, at }] })];
}

/** An integration takes nothing back: it has no screen on which somebody sees that it was wrong. */
function withdrawnEntries(person: Answerer, reason: string, asked: number): readonly Entry[] {
  if (person.kind === "integration") return [];
  const { oid, name } = person;
  const actor = { kind: "person", oid, name } as const;
  const sentence = `${actorName(actor)} takes the review back${ended(reason)}`;
  return [{ kind: "withdrawn", actor, reason, asked, sentence }];
}

/** What a person's review keeps of the sign-in. */
const signedIn = (ask: Ask, person: Approver) => ({
  ...(person.via && { via: person.via }),
  groups: groupsThatCount(ask, person),
  signInNames: [...person.signInNames],
  authContexts: [...ask.requirement.authContexts],
});

/** What the review of an integration keeps of the message that brought it. */
const brought = ({ messageId, externalId, onBehalfOf }: ProvedIntegration) => ({
  groups: [],
  signInNames: [],
  authContexts: [],
  claim: { messageId, externalId, onBehalfOf },
  via: "integrations" as const,
});

const actorOf = (person: Answerer): Reviewer =>
  person.kind === "person"
    ? { kind: "person", oid: person.oid, name: person.name }
    : { kind: "integration", name: person.name, proof: person.proof };

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** A rejection in place of an approval counts for what the approval counted for, also when the token lists less by now. */
const groupsThatCount = (ask: Ask, person: Approver): string[] => [
  ...new Set([...askedGroupsOf(person, ask.requirement), ...(reviewBy(person, ask)?.groups ?? [])]),
];

const ended = (reason: string): string => (reason === "" ? "." : `: ${reason}`);

/** The decision that these reviews are; nothing as long as they are none. Whoever said the last of it decided. */
function settled({ requirement, reviews }: Ask): readonly Entry[] {
  const rejecting = reviews.findLast(({ review }) => review === "reject");
  const decisive = rejecting ?? (isQuorate(requirement, reviews) ? reviews.at(-1) : undefined);
  if (decisive === undefined) return [];
  const { by: actor, review: decision, reason } = decisive;
  return [
    {
      kind: "decided",
      actor,
      decision,
      reason,
      sentence: `${capital(actorName(actor))} decided: ${decision}.`,
    },
  ];
}

/**
 * It has become known who asked for the connection: that person's review falls out, and one approval more than the
 * quorum is not needed any more, so that the others' may settle it.
 */
export function requesterEntries({ ask }: RequestIn<"waiting">, requester: string): readonly Entry[] {
  const known = withRequester(ask, requester);
  const lost = ask.reviews.filter((review) => isRequesters(review, requester)).map(({ by }) => actorName(by));
  const consequence = lost.length === 0 ? "" : ` ${lost.join()}'s own review no longer counts.`;
  const sentence = `It is known now who asked for the connection: object id ${requester}.${consequence}`;
  return [{ kind: "requesterFound", actor: SYSTEM, requester, sentence }, ...settled({ ...ask, ...known })];
}
