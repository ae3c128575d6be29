import type { TokenCredential } from "@azure/identity";

/** A credential that can be told that its token is not good any more, though it should be for a while. */
export interface RenewableCredential extends TokenCredential {
  /** The next token is a new one, past every cache of this process. */
  renew?(): void;
}

/**
 * The identity that the platform gives the app. Nothing else is tried: a fallback to some developer's sign-in would
 * only hide a missing identity.
 *
 * The SDK is loaded when the first token is needed and not at the app's start, where it would cost a fifth of the time.
 * @param clientId of the user-assigned identity; absent means the system-assigned one
 */
export function appCredential(clientId: string | undefined): RenewableCredential {
  let credential: Promise<TokenCredential> | undefined;
  let isStale = false;
  return {
    renew: () => {
      isStale = true;
    },
    getToken: async (scopes, options) => {
      credential ??= managedIdentity(clientId);
      if (isStale) {
        isStale = false;
        await replaceToken(clientId, scopes);
      }
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

/**
 * Replaces the token in MSAL's cache, which all its applications of a process share, and whose token
 * `ManagedIdentityCredential` gives for as long as it says it is good: it passes on no wish for another one.
 *
 * `claims` makes MSAL tell App Service which token is refused, since the platform keeps tokens, too.
 * @see https://learn.microsoft.com/entra/identity-platform/claims-challenge
 */
async function replaceToken(clientId: string | undefined, scopes: string | string[]): Promise<void> {
  const { ManagedIdentityApplication } = await import("@azure/msal-node");
  const application = new ManagedIdentityApplication({
    system: { disableInternalRetries: true },
    ...(clientId !== undefined && { managedIdentityIdParams: { userAssignedClientId: clientId } }),
  });
  const [resource = ""] = [scopes].flat();
  try {
    await application.acquireToken({ resource, claims: '{"access_token":{}}' });
  } catch {
    // The credential asks itself right after this, and says what is wrong with the identity, if anything is.
  }
}
