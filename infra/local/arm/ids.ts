import { ArmError } from "./errors.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether it is a uuid, in any case. */
export const isUuid = (text: string): boolean => UUID.test(text);

/**
 * What each `{parameter}` of a route must look like.
 * @see https://learn.microsoft.com/rest/api/aks/private-endpoint-connections/update#uri-parameters (subscription, cluster)
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules (resource group, endpoint)
 */
const RULES = {
  subscription: UUID,
  resourceGroup: /^[-\w.()\p{L}\p{N}]{0,89}[-\w()\p{L}\p{N}]$/u,
  cluster: /^[a-zA-Z0-9]$|^[a-zA-Z0-9][-_a-zA-Z0-9]{0,61}[a-zA-Z0-9]$/,
  endpoint: /^[a-zA-Z0-9][-\w.]{0,62}\w$/,
  connection: /^[^<>%&:?#+*"|]{1,260}$/,
  location: /^[a-z0-9]{1,64}$/i,
  operation: UUID,
  role: UUID,
  topic: /^[a-zA-Z0-9-]{3,128}$/,
  namespace: /^[a-zA-Z][a-zA-Z0-9-]{4,48}[a-zA-Z0-9]$/,
  queue: /^[\w.-]{1,260}$/,
} as const;

export type ParameterName = keyof typeof RULES;

/** Reads one path parameter, or refuses it with the rule that it breaks. */
export function checkParameter(name: ParameterName, value: string): string {
  if (RULES[name].test(value)) return value;
  if (name === "subscription") {
    throw new ArmError(
      "InvalidSubscriptionId",
      `The provided subscription identifier '${value}' is malformed or invalid.`,
    );
  }
  throw new ArmError("InvalidParameter", `The value of parameter ${name} does not match ${RULES[name]}.`);
}

/**
 * Splits a raw request path into decoded segments.
 *
 * Deliberately not done with `URL`, which would quietly resolve `..` and so hide what the client sent.
 */
export function pathSegments(path: string): string[] {
  return path.slice(1).split("/").map(decodeSegment);
}

function decodeSegment(raw: string): string {
  const text = decodeOrRefuse(raw);
  if (text === "" || text === "." || text === ".." || /[/\\\p{Cc}]/u.test(text)) {
    throw new ArmError("InvalidRequestUri", `The path segment '${raw}' is not allowed.`);
  }
  return text;
}

function decodeOrRefuse(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch (cause) {
    if (cause instanceof URIError)
      throw new ArmError("InvalidRequestUri", `The path segment '${raw}' is not valid.`);
    throw cause;
  }
}

/** Where a managed cluster is; the spelling is the first one seen. */
export interface ClusterAddress {
  subscription: string;
  resourceGroup: string;
  cluster: string;
}

/** The ARM id of a managed cluster. */
export function clusterId({ subscription, resourceGroup, cluster }: ClusterAddress): string {
  return `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${cluster}`;
}

/** Reads a managed cluster's ARM id out of a body; undefined when it is not one. */
export function parseClusterId(id: string): ClusterAddress | undefined {
  const parts =
    /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.ContainerService\/managedClusters\/([^/]+)$/i.exec(
      id,
    );
  const [, subscription = "", resourceGroup = "", cluster = ""] = parts ?? [];
  const valid =
    RULES.subscription.test(subscription) &&
    RULES.resourceGroup.test(resourceGroup) &&
    RULES.cluster.test(cluster);
  return valid ? { subscription, resourceGroup, cluster } : undefined;
}

/** The ARM id of a private endpoint. */
export function endpointId(subscription: string, resourceGroup: string, endpoint: string): string {
  return `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.Network/privateEndpoints/${endpoint}`;
}

/** ARM ignores case in ids, so every spelling must become one key before it reaches a table or a map. */
export const keyOf = (id: string): string => id.toLowerCase();
