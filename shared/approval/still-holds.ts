import { describeVerdict, type Verdict } from "../policy/index.ts";
import type { EntryOf } from "../request/record.ts";
import type { RequestIn, Review } from "../request/request.ts";
import { isReviewer } from "../request/reviewer.ts";
import { isRequesters, withRequester } from "../request/self-review.ts";
import { SYSTEM } from "../request/terms.ts";
import type { Judgement } from "./consequence.ts";
import { escalatedAfter } from "./escalate.ts";
import { isAsked, mayReject } from "./integration.ts";
import { comesToTheSame } from "./policy-change.ts";
import { isProved, isQuorate } from "./quorum.ts";

type Decided = RequestIn<"applying">;

/**
 * Whether a decision may still be written, now that the policy was asked again.
 *
 * - A rule's, when the policy says the same.
 * - That of silence, when the same people would be asked in the same way.
 * - People's, unless the policy would now reject, leave it alone, or ask others than those whose reviews are on record.
 */
export function stillHolds(request: Decided, judgement: Judgement): boolean {
  const { ask, decision } = request;
  const { verdict } = judgement;
  if (!isReviewer(decision.by))
    return ask === null ? verdict.kind === decision.decision : comesToTheSame(request, judgement);
  switch (verdict.kind) {
    case "approve":
    case "wait":
      return true;
    case "leave":
      return false;
    case "reject":
      return decision.decision === "reject";
    case "ask":
      return comesToTheSame(request, judgement) || mayDecide(request, verdict);
  }
}

/** Whether those who reviewed are people whom the policy asks, or would have asked by then, and enough of them. */
function mayDecide({ ask, decision }: Decided, verdict: Extract<Verdict, { kind: "ask" }>): boolean {
  if (ask === null) return false;
  const askedAtMs = Date.parse(ask.deadline) - ask.requirement.timeoutMs;
  const requirement = escalatedAfter(verdict.requirement, Date.parse(decision.at) - askedAtMs);
  const { excludedReviewer } = requirement;
  const reviews = ask.reviews.filter(
    (review) =>
      isAsked(requirement, review) &&
      isProved(review, requirement) &&
      (excludedReviewer === null || !isRequesters(review, excludedReviewer)),
  );
  if (decision.decision === "approve") return isQuorate(requirement, reviews);
  return reviews.some((review) => isRejection(review) && mayReject(requirement, review.by));
}

/**
 * Whether the reviews on record are the decision that people are said to have made.
 * @param requester object id of who asked, where it is known by now
 */
export function isByItsReviews({ ask, decision }: Decided, requester: string | null): boolean {
  if (!isReviewer(decision.by)) return true;
  if (ask === null) return false;
  const { requirement, reviews } = requester === null ? ask : withRequester(ask, requester);
  return decision.decision === "approve" ? isQuorate(requirement, reviews) : reviews.some(isRejection);
}

const isRejection = ({ review }: Review): boolean => review === "reject";

/** What was decided is not written; the request is assessed again. */
export const noLongerHolds = (verdict: Verdict): EntryOf<"resumed"> =>
  resumed(`The decision does not hold any more: the policy would now ${describeVerdict(verdict)}.`);

/** The same, because the reviews do not add up to it. */
export const NOT_BY_ITS_REVIEWS = resumed("The reviews on record do not make this decision.");

function resumed(because: string): EntryOf<"resumed"> {
  return { kind: "resumed", actor: SYSTEM, because, sentence: `Assessed again. ${because}` };
}
