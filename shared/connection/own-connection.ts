import { armName, type ConnectionId, connectionName } from "./arm-id.ts";
import type { ManagedCluster, PrivateEndpointConnection } from "./connection.ts";

/** What tells whose connection it is. */
type Owned = { readonly connectionId: ConnectionId } & Pick<PrivateEndpointConnection, "privateEndpointId">;

/**
 * Whether a connection is the cluster's own: its private endpoint lives in the cluster's node resource group.
 *
 * Answering it is not ours: a cluster that loses its own private endpoint stops to function. Its name
 * (`kube-apiserver.<guid>`) proves nothing, since a consumer may choose it too; only where ARM does not say whose the
 * endpoint is, a connection that may be the cluster's own is treated so.
 * @see https://learn.microsoft.com/azure/aks/private-clusters
 */
export function isOwnConnection(
  { connectionId, privateEndpointId }: Owned,
  cluster: ManagedCluster,
): boolean {
  if (privateEndpointId === null) return isNamedLikeOwn(connectionId);
  const endpoint = armName(privateEndpointId);
  return (
    endpoint.subscription === armName(cluster.id).subscription &&
    endpoint.resourceGroup === cluster.nodeResourceGroup.toLowerCase()
  );
}

/** Whether a connection has a name as AKS gives it to a cluster's own; a consumer may choose such a name, too. */
export const isNamedLikeOwn = (id: ConnectionId): boolean => connectionName(id).startsWith("kube-apiserver.");
