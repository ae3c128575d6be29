import type { RenewableCredential } from "../azure/credential.ts";
import type { ClusterScope } from "../connection/arm-id.ts";
import type { Arm } from "./arm.ts";
import type { Given } from "./given.ts";

/** A deployment of the app that is looked at, or one that is about to be. */
export interface Deployment {
  readonly given: Given;
  /** Where the clusters are. */
  readonly scopes: readonly ClusterScope[];
  /** Subscriptions of consumers. */
  readonly consumers: readonly string[];
  /** ARM id of the functions app; null where nobody said. */
  readonly appId: string | null;
  /** Object id of the app's identity; null where nobody said. */
  readonly principal: string | null;
  /** Whether this runs as the app. */
  readonly isApp: boolean;
  readonly credential: RenewableCredential;
  readonly arm: Arm;
  /** Origin of the app; null where nobody said. */
  readonly url: string | null;
  /** A person's token for the app's API, or why there is none. */
  token(audience: string): Promise<{ readonly token: string } | { readonly because: string }>;
}

/** GUID of the subscription in an ARM id. */
export const subscriptionOf = (id: string): string => id.split("/")[2] ?? "";

/** The subscriptions that have these scopes, each once. */
export const subscriptionsOf = (scopes: readonly string[]): readonly string[] => [
  ...new Set(scopes.map(subscriptionOf)),
];
