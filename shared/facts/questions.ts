import { isOwnConnection } from "../approval/assess.ts";
import type { ApprovalRequest } from "../approval/request.ts";
import { armName, type PrivateEndpointId } from "../connection/arm-id.ts";
import type { ManagedCluster } from "../connection/connection.ts";
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

export const creatorOf = ({ creators }: FactSources, endpoint: PrivateEndpointId): Question<string> => ({
  source: "Resource Graph",
  nothing: "Resource Graph does not show who created the private endpoint",
  ask: async () => creators.of(endpoint),
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
  source: "LIST privateEndpointConnections",
  nothing: "ARM knows no such cluster",
  ask: () => countApproved(sources, armName(endpoint).subscription, request, cluster),
});

/**
 * How many connections of a subscription are Approved on the cluster, without the cluster's own; null when there is no
 * such cluster. One that may or may not be the subscription's is not counted as somebody else's, which would let more
 * through than a rule allows: the number cannot be known then.
 */
async function countApproved(
  { connections }: FactSources,
  subscription: string,
  request: ApprovalRequest,
  cluster: ManagedCluster,
): Promise<number | null> {
  const listing = await connections.list(cluster.id);
  if (listing === null) return null;
  const [unreadable] = listing.unreadable;
  if (unreadable !== undefined) throw unreadable;

  return listing.items
    .filter(({ status }) => status === "Approved")
    .filter(
      ({ id, privateEndpointId }) =>
        !isOwnConnection({ ...request, connectionId: id, privateEndpointId }, cluster),
    )
    .filter(({ privateEndpointId }) => {
      if (privateEndpointId === null) throw new Error("ARM does not name an Approved connection's endpoint");
      return armName(privateEndpointId).subscription === subscription;
    }).length;
}
