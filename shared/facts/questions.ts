import { armName, type PrivateEndpointId } from "../connection/arm-id.ts";
import type { ManagedCluster, PrivateEndpointConnection } from "../connection/connection.ts";
import { isOwnConnection } from "../connection/own-connection.ts";
import type { ApprovalRequest } from "../request/request.ts";
import type { Question } from "./look-up.ts";
import type { FactSources, Subscription } from "./port.ts";

/** What can be asked about the private endpoint of a request, and how causes tell of it when there is no answer. */

export const subscriptionOf = (
  { subscriptions }: FactSources,
  endpoint: PrivateEndpointId,
): Question<Subscription> => ({
  source: "Resource Graph",
  nothing: "Resource Graph does not show the subscription to this app's identity",
  ask: async () => subscriptions.read(armName(endpoint).subscription),
});

export const tenantOf = ({ tenants }: FactSources, endpoint: PrivateEndpointId): Question<string> => ({
  source: "the subscription's tenant",
  nothing: "ARM knows no such subscription",
  ask: async () => tenants.of(armName(endpoint).subscription),
});

export const locationOf = ({ endpoints }: FactSources, endpoint: PrivateEndpointId): Question<string> => ({
  source: "GET privateEndpoints",
  nothing: "ARM does not show where the private endpoint is",
  ask: async () => (await endpoints.read(endpoint))?.location ?? null,
});

export const approvedBefore = ({ history }: FactSources, endpoint: PrivateEndpointId): Question<number> => ({
  source: "audit store",
  nothing: "the audit store does not count",
  ask: async () => history.approvedBefore(armName(endpoint).subscription),
});

export const approvedOnCluster = (
  sources: FactSources,
  endpoint: PrivateEndpointId,
  request: ApprovalRequest,
  cluster: ManagedCluster,
): Question<number> => ({
  source: "the cluster's connections",
  nothing: "ARM knows no such cluster",
  ask: () => countApproved(sources, armName(endpoint).subscription, request, cluster),
});

/**
 * How many other connections of a subscription are Approved on the cluster, without the cluster's own, or are about to
 * be, because we decided so; null when there is no such cluster. It is no quota: requests that are judged in the same
 * moment do not see each other.
 */
async function countApproved(
  { connections, history }: FactSources,
  subscription: string,
  request: ApprovalRequest,
  cluster: ManagedCluster,
): Promise<number | null> {
  // Before the list, so that none is missed that becomes Approved between the two.
  const open = await history.open({ cluster: cluster.id });
  const listing = await connections.list(cluster.id);
  if (listing === null) return null;
  const [unreadable] = listing.unreadable;
  if (unreadable !== undefined) throw unreadable;

  const approved = listing.items.filter(
    ({ id, status, privateEndpointId }) =>
      status === "Approved" &&
      // One that is judged although it is Approved, as `simulate` does, must not speak for itself.
      id !== request.connectionId &&
      !isOwnConnection({ connectionId: id, privateEndpointId }, cluster),
  );
  const shown = new Set(approved.map(({ id }) => id));
  const decided = open.filter(
    ({ id, connectionId, consumerSubscription, decision }) =>
      id !== request.id &&
      consumerSubscription === subscription &&
      decision?.decision === "approve" &&
      !shown.has(connectionId),
  );
  return approved.filter((connection) => isOf(subscription, connection)).length + decided.length;
}

/**
 * One that may or may not be the subscription's is not counted as somebody else's, which would let more through than a
 * rule allows: the number cannot be known then.
 */
function isOf(subscription: string, { privateEndpointId }: PrivateEndpointConnection): boolean {
  if (privateEndpointId === null) throw new Error("ARM does not name an Approved connection's endpoint");
  return armName(privateEndpointId).subscription === subscription;
}
