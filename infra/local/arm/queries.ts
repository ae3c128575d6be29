import type { World } from "./call.ts";
import { lastShownChange } from "./changes.ts";
import { takesPrivateEndpoints } from "./clusters.ts";
import { keyOf } from "./ids.ts";
import { type Change, type Cluster, connectionId, type Endpoint, type Subscription } from "./store.ts";
import { ancestorsOf, findSubscription, isOurs } from "./subscriptions.ts";

type Row = Readonly<Record<string, unknown>>;

/** One query that is understood: its text with `{…}` where a literal stands, and what it finds. */
interface Query {
  readonly text: string;
  readonly rows: (world: World, literal: string, now: number) => readonly Row[];
}

/**
 * There is no query language here: a query is one of these, but for white space and what its literal says. Only
 * resources of the callers' own tenant are shown.
 */
const QUERIES: readonly Query[] = [
  {
    text: `resourcecontainers
      | where type =~ 'microsoft.resources/subscriptions'
      | where subscriptionId =~ '{subscription}'
      | project name, tags, chain=properties.managementGroupAncestorsChain`,
    rows: (world, id) => {
      const found = findSubscription(world, id);
      return found && isOurs(world, id) ? [subscriptionRow(found)] : [];
    },
  },
  {
    text: `resourcechanges
      | where tostring(properties.targetResourceId) =~ '{endpoint}' and tostring(properties.changeType) in~ ('Create', 'Delete')
      | order by todatetime(properties.changeAttributes.timestamp) desc
      | take 1
      | project changeType=tostring(properties.changeType),
        changedBy=tostring(properties.changeAttributes.changedBy),
        correlationId=tostring(properties.changeAttributes.correlationId),
        timestamp=tostring(properties.changeAttributes.timestamp)`,
    rows: (world, id, now) => {
      const change = lastShownChange(world, id, now);
      return change && isOurs(world, subscriptionOf(id)) ? [changeRow(change)] : [];
    },
  },
  {
    text: `resources
      | where type =~ 'microsoft.containerservice/managedclusters'
      | where coalesce(tobool(properties.apiServerAccessProfile.enablePrivateCluster), false)
        and not(coalesce(tobool(properties.apiServerAccessProfile.enableVnetIntegration), false))
      | project id, subscriptionId, location, tags, nodeRg=tostring(properties.nodeResourceGroup)`,
    rows: (world) =>
      documents(world, "clusters")
        .filter((cluster) => takesPrivateEndpoints(cluster))
        .map(clusterRow),
  },
  {
    text: `resources
      | where type =~ 'microsoft.network/privateendpoints'
      | mv-expand c = properties.manualPrivateLinkServiceConnections
      | where tostring(c.properties.privateLinkServiceId) contains '/managedclusters/'
        and tostring(c.properties.privateLinkServiceConnectionState.status) =~ 'Pending'
      | project peId=id, target=tostring(c.properties.privateLinkServiceId), msg=tostring(c.properties.requestMessage)`,
    rows: (world) =>
      documents(world, "endpoints")
        .filter((endpoint) => isPending(world, endpoint))
        .map(pendingRow),
  },
];

/** What the refusal of any other query tells. */
export const knownQueries: readonly string[] = QUERIES.map(({ text }) => withoutSpace(text));

const COMPILED = QUERIES.map(({ text, rows }) => ({ rows, pattern: patternOf(withoutSpace(text)) }));

/** The rows that a query finds; undefined when it is not one of ours. */
export function rowsOf(world: World, query: string, now: number): readonly Row[] | undefined {
  const asked = withoutSpace(query);
  for (const { pattern, rows } of COMPILED) {
    const match = pattern.exec(asked);
    if (match) return rows(world, (match[1] ?? "").replaceAll(/\\([\\'])/g, "$1"), now);
  }
  return undefined;
}

/** Everything is a literal of the pattern but `{…}`, which is text without a quote, or with an escaped one. */
function patternOf(text: string): RegExp {
  const parts = text.split(/\{\w+\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("((?:[^'\\\\]|\\\\.)*)")}$`);
}

function withoutSpace(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}

const subscriptionOf = (id: string): string => id.split("/")[2] ?? "";

function documents<K extends "clusters" | "endpoints">(world: World, table: K) {
  const resources: World["store"][K] = world.store[table];
  return resources
    .below("/subscriptions")
    .filter(({ key }) => isOurs(world, subscriptionOf(key)))
    .map(({ document }) => document as K extends "clusters" ? Cluster : Endpoint);
}

function isPending({ store }: World, { link, connection: { clusterId, name } }: Endpoint): boolean {
  const found = store.connections.get(connectionId(clusterId, name));
  return link.form === "manual" && found?.status === "Pending";
}

const subscriptionRow = (found: Subscription): Row => ({
  name: found.displayName,
  tags: Object.keys(found.tags).length > 0 ? found.tags : null,
  chain: ancestorsOf(found).map((name) => ({ displayName: name, name })),
});

const changeRow = ({ type, by, at, correlationId }: Change): Row => ({
  changeType: type,
  changedBy: by,
  correlationId,
  timestamp: at,
});

const clusterRow = ({ id, subscription, location, tags, properties }: Cluster): Row => ({
  id,
  subscriptionId: keyOf(subscription),
  location,
  tags: tags ?? null,
  nodeRg: properties.nodeResourceGroup,
});

const pendingRow = ({ id, link: { properties } }: Endpoint): Row => ({
  peId: id,
  target: properties.privateLinkServiceId,
  msg: properties.requestMessage ?? "",
});
