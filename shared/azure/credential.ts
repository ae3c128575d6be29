import type { TokenCredential } from "@azure/identity";

/**
 * The identity that the platform gives the app. Nothing else is tried: a fallback to some developer's sign-in would
 * only hide a missing identity.
 *
 * The SDK is loaded when the first token is needed and not at the app's start, where it would cost a fifth of the time.
 * @param clientId of the user-assigned identity; absent means the system-assigned one
 */
export function appCredential(clientId: string | undefined): TokenCredential {
  let credential: Promise<TokenCredential> | undefined;
  return {
    getToken: async (scopes, options) => {
      credential ??= managedIdentity(clientId);
      return (await credential).getToken(scopes, options);
    },
  };
}

async function managedIdentity(clientId: string | undefined): Promise<TokenCredential> {
  const { ManagedIdentityCredential } = await import("@azure/identity");
  // Waiting for a token endpoint that has a bad moment is the orchestrator's, as it is for ARM.
  const once = { retryOptions: { maxRetries: 0 } };
  return new ManagedIdentityCredential(clientId === undefined ? once : { clientId, ...once });
}
