/** The tenant of the local world: provider, consumers and approvers all live in it. */
export const TENANT_ID = "bc28be56-ad87-4cf5-ae34-fb304dc38c65";

/** Client id of the approvals API's registration: the audience of its tokens, which are of version 2.0. */
export const API_CLIENT_ID = "7c9e2a54-0d1b-4f6a-8e37-3b5d9f1c6a20";

/** Its application ID URI: what clients may call it when they ask for a token. */
export const API_ID_URI = "api://aks-private-endpoint-approvals";

/** The delegated permissions that the approvals API offers; what a client asked for becomes the `scp` claim. */
export const API_SCOPES = ["Approvals.Read", "Approvals.ReadWrite"] as const;

/** Azure Resource Manager's application ID URI; tokens for it are accepted with and without the trailing slash. */
export const ARM_AUDIENCE = "https://management.azure.com";

/** Power Automate's application ID URI. @see https://learn.microsoft.com/power-automate/oauth-authentication */
export const FLOW_URI = "https://service.flow.microsoft.com";

/** What a bot asks for a token for. @see https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication */
export const BOT_CONNECTOR_URI = "https://api.botframework.com";

/** Access tokens of clients and people live about an hour. @see https://learn.microsoft.com/entra/identity-platform/configurable-token-lifetimes */
export const ACCESS_TOKEN_SECONDS = 3600;

/** Tokens of managed identities live a day. @see https://learn.microsoft.com/azure/app-service/overview-managed-identity */
export const MANAGED_IDENTITY_TOKEN_SECONDS = 86_400;

/** Where App Service's token endpoint is, relative to the origin. */
export const MANAGED_IDENTITY_PATH = "/msi/token";

/** The API version that `@azure/identity` asks App Service's token endpoint for. */
export const MANAGED_IDENTITY_API_VERSION = "2019-08-01";

/** A token is good from five minutes ago, as Entra makes them, so that clocks may disagree. */
export const BACKDATED_SECONDS = 300;

/** What a scope ends with that asks for all there is. @see https://learn.microsoft.com/entra/identity-platform/scopes-oidc#the-default-scope */
export const DEFAULT_SCOPE = "/.default";

/** What Azure's own resources call their one delegated permission. */
export const RESOURCE_SCOPE = "user_impersonation";

/** A code is good for ten minutes. @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#successful-response */
export const CODE_MS = 600_000;

/**
 * Refresh tokens of single-page apps live a day from the sign-in on; those that follow them end with them.
 * @see https://learn.microsoft.com/entra/identity-platform/refresh-tokens#token-lifetime
 */
export const SPA_REFRESH_TOKEN_MS = 86_400_000;

/** In more groups than this, a person's token has none of them. @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference */
export const MAX_GROUPS_IN_TOKEN = 200;

/** What a client can say of itself in `xms_cc`: it understands claims challenges. @see https://learn.microsoft.com/entra/identity-platform/claims-challenge#client-capabilities */
export const CLIENT_CAPABILITIES = ["cp1"];

/** Microsoft Graph's client id: what a scope means that names no resource. */
export const GRAPH_CLIENT_ID = "00000003-0000-0000-c000-000000000000";

/** What a client may ask for beside the permissions of a resource. @see https://learn.microsoft.com/entra/identity-platform/scopes-oidc#openid-connect-scopes */
export const OPENID_SCOPES = ["openid", "profile", "email", "offline_access"] as const;

/** Largest request body; our own limit, many times what a token request needs. */
export const MAX_BODY_BYTES = 16_384;
