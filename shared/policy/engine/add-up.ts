import type { Ask } from "../content.ts";
import { byCodeUnits } from "../text.ts";
import type { ApprovalRequirement, Escalation, Requirement } from "../verdict.ts";
import { isForPeople } from "./demands.ts";
import { toldTogether } from "./telling.ts";

/**
 * Adds up everything that was asked: each demand stays a demand of its own, and the deadline is the shortest.
 *
 * A shorter deadline is the stricter one, since it ends in the connection staying Pending. Rejecting at the deadline
 * is not "stricter" in that sense: a rejected connection can never be approved again, so silence rejects only when
 * every single asker says so in words. If one of them lets the request expire, it expires, and can be made again.
 *
 * @param asks - at least one
 * @param requester - object id of the person who asked for the connection; null when it is not known
 */
export function addUp(asks: readonly Ask[], requester: string | null): ApprovalRequirement {
  const preventSelfReview = asks.some((ask) => ask.preventSelfReview);
  const apart = asks.some((ask) => ask.distinctPeople) ? allApart : apartInAsk;
  const timeoutMs = Math.min(...asks.map((ask) => ask.timeoutMs));
  const remindAfterMs = Math.min(...asks.map((ask) => ask.remindAfterMs ?? Number.POSITIVE_INFINITY));
  const authContexts = [...new Set(asks.flatMap(({ authContext }) => authContext ?? []))].toSorted(
    byCodeUnits,
  );
  return {
    requirements: apart(
      different(asks.map((ask) => ask.requirements.map((each) => withinTime(each, timeoutMs)))),
    ),
    timeoutMs,
    // Another asker's shorter deadline may come before the first reminder: then there is none.
    remindAfterMs: remindAfterMs < timeoutMs ? remindAfterMs : null,
    onTimeout: asks.every((ask) => ask.onTimeout === "reject") ? "reject" : "expire",
    reasonRequired: asks.some((ask) => ask.reasonRequired),
    authContexts,
    ...(asks.every(({ inCard }) => inCard) && authContexts.length === 0 && { inCard: true }),
    preventSelfReview,
    excludedReviewer: preventSelfReview ? requester : null,
  };
}

/** What two rules ask for in the same words is asked once; under two names its people hear by the channels of both. */
function different(asks: readonly (readonly Requirement[])[]): (readonly Requirement[])[] {
  const same = Map.groupBy(asks, (demands) => JSON.stringify(demands.map(key).toSorted()));
  return [...same.values()].map((alike) => {
    const [first = []] = alike;
    return alike.length === 1 ? first : first.map((demand) => toldAsAll(demand, alike.flat()));
  });
}

function toldAsAll(demand: Requirement, all: readonly Requirement[]): Requirement {
  const alike = all.filter((other) => key(other) === key(demand));
  const escalations = alike.flatMap(({ escalation }) => escalation ?? []);
  return {
    ...demand,
    ...toldTogether(alike),
    escalation: demand.escalation && { ...demand.escalation, ...toldTogether(escalations) },
  };
}

/** The demands of one ask want different people; those of another ask may be met by the same. */
const apartInAsk = (asks: readonly (readonly Requirement[])[]): Requirement[] =>
  asks.flatMap(inDistinctGroup);

/** All demands want different people. */
const allApart = (asks: readonly (readonly Requirement[])[]): Requirement[] => [
  ...inDistinctGroup(asks.flat(), 0),
];

/** Only people are kept apart: no integration is one of them. */
const inDistinctGroup = (demands: readonly Requirement[], index: number): readonly Requirement[] =>
  demands.filter(isForPeople).length < 2
    ? demands
    : demands.map((demand) => (isForPeople(demand) ? { ...demand, distinctGroup: index } : demand));

const key = ({ quorum, groups, escalation, integrations = [] }: Requirement): string =>
  JSON.stringify([
    quorum,
    groups.toSorted(),
    escalation && escalationKey(escalation),
    integrations.map(({ name }) => name).toSorted(),
  ]);

const escalationKey = ({ groups, afterMs }: Escalation) => [groups.toSorted(), afterMs];

/** An escalation that another asker's shorter deadline forestalls never takes place. */
const withinTime = (requirement: Requirement, timeoutMs: number): Requirement =>
  requirement.escalation !== null && requirement.escalation.afterMs >= timeoutMs
    ? { ...requirement, escalation: null }
    : requirement;
