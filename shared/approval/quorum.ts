import { quorumNow } from "../policy/engine/demands.ts";
import type { ApprovalRequirement } from "../policy/verdict.ts";
import type { Review } from "../request/request.ts";
import type { IntegrationActor, Reviewer } from "../request/terms.ts";

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

/** The integration that a demand turns to, if it does: one of this name that proves itself in this way. */
export const askedIntegration = (
  { integrations = [] }: Pick<Demand, "integrations">,
  { name, proof }: IntegrationActor,
) =>
  integrations.find(
    (asked) => asked.name === name && (proof.kind === "app" ? proof.oid === asked.app : asked.signed),
  );

/** Whether a review is of somebody whom a demand turns to: people by their groups, and an integration by its name alone. */
export const countsFor = (
  demand: Pick<Demand, "groups" | "integrations">,
  { by, groups }: Pick<Review, "by" | "groups">,
): boolean =>
  by.kind === "integration"
    ? askedIntegration(demand, by) !== undefined
    : demand.integrations === undefined && groups.some((group) => demand.groups.includes(group));

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
    seatedFor(demands, requirement, reviews).every(({ places, taken }) => taken.length === places);
  return apart(requirement).flatMap((together) => {
    if (canSeat(together)) return [];
    const unmet = together.filter((demand) => !canSeat([demand]));
    return unmet.length === 0 ? together : unmet;
  });
}

/** Whether a rejection of this reviewer counts: one rejects who is asked, and an integration only where the policy lets it. */
export const mayReject = (
  { requirements }: ApprovalRequirement,
  review: Pick<Review, "by" | "groups">,
): boolean => {
  const { by } = review;
  return by.kind === "integration"
    ? requirements.some((demand) => askedIntegration(demand, by)?.mayReject === true)
    : requirements.some((demand) => countsFor(demand, review));
};

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
  const seats = new Map(
    apart(requirement).flatMap((demands) =>
      seatedFor(demands, requirement, reviews).map((seats, index) => [demands[index], seats]),
    ),
  );
  return requirement.requirements.map((demand) => {
    const { places, taken } = seats.get(demand) ?? { places: quorumNow(demand, requirement), taken: [] };
    return { demand, needed: places, approvals: taken };
  });
}

/** The demands in lists, so that those of a list need different people. */
const apart = ({ requirements }: ApprovalRequirement): readonly (readonly Demand[])[] => [
  ...Map.groupBy(requirements, (demand) => demand.distinctGroup ?? demand).values(),
];

/** Whoever counts for a demand, so many of them. */
interface Seats {
  readonly demand: Demand;
  readonly places: number;
}

/** Who counts for which of these demands, of those whose sign-in satisfied what is demanded. */
const seatedFor = (
  demands: readonly Demand[],
  requirement: ApprovalRequirement,
  reviews: readonly Review[],
) =>
  seatedIn(
    demands.map((demand) => ({ demand, places: quorumNow(demand, requirement) })),
    reviews.filter((review) => isProved(review, requirement)),
  );

/**
 * Gives as many places as there can be to a reviewer of its own each.
 * @see https://en.wikipedia.org/wiki/Maximum_cardinality_matching (augmenting paths; demands and people are few)
 */
function seatedIn(
  seats: readonly Seats[],
  reviews: readonly Review[],
): readonly (Seats & { readonly taken: readonly Review[] })[] {
  const places = seats.flatMap((all) => Array.from({ length: all.places }, () => all));
  const reviewers = new Map(reviews.map((review) => [idOf(review.by), review]));
  const approvals = [...reviewers.values()].filter(({ review }) => review === "approve");
  const takenBy = new Map<number, Review>();

  /** Finds a place for a review, asking those who have one to move on to another. */
  const seat = (review: Review, asked: Set<number>): boolean =>
    places.some(({ demand }, index) => {
      if (asked.has(index) || !countsFor(demand, review)) return false;
      asked.add(index);
      const holder = takenBy.get(index);
      if (holder !== undefined && !seat(holder, asked)) return false;
      takenBy.set(index, review);
      return true;
    });

  for (const review of approvals) seat(review, new Set());
  return seats.map((all) => ({
    ...all,
    taken: [...takenBy].flatMap(([index, review]) => (places[index] === all ? [review] : [])),
  }));
}

/** A name is no object id, so that no two are the same. */
const idOf = (by: Reviewer): string => (by.kind === "person" ? by.oid : by.name);
