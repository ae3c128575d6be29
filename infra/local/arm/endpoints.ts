import type { Answer, Behaviour, Call, World } from "./call.ts";
import { nameOf } from "./caller.ts";
import { recordChange } from "./changes.ts";
import { takesPrivateEndpoints } from "./clusters.ts";
import { newConnection } from "./connection.ts";
import { API_SERVER_GROUP_ID, AUTO_APPROVED } from "./constants.ts";
import { ArmError, notFound } from "./errors.ts";
import { claimsInEvents, type ResourceChange } from "./events.ts";
import { clusterId, endpointId, keyOf, parseClusterId } from "./ids.ts";
import { type Connection, EndpointBody, parseBody } from "./schemas.ts";
import { type Change, type Cluster, connectionId, type Endpoint } from "./store.ts";
import { isOurs, wrongTenant } from "./subscriptions.ts";

const TYPE = "Microsoft.Network/privateEndpoints";

export const getEndpoint: Behaviour = (world, call) => {
  if (!isOurs(world, call.parameters.subscription)) throw wrongTenant();
  const endpoint = world.store.endpoints.get(idOf(call));
  if (!endpoint) throw notFound(TYPE, call.parameters.endpoint, call.parameters.resourceGroup);
  return { status: 200, body: view(endpoint, connectionOf(world, endpoint)) };
};

/** Creates the endpoint and with it the connection on the cluster. A repeated PUT changes what it may and no more. */
export const putEndpoint: Behaviour = (world, call) => {
  const body = parseBody(EndpointBody, call.body);
  const link = onlyLink(body);
  const cluster = targetOf(world, link);
  const before = world.store.endpoints.get(idOf(call));
  if (before && !sameTarget(before, link)) {
    throw new ArmError(
      "CannotChangePrivateLinkConnectionOnPrivateEndpoint",
      `The private link connection of private endpoint '${before.name}' cannot be changed. Create another endpoint.`,
    );
  }
  const identity = before ?? { id: idOf(call), name: call.parameters.endpoint };
  const { address, connection } = before ? reconnect(world, before, link) : connect(cluster, identity, link);
  if (connection) world.store.connections.put(connectionId(address.clusterId, address.name), connection);

  const after: Endpoint = {
    id: identity.id,
    name: identity.name,
    location: body.location,
    tags: body.tags,
    subnet: body.properties.subnet,
    link,
    connection: address,
  };
  world.store.endpoints.put(after.id, after);
  if (!before) recordChange(world.store, after.id, changeBy("Create", call));
  const effective = JSON.stringify(before) !== JSON.stringify(after);
  return {
    status: before ? 200 : 201,
    body: view(after, connection),
    effective,
    ...eventOf(world, call, changeOf(after, "write", before !== undefined)),
  };
};

/** An endpoint's side of the link: where its connection is, and the connection while it exists. */
interface Link {
  address: Endpoint["connection"];
  connection: Connection | undefined;
}

/** Removes the endpoint; its connection disappears from the cluster. */
export const deleteEndpoint: Behaviour = (world, call) => {
  const endpoint = world.store.endpoints.get(idOf(call));
  if (!endpoint) return { status: 204 };
  world.store.endpoints.delete(endpoint.id);
  recordChange(world.store, endpoint.id, changeBy("Delete", call));
  world.store.connections.delete(connectionId(endpoint.connection.clusterId, endpoint.connection.name));
  return { status: 200, effective: true, ...eventOf(world, call, changeOf(endpoint, "delete", true)) };
};

const changeBy = (type: Change["type"], { caller, correlationId, now }: Call): Change => ({
  type,
  by: nameOf(caller),
  at: new Date(now).toISOString(),
  correlationId,
  claims: claimsInEvents(caller.claims),
});

