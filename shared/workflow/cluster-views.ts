import { compareSnapshot } from "../approval/snapshot.ts";
import type { ClusterId, ConnectionId } from "../connection/arm-id.ts";
import type { ManagedCluster, PrivateEndpointConnection } from "../connection/connection.ts";
import { Fault } from "../connection/fault.ts";
import type { Clusters, Connections } from "../connection/port.ts";
import type { ApprovalRequest } from "../request/request.ts";
import type { View } from "./judge.ts";

interface ClusterView {
  readonly cluster: ManagedCluster | null;
  readonly connections: ReadonlyMap<ConnectionId, PrivateEndpointConnection>;
}

/** What ARM shows of clusters and their connections, each cluster asked about once, for as long as a walk takes. */
export class ClusterViews {
  readonly #ports: { readonly clusters: Clusters; readonly connections: Connections };
  readonly #views = new Map<ClusterId, ClusterView>();
  readonly #outOfReach = new Set<ClusterId>();

  constructor(ports: { readonly clusters: Clusters; readonly connections: Connections }) {
    this.#ports = ports;
  }

  /** Whether ARM could not be asked about it, which was thrown once. After throttling it may be asked again. */
  isOutOfReach(cluster: ClusterId): boolean {
    return this.#outOfReach.has(cluster);
  }

  /** What is news to the request is read afresh: a list may be stale, and no review may be lost to that. */
  async of(request: ApprovalRequest): Promise<View> {
    const { cluster, connections } = await this.#viewOf(request.clusterId);
    const listed = connections.get(request.connectionId) ?? null;
    const isNews = request.missing !== null || compareSnapshot(request, listed).kind !== "same";
    return {
      cluster,
      connection: isNews ? await this.#ports.connections.read(request.connectionId) : listed,
    };
  }

  async #viewOf(id: ClusterId): Promise<ClusterView> {
    const known = this.#views.get(id);
    if (known !== undefined) return known;
    try {
      const cluster = await this.#ports.clusters.read(id);
      const listing = await this.#ports.connections.list(id);
      const connections = new Map((listing?.items ?? []).map((connection) => [connection.id, connection]));
      const view = { cluster, connections };
      this.#views.set(id, view);
      return view;
    } catch (error) {
      if (error instanceof Fault && error.code !== "THROTTLED") this.#outOfReach.add(id);
      throw error;
    }
  }
}
