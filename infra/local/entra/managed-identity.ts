import { isSameSecret } from "../kit/secret.ts";
import { MANAGED_IDENTITY_API_VERSION } from "./constants.ts";
import type { Application, Directory, Resource } from "./directory.ts";
import { EntraError } from "./errors.ts";
import { knownResource } from "./lookup.ts";

/** What App Service's token endpoint decided; the wire form of a refusal is its own, not Entra's. */
export type ManagedIdentityAnswer =
  | { readonly kind: "granted"; readonly application: Application; readonly resource: Resource }
  | { readonly kind: "refused"; readonly status: number; readonly message: string };

/**
 * Reads a request to App Service's token endpoint, `IDENTITY_ENDPOINT`. The header proves that the caller runs inside
 * the app; `client_id` picks a user-assigned identity, and without it the app's own is meant. Here both are the same.
 * @see https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */
export function readManagedIdentityRequest(
  directory: Directory,
  query: URLSearchParams,
  header: string | undefined,
  expectedHeader: string,
): ManagedIdentityAnswer {
  if (header === undefined || !isSameSecret(header, expectedHeader)) {
    return refuse(403, "The X-IDENTITY-HEADER header is missing or wrong.");
  }
  if (query.get("api-version") !== MANAGED_IDENTITY_API_VERSION) {
    return refuse(400, `The api-version query parameter must be ${MANAGED_IDENTITY_API_VERSION}.`);
  }
  const resource = query.get("resource");
  if (!resource) return refuse(400, "The resource query parameter is required.");
  const identity = directory.managedIdentity;
  const clientId = query.get("client_id");
  if (clientId !== null && clientId.toLowerCase() !== identity.clientId) {
    return refuse(
      400,
      `No User Assigned or Delegated Managed Identity found for specified ClientId ${clientId}.`,
    );
  }
  try {
    return { kind: "granted", application: identity, resource: knownResource(directory, resource) };
  } catch (error) {
    if (error instanceof EntraError) return refuse(400, error.message);
    throw error;
  }
}

function refuse(status: number, message: string): ManagedIdentityAnswer {
  return { kind: "refused", status, message };
}
