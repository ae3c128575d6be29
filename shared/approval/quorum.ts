import { quorumNow } from "../policy/engine/demands.ts";
import type { ApprovalRequirement } from "../policy/verdict.ts";
import type { Review } from "../request/request.ts";

type Demand = ApprovalRequirement["requirements"][number];

/** Whether a review came with a sign-in that satisfied every authentication context that is demanded. */
export const isProved = (
  { authContexts }: Pick<Review, "authContexts">,
  requirement: Pick<ApprovalRequirement, "authContexts">,
): boolean => requirement.authContexts.every((context) => authContexts.includes(context));

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

/** Members of any of these groups, so many of them. */
interface Seats {
  readonly groups: readonly string[];
  readonly places: number;
}

/** Who counts for which of these demands, of those whose sign-in satisfied what is demanded. */
const seatedFor = (
  demands: readonly Demand[],
  requirement: ApprovalRequirement,
  reviews: readonly Review[],
) =>
  seatedIn(
    demands.map((demand) => ({ groups: demand.groups, places: quorumNow(demand, requirement) })),
    reviews.filter((review) => isProved(review, requirement)),
  );

/**
 * Gives as many places as there can be to a person of its own each.
 * @see https://en.wikipedia.org/wiki/Maximum_cardinality_matching (augmenting paths; demands and people are few)
 */
function seatedIn(
  seats: readonly Seats[],
  reviews: readonly Review[],
): readonly (Seats & { readonly taken: readonly Review[] })[] {
  const places = seats.flatMap((all) => Array.from({ length: all.places }, () => all));
  const people = new Map(reviews.map((review) => [review.by.oid, review]));
  const approvals = [...people.values()].filter(({ review }) => review === "approve");
  const takenBy = new Map<number, Review>();

  /** Finds a place for a review, asking those who have one to move on to another. */
  const seat = (review: Review, asked: Set<number>): boolean =>
    places.some(({ groups }, index) => {
      if (asked.has(index) || !isOf(groups, review)) return false;
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

const isOf = (groups: readonly string[], review: Review): boolean =>
  review.groups.some((group) => groups.includes(group));
