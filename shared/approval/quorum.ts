import { type ApprovalRequirement, quorumNow } from "../policy/index.ts";
import type { Review } from "../request/request.ts";

type Demand = ApprovalRequirement["requirements"][number];

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
    canSeatAll(
      demands.map(({ groups, ...demand }) => ({ groups, places: quorumNow(demand, requirement) })),
      reviews,
    );
  const { requirements } = requirement;
  return [...Map.groupBy(requirements, (demand) => demand.distinctGroup ?? demand).values()].flatMap(
    (together) => {
      if (canSeat(together)) return [];
      const unmet = together.filter((demand) => !canSeat([demand]));
      return unmet.length === 0 ? together : unmet;
    },
  );
}

/** Members of any of these groups, so many of them. */
interface Seats {
  readonly groups: readonly string[];
  readonly places: number;
}

/**
 * Whether each place can be given to a person of its own.
 * @see https://en.wikipedia.org/wiki/Maximum_cardinality_matching (augmenting paths; demands and people are few)
 */
function canSeatAll(seats: readonly Seats[], reviews: readonly Review[]): boolean {
  const places = seats.flatMap(({ groups, places }) => Array.from({ length: places }, () => groups));
  const people = new Map(reviews.map((review) => [review.by.oid, review]));
  const approvals = [...people.values()].filter(({ review }) => review === "approve");
  const takenBy = new Map<number, Review>();

  /** Finds a place for a review, asking those who have one to move on to another. */
  const seat = (review: Review, asked: Set<number>): boolean =>
    places.some((place, index) => {
      if (asked.has(index) || !isOf(place, review)) return false;
      asked.add(index);
      const holder = takenBy.get(index);
      if (holder !== undefined && !seat(holder, asked)) return false;
      takenBy.set(index, review);
      return true;
    });

  for (const review of approvals) seat(review, new Set());
  return takenBy.size === places.length;
}

const isOf = (groups: readonly string[], review: Review): boolean =>
  review.groups.some((group) => groups.includes(group));
