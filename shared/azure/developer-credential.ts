import type { TokenCredential } from "@azure/identity";

/**
 * The sign-in of `az login`, for tools that a person runs. The app never uses it.
 *
 * The SDK is loaded when the first token is needed.
 */
export function developerCredential(): TokenCredential {
  let credential: Promise<TokenCredential> | undefined;
  return {
    getToken: async (scopes, options) => {
      credential ??= azureCli();
      return (await credential).getToken(scopes, options);
    },
  };
}

async function azureCli(): Promise<TokenCredential> {
  const { AzureCliCredential } = await import("@azure/identity");
  return new AzureCliCredential();
}
