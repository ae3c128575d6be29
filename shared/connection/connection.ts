import { createHash } from "node:crypto";
import * as z from "zod";
import { ClusterId, ConnectionId, PrivateEndpointId } from "./arm-id.ts";

/** A moment, as ISO 8601 in UTC. A string, because Durable history and Service Bus carry JSON. */
export const Instant = z.iso.datetime().brand<"Instant">();
export type Instant = z.infer<typeof Instant>;

/** Milliseconds since the epoch, as the moment the rest of the app speaks of. */
export const instant = (epochMs: number): Instant => new Date(epochMs).toISOString() as Instant;

/** What a person or a policy can make of a Pending connection. */
export const Answer = z.enum(["Approved", "Rejected"]);
export type Answer = z.infer<typeof Answer>;

/** The four that are documented. */
export const ConnectionStatus = z.enum(["Pending", "Approved", "Rejected", "Disconnected"]);

/**
 * ARM's record of one consumer's private endpoint on a managed cluster, as the provider sees it.
 *
 * `status` is Pending, Approved, Rejected or Disconnected; the SDK types it openly, so another word is carried along and
 * treated as "not Pending". While Pending, `description` is the consumer's request message; ARM overwrites it with ours.
 */
export const PrivateEndpointConnection = z.object({
  id: ConnectionId,
  clusterId: ClusterId,
  /** As ARM spells it, for the calls about it; `id` is the key. */
  name: z.string().min(1),
  /** As ARM spells it: the PUT must echo it. Null when ARM did not say. */
  privateEndpoint: z.string().nullable(),
  /** The same as a key. Null when ARM did not say, or said something that is not a private endpoint's id. */
  privateEndpointId: PrivateEndpointId.nullable(),
  status: z.string(),
  description: z.string(),
});
export type PrivateEndpointConnection = z.infer<typeof PrivateEndpointConnection>;

/** What of a managed cluster the approval needs. */
export const ManagedCluster = z.object({
  id: ClusterId,
  location: z.string(),
  tags: z.record(z.string(), z.string()),
  /** Resource group of the cluster's nodes; the cluster's own private endpoint lives there. */
  nodeResourceGroup: z.string().min(1),
  isPrivate: z.boolean(),
});
export type ManagedCluster = z.infer<typeof ManagedCluster>;

/** `pec-` and 32 hex digits. */
export const RequestId = z
  .string()
  .regex(/^pec-[0-9a-f]{32}$/, "must be pec- and 32 hexadecimal digits")
  .brand<"RequestId">();
export type RequestId = z.infer<typeof RequestId>;

/**
 * The id of the request about a connection: the same connection of the same endpoint always gets the same one, so that
 * event, message and sweep meet in one orchestration.
 *
 * Hashed, because Durable refuses `/ \ # ?` in instance ids and an ARM id is full of slashes.
 * @see https://github.com/Azure/azure-functions-durable-extension (DurableClient.cs, instance id checks)
 */
export function requestIdOf(connection: ConnectionId, endpoint: PrivateEndpointId | null): RequestId {
  const hash = createHash("sha256")
    .update(`${connection}|${endpoint ?? ""}`)
    .digest("hex");
  return RequestId.parse(`pec-${hash.slice(0, 32)}`);
}
