import { ManagedIdentityCredential, type TokenCredential } from "@azure/identity";

/**
 * The identity that the platform gives the app. Nothing else is tried: a fallback to some developer's sign-in would
 * only hide a missing identity.
 * @param clientId of the user-assigned identity; absent means the system-assigned one
 */
export const appCredential = (clientId: string | undefined): TokenCredential =>
  clientId === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
