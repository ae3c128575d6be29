/** The tenant of the local world: provider, consumers and approvers all live in it. */
export const TENANT_ID = "bc28be56-ad87-4cf5-ae34-fb304dc38c65";

/** Application ID URI of the approvals API: what tokens for people are made out to. */
export const API_AUDIENCE = "api://aks-private-endpoint-approvals";

/** The one delegated permission that the approvals API offers; becomes the `scp` claim. */
export const API_SCOPE = "access_as_user";

/** Azure Resource Manager's application ID URI; tokens for it are accepted with and without the trailing slash. */
export const ARM_AUDIENCE = "https://management.azure.com";

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

/** Largest request body; our own limit, many times what a token request needs. */
export const MAX_BODY_BYTES = 16_384;
