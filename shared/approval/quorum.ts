import { quorumNow } from "../policy/engine/demands.ts";
import type { ApprovalRequirement } from "../policy/verdict.ts";
import type { Review } from "../request/request.ts";
import type { Reviewer } from "../request/terms.ts";

type Demand = ApprovalRequirement["requirements"][number];

/**
 * Whether a review came with a sign-in that satisfied every authentication context that is demanded. An integration signs
 * in nowhere: it counts only where the policy asks it by name, and what people are asked stays for people.
 */
export const isProved = (
  { by, authContexts }: Pick<Review, "by" | "authContexts">,
  requirement: Pick<ApprovalRequirement, "authContexts">,
): boolean =>
  by.kind === "integration" || requirement.authContexts.every((context) => authContexts.includes(context));

/** Whether a review is of somebody whom a demand turns to: people by their groups, and an integration by its name alone. */
const countsFor = ({ groups, integrations }: Demand, review: Review): boolean => {
  const { by } = review;
  return by.kind === "person"
    ? review.groups.some((group) => groups.includes(group))
    : integrations?.some(({ name }) => name === by.name) === true;
};

/**
 * Whether every demand has as many approvals as it must have.
 *
 * Demands that are to be kept apart count each person once: two pairs of eyes are two people, also when one of them is
 * in both groups, or was added to both by an escalation. Demands of different rules may be met by the same person.
 */
export const isQuorate = (requirement: ApprovalRequirement, reviews: readonly Review[]): boolean =>
  unmetOf(requirement, reviews).length === 0;

/** The demands that wait for somebody; all that are kept apart, when each has people enough but they share them. */
export function unmetOf(requirement: ApprovalRequirement, reviews: readonly Review[]): readonly Demand[] {
  const canSeat = (demands: readonly Demand[]) =>
    seatedFor(demands, requirement, reviews).every(({ needed, approvals }) => approvals.length === needed);
  return apart(requirement).flatMap((together) => {
    if (canSeat(together)) return [];
    const unmet = together.filter((demand) => !canSeat([demand]));
    return unmet.length === 0 ? together : unmet;
  });
}

/** How far a demand is: how many must approve, and whose approvals count for it. */
export interface Progress {
  readonly demand: Demand;
  readonly needed: number;
  readonly approvals: readonly Review[];
}

/** Each demand, in their order, with the approvals that count for it: of demands that are kept apart each for one only. */
export function progressOf(
  requirement: ApprovalRequirement,
  reviews: readonly Review[],
): readonly Progress[] {
  const all = apart(requirement).flatMap((demands) => seatedFor(demands, requirement, reviews));
  return requirement.requirements.flatMap((demand) => all.filter((progress) => progress.demand === demand));
}

/** The demands in lists, so that those of a list need different people. */
const apart = ({ requirements }: ApprovalRequirement): readonly (readonly Demand[])[] => [
  ...Map.groupBy(requirements, (demand) => demand.distinctGroup ?? demand).values(),
];

/** Tells reviewers apart: a person's object id, or an integration's name, which is none. */
export const reviewerId = (by: Reviewer): string => (by.kind === "person" ? by.oid : by.name);

/**
 * Who counts for which of these demands, of those whose sign-in satisfied what is demanded: gives as many places as there can
 * be to a reviewer of its own each.
 * @see https://en.wikipedia.org/wiki/Maximum_cardinality_matching (augmenting paths; demands and people are few)
 */
function seatedFor(
  demands: readonly Demand[],
  requirement: ApprovalRequirement,
  reviews: readonly Review[],
): readonly Progress[] {
  const needed = (demand: Demand) => quorumNow(demand, requirement);
  const places = demands.flatMap((demand) => Array.from({ length: needed(demand) }, () => demand));
  const reviewers = new Map(reviews.map((review) => [reviewerId(review.by), review]));
  const takenBy = new Map<number, Review>();

  /** Finds a place for a review, asking those who have one to move on to another. */
  const seat = (review: Review, asked: Set<number>): boolean =>
    places.some((demand, index) => {
      if (asked.has(index) || !countsFor(demand, review)) return false;
      asked.add(index);
      const holder = takenBy.get(index);
      if (holder !== undefined && !seat(holder, asked)) return false;
      takenBy.set(index, review);
      return true;
    });

  for (const review of reviewers.values())
    if (review.review === "approve" && isProved(review, requirement)) seat(review, new Set());
  return demands.map((demand) => ({
    demand,
    needed: needed(demand),
    approvals: [...takenBy].flatMap(([index, review]) => (places[index] === demand ? [review] : [])),
  }));
}
