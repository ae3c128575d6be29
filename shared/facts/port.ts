import type { PrivateEndpointId } from "../connection/arm-id.ts";
import type { Instant } from "../connection/connection.ts";
import type { Connections } from "../connection/port.ts";
import type { History } from "../request/history.ts";

/** What Azure keeps about a subscription. */
export interface Subscription {
  /** Its display name, as its owners chose it; null when Azure did not say. */
  readonly name: string | null;
  /** By name, as it is spelled. */
  readonly tags: Readonly<Record<string, string>>;
  /** Names (ids, not display names) of the management groups above it, nearest first; null when Azure did not say. */
  readonly managementGroups: readonly string[] | null;
}

/** That a private endpoint was made. */
export interface Creation {
  /** A sign-in name, or the application id of an app; null when Azure does not say. No proof of who it was. */
  readonly by: string | null;
  readonly at: Instant;
  /** By which Azure's log names the write that made it; null when Azure does not say. */
  readonly correlationId: string | null;
}

/** Who made a private endpoint, by the claims of the token that the write came with. */
export type Creator =
  | {
      readonly kind: "person";
      /** Entra object id in our own tenant: a lower-cased GUID. */
      readonly objectId: string;
    }
  /** An app, somebody of another tenant, or Azure does not say which person: `because` says what. */
  | { readonly kind: "unclear"; readonly because: string };

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
   * come late. Null when there is none, and when a deletion is the last that is on record.
   */
  readonly creations: { of(endpoint: PrivateEndpointId): Promise<Creation | null> };

  /** Who is behind a creation; null when no event of that write is in the log yet. */
  readonly creators: { of(endpoint: PrivateEndpointId, creation: Creation): Promise<Creator | null> };

  /** What this app has approved, or is about to. */
  readonly history: History;

  /** All connections of a cluster. */
  readonly connections: Pick<Connections, "list">;
}
