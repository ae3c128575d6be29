import { OPENID_SCOPES } from "./constants.ts";
import type { IssuedToken, Tenant } from "./tenant.ts";
import type { Grant } from "./token-endpoint.ts";

/**
 * Body of the discovery document. It says of PKCE as little as Entra's does.
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
 */
export function openIdConfiguration(tenant: Tenant): Record<string, unknown> {
  return {
    token_endpoint: tenant.tokenUrl,
    token_endpoint_auth_methods_supported: ["client_secret_post"],
    jwks_uri: tenant.jwksUrl,
    response_modes_supported: ["query", "fragment"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    response_types_supported: ["code"],
    scopes_supported: OPENID_SCOPES,
    issuer: tenant.issuer,
    request_uri_parameter_supported: false,
    authorization_endpoint: tenant.authorizeUrl,
    end_session_endpoint: tenant.logoutUrl,
    claims_supported: [
      "aud",
      "exp",
      "iat",
      "iss",
      "name",
      "nonce",
      "oid",
      "preferred_username",
      "sub",
      "tid",
      "ver",
    ],
  };
}

/** What the token endpoint gives beside the access token. */
interface Beside {
  readonly refreshToken: string | undefined;
  readonly idToken: string | undefined;
}

/**
 * Body of the token endpoint's answer.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#successful-response-1
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#successful-response-2
 */
export function tokenResponse(
  { accessToken }: IssuedToken,
  lifetimeSeconds: number,
  { subject, calledBy }: Grant,
  { refreshToken, idToken }: Beside,
): Record<string, unknown> {
  return {
    token_type: "Bearer",
    ...(subject.kind === "person" && {
      scope: subject.scopes.map((scope) => `${calledBy}/${scope}`).join(" "),
    }),
    expires_in: lifetimeSeconds,
    ext_expires_in: lifetimeSeconds,
    access_token: accessToken,
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    ...(idToken !== undefined && { id_token: idToken }),
  };
}

/**
 * Body of App Service's answer. Times are strings here and numbers at the token endpoint above: each as its service has it.
 * @see https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */
export function managedIdentityResponse(
  { accessToken, notBefore, expiresOn }: IssuedToken,
  clientId: string,
  resource: string,
): Record<string, unknown> {
  return {
    access_token: accessToken,
    client_id: clientId,
    expires_on: String(expiresOn),
    not_before: String(notBefore),
    resource,
    token_type: "Bearer",
  };
}
