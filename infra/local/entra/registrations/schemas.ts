import * as z from "zod";

/** Strict, since Graph refuses a property that it does not know. @see https://learn.microsoft.com/graph/api/resources/application */
const AppRole = z.strictObject({
  id: z.guid(),
  value: z.string().max(250).nullish(),
  displayName: z.string().min(1),
  description: z.string().min(1),
  allowedMemberTypes: z.array(z.enum(["User", "Application"])).min(1),
  isEnabled: z.boolean(),
});

const Scope = z.strictObject({
  id: z.guid(),
  value: z.string().max(120).nullish(),
  type: z.enum(["User", "Admin"]),
  adminConsentDisplayName: z.string().min(1),
  adminConsentDescription: z.string().min(1),
  userConsentDisplayName: z.string().nullish(),
  userConsentDescription: z.string().nullish(),
  isEnabled: z.boolean(),
});

const Claim = z.strictObject({
  name: z.string().min(1),
  source: z.string().nullish(),
  essential: z.boolean().default(false),
  additionalProperties: z.array(z.string()).default([]),
});
const Claims = z.array(Claim).default([]);

const SpaRedirect = z.string().refine((text) => {
  const url = URL.parse(text);
  const isLocal = url?.hostname === "localhost" || url?.hostname === "127.0.0.1";
  return (
    url !== null && (url.protocol === "https:" || (url.protocol === "http:" && isLocal)) && url.hash === ""
  );
});

/** What can be written of a registration. */
export const Written = z.strictObject({
  displayName: z.string().min(1).max(256),
  signInAudience: z
    .enum([
      "AzureADMyOrg",
      "AzureADMultipleOrgs",
      "AzureADandPersonalMicrosoftAccount",
      "PersonalMicrosoftAccount",
    ])
    .default("AzureADMultipleOrgs"),
  groupMembershipClaims: z
    .enum(["None", "SecurityGroup", "DirectoryRole", "ApplicationGroup", "All"])
    .nullable()
    .default(null),
  identifierUris: z.array(z.string()).default([]),
  appRoles: z.array(AppRole).default([]),
  api: z
    .strictObject({
      acceptMappedClaims: z.boolean().nullable().default(null),
      knownClientApplications: z.array(z.guid()).default([]),
      requestedAccessTokenVersion: z
        .union([z.literal(1), z.literal(2)])
        .nullable()
        .default(null),
      oauth2PermissionScopes: z.array(Scope).default([]),
      preAuthorizedApplications: z
        .array(z.strictObject({ appId: z.guid(), delegatedPermissionIds: z.array(z.guid()).min(1) }))
        .default([]),
    })
    .prefault({}),
  spa: z.strictObject({ redirectUris: z.array(SpaRedirect).default([]) }).prefault({}),
  optionalClaims: z
    .strictObject({ accessToken: Claims, idToken: Claims, saml2Token: Claims })
    .nullable()
    .default(null),
  requiredResourceAccess: z
    .array(
      z.strictObject({
        resourceAppId: z.guid(),
        resourceAccess: z.array(z.strictObject({ id: z.guid(), type: z.enum(["Scope", "Role"]) })).min(1),
      }),
    )
    .default([]),
});
export type Written = z.infer<typeof Written>;

export interface Registration extends Written {
  readonly id: string;
  readonly appId: string;
  readonly uniqueName: string | null;
  readonly passwordCredentials: readonly unknown[];
  readonly keyCredentials: readonly unknown[];
}

/** @see https://learn.microsoft.com/graph/api/resources/serviceprincipal */
export const WrittenPrincipal = z.strictObject({
  displayName: z.string().optional(),
  accountEnabled: z.boolean().default(true),
  appRoleAssignmentRequired: z.boolean().default(false),
});

export interface ServicePrincipal extends z.infer<typeof WrittenPrincipal> {
  readonly id: string;
  readonly appId: string;
}

/** @see https://learn.microsoft.com/graph/api/resources/approleassignment */
export const WrittenAssignment = z.strictObject({
  principalId: z.guid(),
  resourceId: z.guid(),
  appRoleId: z.guid(),
});
export type Assignment = z.infer<typeof WrittenAssignment> & { readonly id: string };

/** @see https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant */
export const WrittenGrant = z.strictObject({
  clientId: z.guid(),
  consentType: z.enum(["AllPrincipals", "Principal"]),
  principalId: z.guid().nullish(),
  resourceId: z.guid(),
  scope: z.string(),
});
export type Grant = z.infer<typeof WrittenGrant> & { readonly id: string };
