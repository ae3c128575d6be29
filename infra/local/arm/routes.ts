import { getDefinition, listAssignments, listPermissions } from "./access.ts";
import { listEvents } from "./activity-log.ts";
import type { Behaviour } from "./call.ts";
import { deleteCluster, getCluster, listClusters, putCluster } from "./clusters.ts";
import { deleteConnection, getConnection, listConnections, updateConnection } from "./connections.ts";
import type { Provider } from "./constants.ts";
import { getQueue, listEventSubscriptions, listTopics } from "./described.ts";
import { deleteEndpoint, getEndpoint, putEndpoint } from "./endpoints.ts";
import { ArmError } from "./errors.ts";
import { checkParameter, keyOf, type ParameterName } from "./ids.ts";
import { getOperation, getOperationResult } from "./operations.ts";
import { queryResources } from "./resource-graph.ts";
import { getSubscription, listSubscriptions } from "./subscriptions.ts";
import type { LimitName } from "./throttling.ts";

type Parameters = Readonly<Record<ParameterName, string>>;

/** One line of the routes table. */
interface Route {
  method: string;
  path: string;
  behaviour: Behaviour;
  /** The resource provider's own limits, beside ARM's. */
  limits?: readonly { name: LimitName; countedBy: (parameters: Parameters) => string }[];
}

const bySubscription = ({ subscription }: Parameters): string => keyOf(subscription);
const byGroup = ({ subscription, resourceGroup }: Parameters): string =>
  keyOf(`${subscription}/${resourceGroup}`);
const byCluster = (parameters: Parameters): string => keyOf(`${byGroup(parameters)}/${parameters.cluster}`);

const SUBSCRIPTION = "/subscriptions/{subscription}";
const GROUP = `${SUBSCRIPTION}/resourceGroups/{resourceGroup}`;
const CLUSTERS = "providers/Microsoft.ContainerService/managedClusters";
const CLUSTER = `${GROUP}/${CLUSTERS}/{cluster}`;
const CONNECTIONS = `${CLUSTER}/privateEndpointConnections`;
const ENDPOINT = `${GROUP}/providers/Microsoft.Network/privateEndpoints/{endpoint}`;
const LOG = "providers/Microsoft.Insights/eventtypes/management/values";
const LOCATION = `${SUBSCRIPTION}/providers/Microsoft.ContainerService/locations/{location}`;

const AUTHORIZATION = "providers/Microsoft.Authorization";
const TOPICS = "providers/Microsoft.EventGrid/systemTopics";
const QUEUE = `${GROUP}/providers/Microsoft.ServiceBus/namespaces/{namespace}/queues/{queue}`;

const other: Route["limits"] = [{ name: "aksOther", countedBy: bySubscription }];
const get: Route["limits"] = [{ name: "clusterGet", countedBy: byCluster }];
const listAll: Route["limits"] = [{ name: "clusterListBySubscription", countedBy: bySubscription }];
const listGroup: Route["limits"] = [{ name: "clusterListByResourceGroup", countedBy: byGroup }];

