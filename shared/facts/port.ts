import type { PrivateEndpointId } from "../connection/arm-id.ts";
import type { Connections } from "../connection/port.ts";

/** What Azure keeps about a subscription. */
export interface Subscription {
  /** By name, as it is spelled. */
  readonly tags: Readonly<Record<string, string>>;
  /** Names (ids, not display names) of the management groups above it, nearest first; null when Azure did not say. */
  readonly managementGroups: readonly string[] | null;
}

/**
 * Where facts are looked up that neither the request nor the cluster carries.
 *
 * Every verb throws a `Fault` when it cannot know, and says null when it knows that there is nothing to be found. None
 * of them promises to be quick: `gatherFacts` gives up on them. Subscriptions are named by their lower-cased GUID.
 */
export interface FactSources {
  /** Subscriptions as far as the app's identity may see them; null for any other. */
  readonly subscriptions: { read(subscription: string): Promise<Subscription | null> };

  /** The Entra tenant that a subscription trusts, of whatever tenant; null when there is no such subscription. */
  readonly tenants: { of(subscription: string): Promise<string | null> };

  /** Private endpoints as far as the app's identity may see them; the location in ARM's short form, null when unsaid. */
  readonly endpoints: { read(id: PrivateEndpointId): Promise<{ readonly location: string | null } | null> };

  /** Who created an endpoint: a sign-in name or an object id; null when it is not on record any more. */
  readonly creators: { of(endpoint: PrivateEndpointId): Promise<string | null> };

  /** How many requests of a subscription this app brought to Approved. */
  readonly history: { approvedBefore(subscription: string): Promise<number> };

  /** All connections of a cluster. */
  readonly connections: Pick<Connections, "list">;
}
