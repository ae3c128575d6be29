import { reviewerId } from "../approval/quorum.ts";
import type { Instant } from "../connection/connection.ts";
import { describeAsked, quorumNow } from "../policy/engine/demands.ts";
import { describeDistinctPeople } from "../policy/engine/terms.ts";
import type { ApprovalRequirement } from "../policy/verdict.ts";
import { actorName } from "../request/names.ts";
import type { Ask, Review } from "../request/request.ts";
import { demandsOf, type SharedDemand } from "./demands.ts";
import type { ScreenInput } from "./input.ts";
import { isOver, relative } from "./relative.ts";
import { type Moment, momentOf } from "./row.ts";

/** Who is asked, and what they said so far. */
export interface AskedSection {
  readonly heading: string;
  /** Number of the record that asks: what a review of this screen must send as `asked`. */
  readonly seq: number;
  /** Whether an approval must say why, as a rejection always must. */
  readonly isReasonRequired: boolean;
  readonly demands: readonly DemandView[];
  readonly reviews: readonly ReviewView[];
  /** Who may still answer, who may not, and what else counts; a sentence each. */
  readonly sentences: readonly string[];
}

/** One demand, and how far it is. */
export interface DemandView {
  /** By their names in the policy: `security-duty or aks-platform`. */
  readonly who: string;
  readonly given: number;
  readonly needed: number;
  /** `1 of 2`, and which rules demand the same, where more than one does. */
  readonly text: string;
  readonly isMet: boolean;
  /** When more people may answer, if too few did; null where there is none. */
  readonly escalation: string | null;
}

export interface ReviewView {
  readonly who: string;
  readonly review: Review["review"];
  readonly reason: string;
  readonly at: Moment;
  /** Whether it is the review of the person who looks. */
  readonly isMine: boolean;
}

/** Null where nobody is asked. */
export function askedSection({
  request: { ask, state, verdict },
  viewer,
  now,
}: Pick<ScreenInput, "request" | "viewer" | "now">): AskedSection | null {
  if (ask === null) return null;
  const { requirement, reviews, seq } = ask;
  const mine = viewer?.review && reviewerId(viewer.review.by);
  const demands = demandsOf(ask, verdict);
  const isWaiting = state === "waiting";
  return {
    heading: isWaiting ? "Who is asked" : "Who was asked",
    seq,
    isReasonRequired: requirement.reasonRequired,
    demands: demands.map((progress) =>
      demandView(progress, isWaiting ? escalation(progress, ask, now) : null),
    ),
    reviews: reviews.map(({ by, review, reason, at }) => ({
      who: actorName(by),
      review,
      reason,
      at: momentOf(at, now),
      isMine: reviewerId(by) === mine,
    })),
    sentences: [...(isWaiting ? [mayStill(demands, ask, now)] : []), ...conditions(requirement)],
  };
}

const demandView = (
  { demand, needed, approvals, note }: SharedDemand,
  escalates: string | null,
): DemandView => ({
  who: describeAsked(demand),
  given: approvals.length,
  needed,
  text: `${approvals.length} of ${needed}${note}`,
  isMet: approvals.length >= needed,
  escalation: escalates,
});

function escalation({ demand, needed, approvals }: SharedDemand, ask: Ask, now: Instant): string | null {
  if (demand.escalation === null || approvals.length >= needed) return null;
  const { approvers, afterMs } = demand.escalation;
  const atMs = Date.parse(ask.deadline) - ask.requirement.timeoutMs + afterMs;
  const at = new Date(atMs).toISOString() as Instant;
  const when = isOver(at, now) ? "shortly" : relative(at, now);
  return `${approvers.join(" or ")} may answer, too, ${when}, if too few did by then.`;
}

function mayStill(demands: readonly SharedDemand[], { deadline, reviews }: Ask, now: Instant): string {
  if (isOver(deadline, now)) return "The time to answer is over.";
  const names = new Set(
    demands.flatMap(({ demand, needed, approvals }) => (approvals.length < needed ? demand.approvers : [])),
  );
  if (names.size === 0) return "It has all the approvals that it needs. The decision follows in a moment.";
  const others = reviews.length === 0 ? "" : " who has not reviewed yet";
  return `Anybody of ${[...names].join(" or ")}${others} may still approve; anybody who was asked may reject.`;
}

/** What the policy demands of those who answer beyond their number. */
function conditions(requirement: ApprovalRequirement): readonly string[] {
  const { requirements, reasonRequired, preventSelfReview, excludedReviewer } = requirement;
  const apart = describeDistinctPeople(
    requirements.map((demand) => ({ ...demand, quorum: quorumNow(demand, requirement) })),
  ).map((words) => `It takes ${words}.`);
  return [
    ...apart,
    ...(preventSelfReview ? [selfReview(excludedReviewer)] : []),
    ...(reasonRequired ? ["An approval must say why."] : []),
  ];
}

const selfReview = (excluded: string | null): string =>
  excluded === null
    ? "Whoever asked for the connection must not review it. Nobody knows yet who that is, so one approval more is needed."
    : `Whoever asked for the connection must not review it: the person with object id ${excluded}.`;

/** Until when people may answer, and what happens then. */
export interface DeadlineSection extends Moment {
  readonly heading: string;
  readonly isOver: boolean;
  readonly sentence: string;
}

/** Null where there is none: nobody is asked, or it is decided. */
export function deadlineSection({
  request,
  now,
}: Pick<ScreenInput, "request" | "now">): DeadlineSection | null {
  const isExpired = request.state === "closed" && request.closure.outcome === "expired";
  if (request.ask === null || (request.state !== "waiting" && !isExpired)) return null;
  const { deadline, requirement, remindAt } = request.ask;
  const over = isOver(deadline, now) || isExpired;
  return {
    heading: "Deadline",
    ...momentOf(deadline, now),
    isOver: over,
    sentence: over ? "The time to answer is over." : atTheEnd(requirement, remindAt, now),
  };
}

function atTheEnd({ onTimeout }: ApprovalRequirement, remindAt: Instant | null, now: Instant): string {
  const end =
    onTimeout === "reject"
      ? "With too few answers by then it is rejected for good."
      : "With too few answers by then it expires: the connection stays Pending, and an approver can reopen the request.";
  const isAhead = remindAt !== null && !isOver(remindAt, now);
  return isAhead ? `${end} Those who are asked are reminded ${relative(remindAt, now)}.` : end;
}
