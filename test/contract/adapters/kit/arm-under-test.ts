import type { ClusterId, ConnectionId, PrivateEndpointId } from "../../../../shared/connection/arm-id.ts";
import type { Clusters, Connections } from "../../../../shared/connection/port.ts";
import { anEndpoint, PROVIDER } from "../../../fixtures/builders.ts";

/** An ARM behind the ports, empty at first, and what others do in it. Ids are spelled as they are given here. */
export interface ArmUnderTest {
  readonly connections: Connections;
  readonly clusters: Clusters;
  createCluster(wish?: ClusterWish): Promise<ClusterId>;
  /** A connection that somebody made, in whatever state. */
  connect(cluster: ClusterId, wish?: ConnectionWish): Promise<ConnectionId>;
  disconnect(id: ConnectionId): Promise<void>;
  /** A consumer's private endpoint that points at a private cluster. */
  createEndpoint(cluster: ClusterId, form?: EndpointForm): Promise<PrivateEndpointId>;
}

/** Gives an ARM that ends with the test. */
export type OpenArm = () => Promise<ArmUnderTest>;

interface ClusterWish {
  readonly id?: string;
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly nodeResourceGroup?: string;
  /** A private cluster may have a connection of its own, so tests that count them make a public one. */
  readonly isPrivate?: boolean;
}

interface ConnectionWish {
  readonly name?: string;
  readonly endpoint?: string;
  readonly status?: "Pending" | "Approved" | "Rejected" | "Disconnected";
  readonly message?: string;
}

export type EndpointForm = "manual" | "automatic";

/** A cluster's id as ARM spells it. */
export const spelledCluster = (name = "Aks-Prod", group = "RG-Aks", subscription = PROVIDER): string =>
  `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.ContainerService/managedClusters/${name}`;

/** The cluster of a test that does not care. */
export const completeCluster = (wish: ClusterWish): Required<ClusterWish> => ({
  id: spelledCluster(),
  location: "westeurope",
  tags: { env: "prod" },
  nodeResourceGroup: "MC_RG-Aks_Aks-Prod_westeurope",
  isPrivate: false,
  ...wish,
});

/** The connection of a test that does not care. */
export const completeConnection = (wish: ConnectionWish): Required<ConnectionWish> => ({
  name: "Pe-Payments.1",
  endpoint: anEndpoint("Pe-Payments"),
  status: "Pending",
  message: "for payments",
  ...wish,
});
