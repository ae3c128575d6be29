import { armName } from "../connection/arm-id.ts";
import type { Instant, ManagedCluster } from "../connection/connection.ts";
import type { Facts } from "../policy/facts.ts";
import type { ApprovalRequest } from "../request/request.ts";
import { unknown } from "./look-up.ts";

/** What facts are about, and when they are gathered. */
export interface Subject {
  readonly request: ApprovalRequest;
  readonly cluster: ManagedCluster;
  readonly at: Instant;
}

export const value = <T>(of: T) => ({ kind: "value", value: of }) as const;

/** Why a fact was not looked up. */
export const NOT_USED = unknown("no rule uses it");
export const NO_ENDPOINT = unknown("ARM did not name the connection's private endpoint");

/** The facts that cost nothing: from ARM's ids, the cluster's own record and the request. The others are unknown. */
export function givenFacts({ request, cluster, at }: Subject): Facts {
  const { privateEndpointId, requestMessage, source } = request;
  const provider = armName(cluster.id);
  const endpoint = privateEndpointId === null ? null : armName(privateEndpointId);
  const lookedUp = endpoint === null ? NO_ENDPOINT : NOT_USED;
  return {
    endpoint: {
      subscription: endpoint === null ? NO_ENDPOINT : value(endpoint.subscription),
      resourceGroup: endpoint === null ? NO_ENDPOINT : value(endpoint.resourceGroup),
      name: endpoint === null ? NO_ENDPOINT : value(endpoint.name),
      location: lookedUp,
    },
    consumer: { tenant: lookedUp, subscriptionName: lookedUp, managementGroups: lookedUp, tags: lookedUp },
    cluster: {
      name: value(provider.name),
      resourceGroup: value(provider.resourceGroup),
      subscription: value(provider.subscription),
      location: value(cluster.location),
      tags: value(cluster.tags),
    },
    message: requestMessage === "" ? { kind: "absent" } : value(requestMessage),
    requester: lookedUp,
    requesterId: lookedUp,
    source: value(source),
    time: value(at),
    history: { approvedBefore: lookedUp, approvedOnCluster: lookedUp },
  };
}
