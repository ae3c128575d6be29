import { randomUUID } from "node:crypto";
import { ArmError } from "./errors.ts";
import { keyOf } from "./ids.ts";
import type { Connection, ConnectionBody, ConnectionStatus } from "./schemas.ts";
import { type Cluster, connectionId } from "./store.ts";

/**
 * Where a connection may go from each status. Staying is always allowed.
 *
 * Rejected is final: "Connections that have been previously denied can't be approved."
 * @see https://learn.microsoft.com/azure/private-link/manage-private-endpoint
 */
const MAY_BECOME: Readonly<Record<ConnectionStatus, readonly ConnectionStatus[]>> = {
  Pending: ["Pending", "Approved", "Rejected"],
  Approved: ["Approved", "Rejected"],
  Rejected: ["Rejected"],
  Disconnected: ["Disconnected"],
};

/** The connection after a PUT, or the refusal. */
export function answered(connection: Connection, body: ConnectionBody): Connection {
  const { privateEndpoint, privateLinkServiceConnectionState: wanted } = body.properties;
  if (
    privateEndpoint?.id !== undefined &&
    keyOf(privateEndpoint.id) !== keyOf(connection.privateEndpointId)
  ) {
    throw new ArmError(
      "InvalidRequestContent",
      `The private endpoint of connection '${connection.name}' is '${connection.privateEndpointId}' and cannot be changed.`,
    );
  }
  if (!MAY_BECOME[connection.status].includes(wanted.status)) {
    throw new ArmError(
      "OperationNotAllowed",
      `The connection '${connection.name}' is ${connection.status} and cannot become ${wanted.status}. ` +
        "Remove the connection and create a new one.",
    );
  }
  const { description: _previous, ...unanswered } = connection;
  return { ...unanswered, ...wanted };
}

/** A new connection. AKS names it `<private endpoint name>.<guid>`, so nobody knows the name beforehand. */
export function newConnection(
  cluster: Cluster,
  endpoint: { id: string; name: string },
  state: { status: ConnectionStatus; description?: string | undefined },
): Connection {
  return {
    clusterId: cluster.id,
    name: `${endpoint.name}.${randomUUID()}`,
    privateEndpointId: endpoint.id,
    status: state.status,
    ...(state.description !== undefined && { description: state.description }),
    provisioningState: "Succeeded",
  };
}

/** The connection as the wire shows it, with the singular `managedCluster` and the foreign type of the official sample. */
export function connectionView({
  clusterId,
  name,
  privateEndpointId,
  status,
  description,
  provisioningState,
}: Connection): unknown {
  return {
    id: connectionId(clusterId.replace(/\/managedClusters\/([^/]+)$/i, "/managedCluster/$1"), name),
    name,
    type: "Microsoft.Network/privateLinkServices/privateEndpointConnections",
    properties: {
      privateEndpoint: { id: privateEndpointId },
      privateLinkServiceConnectionState: { status, description },
      provisioningState,
    },
  };
}
