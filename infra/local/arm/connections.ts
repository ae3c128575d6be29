import type { Behaviour, Call, World } from "./call.ts";
import { clusterOf } from "./clusters.ts";
import { answered, connectionView } from "./connection.ts";
import { notFound } from "./errors.ts";
import { startOperation } from "./operations.ts";
import { type Connection, ConnectionBody, parseBody } from "./schemas.ts";
import { connectionId } from "./store.ts";

/** LIST has no `nextLink` at AKS: all of them, always. */
export const listConnections: Behaviour = (world, call) => {
  const connections = world.store.connections.below(clusterOf(world, call).id);
  return { status: 200, body: { value: connections.map(({ document }) => connectionView(document)) } };
};

export const getConnection: Behaviour = (world, call) => ({
  status: 200,
  body: connectionView(connectionOf(world, call)),
});

/** The Update API: synchronous, 200, never creates. */
export const updateConnection: Behaviour = (world, call) => {
  const body = parseBody(ConnectionBody, call.body);
  const before = connectionOf(world, call);
  const after = answered(before, body);
  const effective = before.status !== after.status || before.description !== after.description;
  if (effective) world.store.connections.put(connectionId(after.clusterId, after.name), after);
  return { status: 200, body: connectionView(after), effective, change: changeOf(after, "write", true) };
};

/** The provider removes the connection; the consumer's private endpoint then shows Disconnected. */
export const deleteConnection: Behaviour = (world, call) => {
  const cluster = clusterOf(world, call);
  const connection = world.store.connections.get(connectionId(cluster.id, call.parameters.connection));
  if (!connection) return { status: 204 };
  world.store.connections.delete(connectionId(cluster.id, connection.name));
  return {
    ...startOperation(world, call, cluster),
    effective: true,
    change: changeOf(connection, "delete", true),
  };
};

function connectionOf(world: World, call: Call): Connection {
  const cluster = clusterOf(world, call);
  const { connection: name, resourceGroup } = call.parameters;
  const connection = world.store.connections.get(connectionId(cluster.id, name));
  if (!connection) {
    throw notFound(
      `Microsoft.ContainerService/managedClusters/${cluster.name}/privateEndpointConnections`,
      name,
      resourceGroup,
    );
  }
  return connection;
}

const changeOf = ({ clusterId, name }: Connection, verb: "write" | "delete", existed: boolean) => ({
  resourceId: connectionId(clusterId, name),
  operation: `Microsoft.ContainerService/managedClusters/privateEndpointConnections/${verb}`,
  existed,
});
