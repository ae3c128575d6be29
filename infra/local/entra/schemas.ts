import { ACCESS_TOKEN_SECONDS } from "./constants.ts";
import type { IssuedToken, Tenant } from "./tenant.ts";
import type { Grant } from "./token-endpoint.ts";

/** Body of the discovery document. @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata */
export function openIdConfiguration({ issuer, tokenUrl, jwksUrl }: Tenant): Record<string, unknown> {
  return {
    issuer,
    token_endpoint: tokenUrl,
    token_endpoint_auth_methods_supported: ["client_secret_post"],
    jwks_uri: jwksUrl,
    response_types_supported: ["token"],
    grant_types_supported: ["client_credentials", "password"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    claims_supported: ["aud", "exp", "iat", "iss", "name", "oid", "preferred_username", "sub", "tid"],
  };
}

/**
 * Body of the token endpoint's answer.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#successful-response-1
 */
export function tokenResponse(
  { accessToken }: IssuedToken,
  { subject, calledBy }: Grant,
): Record<string, unknown> {
  return {
    token_type: "Bearer",
    ...(subject.kind === "person" && {
      scope: subject.scopes.map((scope) => `${calledBy}/${scope}`).join(" "),
    }),
    expires_in: ACCESS_TOKEN_SECONDS,
    ext_expires_in: ACCESS_TOKEN_SECONDS,
    access_token: accessToken,
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
