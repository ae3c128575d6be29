import type { Ask } from "../policy.ts";
import type { ApprovalRequirement, Requirement } from "../verdict.ts";

/**
 * Adds up everything that was asked: each demand stays a demand of its own, and the deadline is the shortest.
 *
 * A shorter deadline is the stricter one, since it ends in the connection staying Pending. Rejecting at the deadline
 * is not "stricter" in that sense: a rejected connection can never be approved again, so silence rejects only when
 * every single asker says so in words. If one of them lets the request expire, it expires, and can be made again.
 *
 * @param asks - at least one
 */
export function addUp(asks: readonly Ask[]): ApprovalRequirement {
  const timeoutMs = Math.min(...asks.map((ask) => ask.timeoutMs));
  const remindAfterMs = Math.min(...asks.map((ask) => ask.remindAfterMs ?? Number.POSITIVE_INFINITY));
  return {
    requirements: different(asks.map((ask) => ask.requirement)),
    timeoutMs,
    // Another asker's shorter deadline may come before the first reminder: then there is none.
    remindAfterMs: remindAfterMs < timeoutMs ? remindAfterMs : null,
    onTimeout: asks.every((ask) => ask.onTimeout === "reject") ? "reject" : "expire",
  };
}

/** The same groups with the same quorum, asked for by two rules, are one demand. */
function different(requirements: readonly Requirement[]): Requirement[] {
  const byDemand = new Map<string, Requirement>();
  for (const requirement of requirements) {
    const demand = `${requirement.quorum} of ${requirement.groups.toSorted().join(" ")}`;
    if (!byDemand.has(demand)) byDemand.set(demand, requirement);
  }
  return [...byDemand.values()];
}