const ROUTES: readonly Route[] = [
  { method: "GET", path: `${SUBSCRIPTION}/${CLUSTERS}`, behaviour: listClusters, limits: listAll },
  { method: "GET", path: `${GROUP}/${CLUSTERS}`, behaviour: listClusters, limits: listGroup },
  { method: "GET", path: CLUSTER, behaviour: getCluster, limits: get },
  { method: "PUT", path: CLUSTER, behaviour: putCluster, limits: other },
  { method: "DELETE", path: CLUSTER, behaviour: deleteCluster, limits: other },
  { method: "GET", path: CONNECTIONS, behaviour: listConnections, limits: other },
  { method: "GET", path: `${CONNECTIONS}/{connection}`, behaviour: getConnection, limits: other },
  { method: "PUT", path: `${CONNECTIONS}/{connection}`, behaviour: updateConnection, limits: other },
  { method: "DELETE", path: `${CONNECTIONS}/{connection}`, behaviour: deleteConnection, limits: other },
  { method: "GET", path: ENDPOINT, behaviour: getEndpoint },
  { method: "PUT", path: ENDPOINT, behaviour: putEndpoint },
  { method: "DELETE", path: ENDPOINT, behaviour: deleteEndpoint },
  { method: "GET", path: `${LOCATION}/operations/{operation}`, behaviour: getOperation },
  { method: "GET", path: `${LOCATION}/operationresults/{operation}`, behaviour: getOperationResult },
  { method: "GET", path: "/subscriptions", behaviour: listSubscriptions },
  { method: "GET", path: SUBSCRIPTION, behaviour: getSubscription },
  { method: "GET", path: `${SUBSCRIPTION}/${LOG}`, behaviour: listEvents },
  { method: "POST", path: "/providers/Microsoft.ResourceGraph/resources", behaviour: queryResources },
  ...[SUBSCRIPTION, GROUP, CLUSTER].flatMap((scope) => [
    { method: "GET", path: `${scope}/${AUTHORIZATION}/permissions`, behaviour: listPermissions },
    { method: "GET", path: `${scope}/${AUTHORIZATION}/roleAssignments`, behaviour: listAssignments },
  ]),
  {
    method: "GET",
    path: `${SUBSCRIPTION}/${AUTHORIZATION}/roleDefinitions/{role}`,
    behaviour: getDefinition,
  },
  { method: "GET", path: `${SUBSCRIPTION}/${TOPICS}`, behaviour: listTopics },
  {
    method: "GET",
    path: `${GROUP}/${TOPICS}/{topic}/eventSubscriptions`,
    behaviour: listEventSubscriptions,
  },
  { method: "GET", path: QUEUE, behaviour: getQueue },
];

const COMPILED = ROUTES.map((route) => ({ ...route, segments: route.path.slice(1).split("/") }));

/** A request's route, its parameters checked. */
export interface Match extends Pick<Route, "behaviour" | "limits"> {
  provider: Provider;
  type: string;
  parameters: Parameters;
}

/** Finds the route of a path, in any case; 404 when there is none, 405 when only the method is wrong. */
export function matchRoute(method: string, segments: readonly string[]): Match {
  const candidates = COMPILED.filter((route) => fits(route.segments, segments));
  if (candidates.length === 0)
    throw new ArmError("InvalidResourceType", "The resource type could not be found.");
  const route = candidates.find((candidate) => candidate.method === method);
  if (!route) throw new ArmError("MethodNotAllowed", `The method '${method}' is not supported here.`);

  return {
    behaviour: route.behaviour,
    ...(route.limits && { limits: route.limits }),
    ...resourceTypeOf(route.segments),
    parameters: parametersOf(route.segments, segments),
  };
}

/** What stands behind `providers`; subscriptions themselves are of Microsoft.Resources. */
function resourceTypeOf(pattern: readonly string[]): { provider: Provider; type: string } {
  // An extension, such as the roles at a cluster, has its own provider last.
  const at = pattern.lastIndexOf("providers");
  if (at < 0) return { provider: "Microsoft.Resources", type: "subscriptions" };
  return { provider: pattern[at + 1] as Provider, type: pattern[at + 2] ?? "" };
}

const fits = (pattern: readonly string[], segments: readonly string[]): boolean =>
  pattern.length === segments.length &&
  pattern.every((part, index) => part.startsWith("{") || keyOf(part) === keyOf(segments[index] ?? ""));

function parametersOf(pattern: readonly string[], segments: readonly string[]): Parameters {
  const parameters = {
    subscription: "",
    resourceGroup: "",
    cluster: "",
    endpoint: "",
    connection: "",
    location: "",
    operation: "",
    role: "",
    topic: "",
    namespace: "",
    queue: "",
  };
  pattern.forEach((part, index) => {
    if (!part.startsWith("{")) return;
    const name = part.slice(1, -1) as ParameterName;
    parameters[name] = checkParameter(name, segments[index] ?? "");
  });
  return parameters;
}
