import type { AppRole, Scope } from "./schemas.ts";

/**
 * What the app knows, by ids that are the same in every tenant. Tokens carry the values; the ids are only Graph's, and one
 * who has made a role of the same value by hand keeps theirs.
 */
export const APP_ROLES = [
  {
    id: "b2d10602-fea4-44e7-87cf-8cee2bde1ea3",
    value: "Reader",
    displayName: "Reader",
    description: "Searches and opens requests and their trails, without sign-in names and tags.",
    allowedMemberTypes: ["User", "Application"],
    isEnabled: true,
  },
  {
    id: "e5a41969-e9e1-4dc7-91bc-cef17afa4b8f",
    value: "Approver",
    displayName: "Approver",
    description: "Reviews requests that they are asked about; needs the role Reader as well.",
    allowedMemberTypes: ["User"],
    isEnabled: true,
  },
  {
    id: "60290b80-bab0-4003-9917-6b59ad490463",
    value: "Auditor",
    displayName: "Auditor",
    description: "Sees everything, takes it as a file, and sees who read what.",
    allowedMemberTypes: ["User", "Application"],
    isEnabled: true,
  },
  {
    id: "a4040d8c-3920-429f-a0a2-4c3ccf813bdb",
    value: "Integration",
    displayName: "Integration",
    description: "A system that reviews under its own name, with a token of its own.",
    allowedMemberTypes: ["Application"],
    isEnabled: true,
  },
] as const satisfies readonly AppRole[];
export type RoleName = (typeof APP_ROLES)[number]["value"];

export const SCOPES = [
  {
    id: "200d3775-6c10-499c-b273-7afecd0aa684",
    value: "Approvals.Read",
    type: "User",
    adminConsentDisplayName: "Read private endpoint approvals",
    adminConsentDescription:
      "Lets the app read requests for private endpoint connections as the signed-in person.",
    userConsentDisplayName: "Read private endpoint approvals",
    userConsentDescription: "Lets the app read requests for private endpoint connections as you.",
    isEnabled: true,
  },
  {
    id: "dca409d8-c206-4007-b445-b873afc1bd40",
    value: "Approvals.ReadWrite",
    type: "User",
    adminConsentDisplayName: "Review private endpoint approvals",
    adminConsentDescription:
      "Lets the app read and answer requests for private endpoint connections as the signed-in person.",
    userConsentDisplayName: "Review private endpoint approvals",
    userConsentDescription: "Lets the app read and answer requests for private endpoint connections as you.",
    isEnabled: true,
  },
] as const satisfies readonly Scope[];

/** The delegated permission that the inbox asks for. */
export const REVIEW_SCOPE = "Approvals.ReadWrite";

/**
 * What access tokens are to say beside what they always say: authentication contexts, whether an app speaks for itself,
 * a person's sign-in name, and whether the client understands claims challenges.
 * @see https://learn.microsoft.com/entra/identity-platform/optional-claims-reference
 */
export const CLAIMS = ["acrs", "idtyp", "upn", "xms_cc"] as const;

/** Azure's command line. @see https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in */
export const AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

/** @see https://learn.microsoft.com/graph/permissions-reference */
export const MICROSOFT_GRAPH = "00000003-0000-0000-c000-000000000000";

/** By these the app's identity asks who clicks in Teams. */
export const DIRECTORY_PERMISSIONS = [
  { id: "df021288-bdef-4463-88db-98f22de89214", name: "User.Read.All" },
  { id: "98830695-27a2-44f7-8c18-0c3ebc9698f6", name: "GroupMember.Read.All" },
] as const;

/** What the inbox asks of OpenID Connect beside its scope. */
export const OPENID_SCOPES = ["openid", "profile", "offline_access"] as const;