function onlyLink({ properties }: EndpointBody): Endpoint["link"] {
  const links = [
    ...(properties.manualPrivateLinkServiceConnections ?? []).map((link) => ({
      ...link,
      form: "manual" as const,
    })),
    ...(properties.privateLinkServiceConnections ?? []).map((link) => ({
      ...link,
      form: "automatic" as const,
    })),
  ];
  const [link, ...more] = links;
  if (!link || more.length > 0) {
    throw new ArmError(
      "InvalidRequestContent",
      "A private endpoint needs exactly one private link service connection.",
    );
  }
  if (link.properties.groupIds.join() !== API_SERVER_GROUP_ID) {
    throw new ArmError(
      "InvalidRequestContent",
      `groupIds must be ["${API_SERVER_GROUP_ID}"] for a managed cluster.`,
    );
  }
  return link;
}

function targetOf(world: World, link: Endpoint["link"]): Cluster {
  const id = link.properties.privateLinkServiceId;
  const address = parseClusterId(id);
  const cluster = address && world.store.clusters.get(clusterId(address));
  if (!cluster) throw new ArmError("InvalidResourceReference", `The resource '${id}' was not found.`);
  if (takesPrivateEndpoints(cluster)) return cluster;
  throw new ArmError(
    "OperationNotAllowed",
    `The managed cluster '${id}' has no private link service to connect to.`,
  );
}

const sameTarget = (endpoint: Endpoint, link: Endpoint["link"]): boolean =>
  endpoint.link.form === link.form &&
  keyOf(endpoint.link.properties.privateLinkServiceId) === keyOf(link.properties.privateLinkServiceId);

function connect(cluster: Cluster, endpoint: { id: string; name: string }, link: Endpoint["link"]): Link {
  const connection =
    link.form === "automatic"
      ? newConnection(cluster, endpoint, { status: "Approved", description: AUTO_APPROVED })
      : newConnection(cluster, endpoint, { status: "Pending", description: link.properties.requestMessage });
  return { address: { clusterId: cluster.id, name: connection.name }, connection };
}

/** The consumer's words are the description only for as long as nobody answered. */
function reconnect(world: World, before: Endpoint, link: Endpoint["link"]): Link {
  const connection = connectionOf(world, before);
  if (connection?.status !== "Pending") return { address: before.connection, connection };
  const { description: _previous, ...silent } = connection;
  const { requestMessage: description } = link.properties;
  return {
    address: before.connection,
    connection: description === undefined ? silent : { ...silent, description },
  };
}

const connectionOf = (world: World, { connection }: Endpoint): Connection | undefined =>
  world.store.connections.get(connectionId(connection.clusterId, connection.name));

function view(endpoint: Endpoint, connection: Connection | undefined): unknown {
  const { id, name, location, tags, subnet, link } = endpoint;
  const list =
    link.form === "manual" ? "manualPrivateLinkServiceConnections" : "privateLinkServiceConnections";
  const privateLinkServiceConnectionState = {
    status: connection?.status ?? "Disconnected",
    description: connection?.description ?? "",
    actionsRequired: "None",
  };
  const shown = {
    id: `${id}/${list}/${link.name}`,
    name: link.name,
    properties: { ...link.properties, provisioningState: "Succeeded", privateLinkServiceConnectionState },
  };
  return {
    id,
    name,
    type: TYPE,
    location,
    tags,
    properties: {
      provisioningState: "Succeeded",
      subnet,
      privateLinkServiceConnections: [],
      manualPrivateLinkServiceConnections: [],
      [list]: [shown],
    },
  };
}

const idOf = ({ parameters }: Call): string =>
  endpointId(parameters.subscription, parameters.resourceGroup, parameters.endpoint);

/** Nobody hears of what happens in another tenant's subscription. */
const eventOf = (world: World, { parameters }: Call, change: ResourceChange): Pick<Answer, "change"> =>
  isOurs(world, parameters.subscription) ? { change } : {};

const changeOf = ({ id }: Endpoint, verb: "write" | "delete", existed: boolean) => ({
  resourceId: id,
  operation: `${TYPE}/${verb}`,
  existed,
});
