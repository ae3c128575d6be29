import * as z from "zod";

// What Microsoft Graph says of registrations, as far as it is read here. Whatever else stands in a member that is sent back
// is kept as it is, since Graph replaces a collection by what it is sent.

const Texts = z
  .array(z.string())
  .nullish()
  .transform((texts) => texts ?? []);
const list = <S extends z.ZodType>(entry: S) =>
  z
    .array(entry)
    .nullish()
    .transform((entries) => entries ?? []);

export const AppRole = z.looseObject({
  id: z.string(),
  value: z.string().nullish(),
  isEnabled: z.boolean(),
  allowedMemberTypes: z.array(z.string()),
});
export type AppRole = z.infer<typeof AppRole>;

export const Scope = z.looseObject({
  id: z.string(),
  value: z.string().nullish(),
  isEnabled: z.boolean(),
  type: z.string(),
});
export type Scope = z.infer<typeof Scope>;

const PreAuthorized = z.object({ appId: z.string(), delegatedPermissionIds: z.array(z.string()) });
const Claim = z.looseObject({ name: z.string() });
const Access = z.looseObject({ id: z.string(), type: z.string() });

/** What a registration says, and can be told. @see https://learn.microsoft.com/graph/api/resources/application */
export const Registered = z.object({
  displayName: z.string(),
  signInAudience: z.string().nullish(),
  groupMembershipClaims: z.string().nullish(),
  identifierUris: Texts,
  appRoles: list(AppRole),
  api: z.looseObject({
    requestedAccessTokenVersion: z.number().nullish(),
    oauth2PermissionScopes: list(Scope),
    preAuthorizedApplications: list(PreAuthorized),
  }),
  spa: z.looseObject({ redirectUris: Texts }),
  optionalClaims: z.looseObject({ accessToken: list(Claim) }).nullish(),
  requiredResourceAccess: list(z.looseObject({ resourceAppId: z.string(), resourceAccess: list(Access) })),
});
export type Registered = z.infer<typeof Registered>;

export const Application = Registered.extend({
  id: z.string(),
  appId: z.string(),
  passwordCredentials: list(z.unknown()),
  keyCredentials: list(z.unknown()),
});
export type Application = z.infer<typeof Application>;

/** Asked for by name, since Graph gives some members to nobody who does not. */
export const APPLICATION_MEMBERS = Object.keys(Application.shape).join(",");

export const Principal = z.object({
  id: z.string(),
  appId: z.string(),
  appRoleAssignmentRequired: z.boolean(),
  accountEnabled: z.boolean().nullish(),
});
export type Principal = z.infer<typeof Principal>;
export const PRINCIPAL_MEMBERS = Object.keys(Principal.shape).join(",");

/** @see https://learn.microsoft.com/graph/api/resources/approleassignment */
export const Assignment = z.object({
  principalId: z.string(),
  resourceId: z.string(),
  appRoleId: z.string(),
});
export type Assignment = z.infer<typeof Assignment>;

/** @see https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant */
export const Grant = z.object({
  id: z.string(),
  consentType: z.string(),
  resourceId: z.string(),
  scope: z.string(),
});
export type Grant = z.infer<typeof Grant>;
