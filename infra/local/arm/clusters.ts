import type { Behaviour, Call, World } from "./call.ts";
import { newConnection } from "./connection.ts";
import { AUTO_APPROVED, MAX_NODE_RESOURCE_GROUP } from "./constants.ts";
import { ArmError, notFound } from "./errors.ts";
import { clusterId, endpointId } from "./ids.ts";
import { startOperation } from "./operations.ts";
import { ClusterBody, parseBody } from "./schemas.ts";
import { type Cluster, connectionId, type Store } from "./store.ts";

const TYPE = "Microsoft.ContainerService/managedClusters";

/** Only a private cluster without API Server VNet Integration has a private link service to connect to. */
export function takesPrivateEndpoints({ properties }: Cluster): boolean {
  const access = properties.apiServerAccessProfile;
  return access?.enablePrivateCluster === true && access.enableVnetIntegration !== true;
}

export const getCluster: Behaviour = (world, call) => ({ status: 200, body: view(clusterOf(world, call)) });

/** Creates (201) or updates (200) a cluster; done at once. */
export const putCluster: Behaviour = (world, call) => {
  const before = world.store.clusters.get(clusterId(call.parameters));
  const after = clusterFrom(call, parseBody(ClusterBody, call.body), before);
  if (before && takesPrivateEndpoints(before) !== takesPrivateEndpoints(after)) {
    throw new ArmError(
      "PropertyChangeNotAllowed",
      "Changing property 'properties.apiServerAccessProfile.enablePrivateCluster' is not allowed.",
    );
  }
  world.store.clusters.put(after.id, after);
  if (!before && takesPrivateEndpoints(after)) connectItself(world, after);
  const effective = JSON.stringify(before) !== JSON.stringify(after);
  return { status: before ? 200 : 201, body: view(after), effective };
};

/** Deletes a cluster and its connections; the private endpoints stay behind, Disconnected. */
export const deleteCluster: Behaviour = (world, call) => {
  const cluster = world.store.clusters.get(clusterId(call.parameters));
  if (!cluster) return { status: 204 };
  removeCluster(world.store, cluster);
  return { ...startOperation(world, call, cluster), effective: true };
};

/** A cluster's connections go with it. */
export function removeCluster({ clusters, connections }: Store, { id }: Cluster): void {
  for (const { key } of connections.below(id)) connections.delete(key);
  clusters.delete(id);
}

/** LIST by subscription or by resource group, in pages. */
export const listClusters: Behaviour = (world, call) => {
  const { subscription, resourceGroup } = call.parameters;
  const scope = resourceGroup
    ? `/subscriptions/${subscription}/resourceGroups/${resourceGroup}`
    : `/subscriptions/${subscription}`;
  const after = Buffer.from(call.query.get("$skiptoken") ?? "", "base64url").toString();
  const found = world.store.clusters.below(scope, after, world.pageSize + 1);
  const page = found.slice(0, world.pageSize);
  const value = page.map(({ document }) => view(document));
  const last = page.at(-1);
  if (found.length === page.length || !last) return { status: 200, body: { value } };

  const query = new URLSearchParams({
    "api-version": call.query.get("api-version") ?? "",
    $skiptoken: Buffer.from(last.key).toString("base64url"),
  });
  return {
    status: 200,
    body: { value, nextLink: `${world.origin}${encodeURI(scope)}/providers/${TYPE}?${query}` },
  };
};

/** The cluster that a call is about, or 404. */
export function clusterOf(world: World, call: Call): Cluster {
  const cluster = world.store.clusters.get(clusterId(call.parameters));
  if (!cluster) throw notFound(TYPE, call.parameters.cluster, call.parameters.resourceGroup);
  return cluster;
}

function clusterFrom(call: Call, body: ClusterBody, before: Cluster | undefined): Cluster {
  const { subscription, resourceGroup, cluster: name } = call.parameters;
  const nodeResourceGroup =
    before?.properties.nodeResourceGroup ??
    body.properties?.nodeResourceGroup ??
    `MC_${resourceGroup}_${name}_${body.location}`.slice(0, MAX_NODE_RESOURCE_GROUP);
  return {
    ...(before ?? { id: clusterId(call.parameters), name, resourceGroup, subscription }),
    location: body.location,
    tags: body.tags,
    properties: { ...body.properties, nodeResourceGroup },
  };
}

/** A private cluster reaches its own API server through a private endpoint of its node resource group. */
function connectItself(world: World, cluster: Cluster): void {
  const name = "kube-apiserver";
  const id = endpointId(cluster.subscription, cluster.properties.nodeResourceGroup, name);
  const own = newConnection(cluster, { id, name }, { status: "Approved", description: AUTO_APPROVED });
  world.store.connections.put(connectionId(cluster.id, own.name), own);
}

const view = ({ id, name, location, tags, properties }: Cluster): unknown => ({
  id,
  name,
  type: TYPE,
  location,
  tags,
  properties: { ...properties, provisioningState: "Succeeded", powerState: { code: "Running" } },
});
