import type { FactName, Facts } from "../policy/facts.ts";
import type { ApprovalRequest } from "../request/request.ts";
import { givenFacts, NOT_USED, type Subject, value } from "./given.ts";
import { type Found, LIMIT_MS, lookUp, type Question, unknown } from "./look-up.ts";
import type { FactSources, Subscription } from "./port.ts";
import { approvedBefore, approvedOnCluster, locationOf, subscriptionOf, tenantOf } from "./questions.ts";
import { whoAsked } from "./requester.ts";

/** What there is to judge by. */
interface Gathered {
  readonly facts: Facts;
  /** Facts of those used that are unknown for a cause that may be gone by itself, so that asking again may help. */
  readonly passing: readonly FactName[];
}

/**
 * Everything that the policy may ask about a request. What is given is always there; the sources are asked only for
 * facts that some rule uses.
 *
 * Never throws: a look-up that fails or is slow makes its facts unknown, with the cause, and people are asked where a
 * rule needs them. A source that is broken, or that refuses us, stops no other rule and no other request.
 */
export async function gatherFacts(
  sources: FactSources,
  subject: Subject,
  used: ReadonlySet<FactName>,
  limitMs: number = LIMIT_MS,
): Promise<Gathered> {
  const given = givenFacts(subject);
  const { request, cluster } = subject;
  const { privateEndpointId: endpoint } = request;
  if (endpoint === null) return { facts: given, passing: [] };

  const passing: FactName[] = [];
  /** One look-up for all facts that come of it. */
  const find = async <T>(names: readonly FactName[], question: Question<T>): Promise<Found<T>> => {
    const asked = names.filter((name) => used.has(name));
    if (asked.length === 0) return NOT_USED;
    const { found, isPassing } = await lookUp(question, limitMs);
    if (isPassing) passing.push(...asked);
    return found;
  };

  const asker = whoAsked(sources, endpoint, request);
  const [subscription, tenant, location, requester, requesterId, before, onCluster] = await Promise.all([
    find(SUBSCRIPTION_FACTS, subscriptionOf(sources, endpoint)),
    find(["consumer.tenant"], tenantOf(sources, endpoint)),
    find(["endpoint.location"], locationOf(sources, endpoint)),
    find(["requester"], asker.byName),
    find(["requesterId"], asker.byObjectId),
    find(["history.approvedBefore"], approvedBefore(sources, endpoint)),
    find(["history.approvedOnCluster"], approvedOnCluster(sources, endpoint, request, cluster)),
  ]);
  const facts = {
    ...given,
    endpoint: { ...given.endpoint, location },
    consumer: { tenant, ...subscriptionFacts(subscription) },
    requester,
    requesterId,
    history: { approvedBefore: before, approvedOnCluster: onCluster },
  };
  return { facts, passing };
}

/**
 * With the name of the consumer's subscription, which people read who are asked, whether a rule uses it or not. Azure is
 * asked for it where it was not before.
 */
export async function named(
  sources: FactSources,
  { privateEndpointId: endpoint }: ApprovalRequest,
  facts: Facts,
  limitMs: number = LIMIT_MS,
): Promise<Facts> {
  if (endpoint === null || facts.consumer.subscriptionName !== NOT_USED) return facts;
  const { found } = await lookUp(subscriptionOf(sources, endpoint), limitMs);
  const { subscriptionName } = subscriptionFacts(found);
  return { ...facts, consumer: { ...facts.consumer, subscriptionName } };
}

type SubscriptionFacts = Pick<Facts["consumer"], "subscriptionName" | "tags" | "managementGroups">;

const SUBSCRIPTION_FACTS = [
  "consumer.subscriptionName",
  "consumer.tags",
  "consumer.managementGroups",
] as const satisfies readonly FactName[];

function subscriptionFacts(found: Found<Subscription>): SubscriptionFacts {
  if (found.kind === "unknown") return { subscriptionName: found, tags: found, managementGroups: found };
  const { name, tags, managementGroups: names } = found.value;
  return {
    subscriptionName:
      name === null ? unknown("Resource Graph does not show the subscription's name") : value(name),
    tags: value({ ...tags }),
    managementGroups:
      names === null ? unknown("Resource Graph does not show the management groups") : value([...names]),
  };
}
