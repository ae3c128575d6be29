import type { PrivateEndpointId } from "../connection/arm-id.ts";
import type { Instant } from "../connection/connection.ts";
import type { Connections } from "../connection/port.ts";
import type { RequestStore } from "../request/store.ts";

/** What Azure keeps about a subscription. */
export interface Subscription {
  /** By name, as it is spelled. */
  readonly tags: Readonly<Record<string, string>>;
  /** Names (ids, not display names) of the management groups above it, nearest first; null when Azure did not say. */
  readonly managementGroups: readonly string[] | null;
}

/** That a private endpoint was made. */
export interface Creation {
  /** A sign-in name, or the application id of an app. */
  readonly by: string;
  readonly at: Instant;
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

  /** The Entra tenant that a subscription trusts, ours or another; null when there is no such subscription. */
  readonly tenants: { of(subscription: string): Promise<string | null> };

  /** Private endpoints as far as the app's identity may see them; the location in ARM's short form, null when unsaid. */
  readonly endpoints: { read(id: PrivateEndpointId): Promise<{ readonly location: string | null } | null> };

  /**
   * The last creation of an endpoint that is on record, which may not be that of the endpoint that is there now: records
   * come late. Null when there is none, when its creator is not known, and when a deletion is the last that is on record.
   */
  readonly creations: { of(endpoint: PrivateEndpointId): Promise<Creation | null> };

  /** What this app has approved, or is about to. */
  readonly history: Pick<RequestStore, "approvedBefore" | "open">;

  /** All connections of a cluster. */
  readonly connections: Pick<Connections, "list">;
}
