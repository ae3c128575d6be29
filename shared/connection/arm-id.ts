import * as z from "zod";
import { type ArmName, segment, spelledName } from "./arm-name.ts";

/**
 * ARM resource ids, parsed once at the border.
 *
 * ARM ignores case in resource ids, so every spelling becomes one lower-cased key before it reaches a map, a store or
 * an orchestration id. The segments are checked against the documented parameter rules, so that nothing that was read
 * from a message can widen the path of a call to ARM (`..`, `%2f`, `?`, `#`, an extra segment).
 * @see https://learn.microsoft.com/rest/api/aks/private-endpoint-connections/update (URI parameters, 2026-01-01)
 */

const SUBSCRIPTION = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
/** 1-90 of letters, digits, `_ - . ( )`, not ending in a period. */
const RESOURCE_GROUP = "[-\\p{L}\\p{N}_.()]{0,89}[-\\p{L}\\p{N}_()]";
/** 1-63, as the reference spells it. */
const CLUSTER = "[a-z0-9](?:[-_a-z0-9]{0,61}[a-z0-9])?";
/** 1-80 for a private endpoint. */
const RESOURCE_NAME = "[a-z0-9_][-_.a-z0-9]{0,159}";
/**
 * A connection's name: as far as has been seen, that of its private endpoint, a dot and a guid. No rule is documented, so
 * whatever ARM lists is taken that cannot end a path's segment, be an escape, or hide in a line of text.
 */
const CONNECTION_NAME =
  "[^/\\\\?#%\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}]{1,260}";

const inGroup = `/subscriptions/(${SUBSCRIPTION})/resourcegroups/(${RESOURCE_GROUP})`;
const clusterPath = `${inGroup}/providers/microsoft\\.containerservice/managedclusters/(${CLUSTER})`;

const patterns = {
  cluster: new RegExp(`^${clusterPath}$`, "u"),
  connection: new RegExp(`^${clusterPath}/privateendpointconnections/(${CONNECTION_NAME})$`, "u"),
  privateEndpoint: new RegExp(
    `^${inGroup}/providers/microsoft\\.network/privateendpoints/(${RESOURCE_NAME})$`,
    "u",
  ),
  scope: new RegExp(
    `^/subscriptions/(${SUBSCRIPTION})(?:/resourcegroups/(${RESOURCE_GROUP})(?:/providers/microsoft\\.containerservice/managedclusters/(${CLUSTER}))?)?$`,
    "u",
  ),
};

/** Longer than any id that satisfies the rules; refused before a pattern looks at it. */
const MAX_ID_CHARACTERS = 600;

/**
 * Letters that become another one in lower case, though ARM, which compares in upper case, keeps the two apart: dotted
 * capital I, capital theta symbol, capital sharp s, and the signs for ohm, kelvin and ångström. A stranger's resource group
 * could take a trusted one's key by them.
 */
const LOOKALIKE = /[\u0130\u03f4\u1e9e\u2126\u212a\u212b]/;

const armId = <Brand extends string>(pattern: RegExp, what: string) =>
  z
    .string()
    .max(MAX_ID_CHARACTERS, { abort: true })
    .refine((id) => !LOOKALIKE.test(id), { message: `is not the ARM id of ${what}`, abort: true })
    .toLowerCase()
    .regex(pattern, `is not the ARM id of ${what}`)
    .refine((id) => !id.split("/").some((segment) => segment === "." || segment === ".."), {
      message: `is not the ARM id of ${what}`,
    })
    .brand<Brand>();

/** ARM id of a managed cluster, lower-cased. */
export const ClusterId = armId<"ClusterId">(patterns.cluster, "a managed cluster");
export type ClusterId = z.infer<typeof ClusterId>;

/** ARM id of one private endpoint connection of a managed cluster, lower-cased. */
export const ConnectionId = armId<"ConnectionId">(
  patterns.connection,
  "a private endpoint connection of a cluster",
);
export type ConnectionId = z.infer<typeof ConnectionId>;

/** ARM id of a private endpoint, lower-cased. */
export const PrivateEndpointId = armId<"PrivateEndpointId">(patterns.privateEndpoint, "a private endpoint");
export type PrivateEndpointId = z.infer<typeof PrivateEndpointId>;

/** Where to look for clusters: a subscription, a resource group or one cluster, lower-cased. */
export const ClusterScope = armId<"ClusterScope">(
  patterns.scope,
  "a subscription, a resource group or a managed cluster",
);
export type ClusterScope = z.infer<typeof ClusterScope>;

/**
 * As ARM itself spells it in its answers about connections, with `managedCluster` in the singular.
 * @see https://learn.microsoft.com/rest/api/aks/private-endpoint-connections/update (sample response)
 */
const asShown = <S extends z.ZodType<string, string>>(id: S) =>
  z
    .string()
    .max(MAX_ID_CHARACTERS, { abort: true })
    .transform((text) => text.replace(/\/managedCluster\//i, "/managedClusters/"))
    .pipe(id);

/** The same ids, out of a message: in ARM's own spelling, too. */
export const ShownClusterId = asShown(ClusterId);
export const ShownConnectionId = asShown(ConnectionId);

/** Subscription, resource group and name of a cluster or a private endpoint. */
export const armName = (id: ClusterId | PrivateEndpointId): ArmName => spelledName(id);

/** The connection's own name, `<private endpoint name>.<guid>` as far as has been seen. */
export const connectionName = (id: ConnectionId): string => segment(id, 10);

/** The cluster that a connection belongs to. */
export const clusterOf = (id: ConnectionId): ClusterId =>
  ClusterId.parse(id.split("/").slice(0, 9).join("/"));

/** The id of a cluster's connection by its name, as a list or an endpoint's own record gives it. */
export const connectionIdOf = (cluster: ClusterId, name: string): ConnectionId =>
  ConnectionId.parse(`${cluster}/privateEndpointConnections/${name}`);

/** Whether a cluster lies in a scope; both are lower-cased, and a scope ends at a whole segment. */
export const isWithin = (cluster: ClusterId, scope: ClusterScope): boolean =>
  `${cluster}/`.startsWith(`${scope}/`);
