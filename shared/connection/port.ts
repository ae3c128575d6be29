import type { ClusterId, ClusterScope, ConnectionId, PrivateEndpointId } from "./arm-id.ts";
import type { Answer, ManagedCluster, PrivateEndpointConnection } from "./connection.ts";

/**
 * The private endpoint connections of our managed clusters, as ARM keeps them.
 *
 * Every verb throws a `Fault` when ARM does not answer as hoped; null means ARM said 404, which is news, not a failure.
 */
export interface Connections {
  read(id: ConnectionId): Promise<PrivateEndpointConnection | null>;

  /** All connections of a cluster; null when there is no such cluster. */
  list(cluster: ClusterId): Promise<readonly PrivateEndpointConnection[] | null>;

  /**
   * Writes the answer into `privateLinkServiceConnectionState`, once, without looking.
   *
   * ARM offers no If-Match on this PUT, so the caller reads right before and verifies right after.
   * @returns ARM's correlation id of the write, null when it sent none
   */
  answer(connection: PrivateEndpointConnection, answer: Answer, description: string): Promise<string | null>;
}

/** The managed clusters in our care, and the consumers' side as far as we may see it. Faults and null as above. */
export interface Clusters {
  read(id: ClusterId): Promise<ManagedCluster | null>;

  /** The clusters of a scope, in ARM's order. */
  listIn(scope: ClusterScope): Promise<readonly ManagedCluster[]>;

  /** The clusters that a private endpoint points at; null when there is no such endpoint. */
  targetsOf(endpoint: PrivateEndpointId): Promise<readonly ClusterId[] | null>;
}
