import type { ClusterId, ClusterScope, ConnectionId, PrivateEndpointId } from "./arm-id.ts";
import type { Answer, ManagedCluster, PrivateEndpointConnection } from "./connection.ts";
import type { Fault } from "./fault.ts";

/**
 * A list of ARM's. One item that we cannot understand must not hide the others: a consumer who gives a
 * resource a strange name would stop all approvals.
 */
export interface Listing<T> {
  readonly items: readonly T[];
  readonly unreadable: readonly Fault[];
}

/**
 * The private endpoint connections of our managed clusters, as ARM keeps them.
 *
 * Every verb throws a `Fault` when ARM does not answer as hoped; null means ARM said 404, which is news, not a failure.
 */
export interface Connections {
  /** A read of its own: right before a write, and where a list may not be the whole truth. */
  read(id: ConnectionId): Promise<PrivateEndpointConnection | null>;

  /**
   * What ARM shows, no older than the question; while ARM's limits are short it may come of a list that others share, so
   * nothing is written because of it.
   */
  look(id: ConnectionId): Promise<PrivateEndpointConnection | null>;

  /** All connections of a cluster; null when there is no such cluster. */
  list(cluster: ClusterId): Promise<Listing<PrivateEndpointConnection> | null>;

  /**
   * Writes the answer into `privateLinkServiceConnectionState`, once, without looking.
   *
   * ARM offers no If-Match on this PUT, so the caller reads right before and verifies right after.
   * @returns ARM's correlation id of the write, null when it sent none
   */
  answer(connection: PrivateEndpointConnection, answer: Answer, description: string): Promise<string | null>;
}

/** The calls of `Connections` that ARM has. */
export type ArmConnections = Omit<Connections, "look">;

/** The managed clusters in our care, and the consumers' side as far as we may see it. Faults and null as above. */
export interface Clusters {
  read(id: ClusterId): Promise<ManagedCluster | null>;

  /** The clusters of a scope, in ARM's order. A scope that ARM does not know is a `Fault`: it is in our settings. */
  listIn(scope: ClusterScope): Promise<Listing<ManagedCluster>>;

  /** The clusters that a private endpoint points at; null when there is no such endpoint. */
  targetsOf(endpoint: PrivateEndpointId): Promise<readonly ClusterId[] | null>;
}
