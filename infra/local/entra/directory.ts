import {
  API_CLIENT_ID,
  API_ID_URI,
  API_SCOPES,
  ARM_AUDIENCE,
  BOT_CONNECTOR_URI,
  FLOW_URI,
  RESOURCE_SCOPE,
} from "./constants.ts";

/** Somebody who can sign in. `name` is also the first part of the user principal name. */
export interface Person {
  readonly oid: string;
  readonly name: string;
  readonly displayName: string;
  /** What they may, for whoever picks one of them on the sign-in page. */
  readonly about: string;
  readonly groups: readonly string[];
  /** App roles in the approvals API; tokens for other audiences do not carry them. */
  readonly roles: readonly string[];
  /** Whether they may make and change registrations: Cloud Application Administrator, and whatever that cannot. */
  readonly isAdministrator?: boolean;
}

/** A workload that can sign in with its client ID and the demo secret. */
export interface Application {
  readonly clientId: string;
  /** Object ID of its service principal. */
  readonly oid: string;
  readonly name: string;
  /** App roles in the approvals API that it has on its own, without a person; tokens for other audiences do not carry them. */
  readonly roles?: readonly string[];
  /** Its redirect URIs of type `spa`. Whoever has one runs in browsers and has no secret. */
  readonly spaRedirectUris?: readonly string[];
}

/** What tokens can be made out to: our API, or one of Azure's own. */
export interface Resource {
  /** What clients may call it: an application ID URI or, for a registered API, its client id. */
  readonly names: readonly string[];
  /** The `aud` claim. */
  readonly audience: string;
  /** The delegated permissions that it offers. */
  readonly scopes: readonly string[];
  /** The app roles that it defines: tokens for others do not carry them. */
  readonly appRoles: readonly string[];
  /** Optional claims that its access tokens have. */
  readonly optionalClaims: readonly string[];
  /** The resource determines it, not the endpoint that was asked: a registration by `requestedAccessTokenVersion`. */
  readonly tokenVersion: "1.0" | "2.0";
}

/** Everything that the stand-in knows about its tenant. */
export interface Directory {
  readonly people: readonly Person[];
  readonly applications: readonly Application[];
  /** The app's own identity: only App Service's token endpoint gives tokens for it. */
  readonly managedIdentity: Application;
  readonly resources: readonly Resource[];
}

/** Everybody's password and every application's client secret: whoever reaches loopback may be anyone. */
export const DEMO_SECRET = "not-a-secret";

const UPN_DOMAIN = "contoso.example";

/** The name that a person signs in with, `ana@contoso.example`. */
export function userPrincipalName(person: Pick<Person, "name">): string {
  return `${person.name}@${UPN_DOMAIN}`;
}

/** Public clients sign people in; ours is the command line. */
export const COMMAND_LINE_CLIENT: Application = {
  clientId: "0b3a1c86-1d5e-4a51-9c59-9b3b8a6f2f01",
  oid: "c6a3f6de-5d55-4b0a-8b7c-0f9d0a4d8a11",
  name: "command-line",
};

/** The approvals inbox, a page in the browser; where it is, only who starts it knows: `withSpaRedirects`. */
export const INBOX_CLIENT: Application = {
  clientId: "6d2c9f14-7e58-4b3a-8c1d-2f0a9b7e5d04",
  oid: "3b8e6a17-9c4d-4f20-a5e1-7d0b2c6f8e15",
  name: "approvals-inbox",
  spaRedirectUris: [],
};

/** The app's bot in Teams, where it is registered with a client secret and not by the app's own identity. */
export const BOT_CLIENT: Application = {
  clientId: "2e7b9c40-5d18-4a36-8f02-c19d7e4b6a05",
  oid: "8c1f4e7a-2b90-4d63-95ae-0f7c3d2b1e16",
  name: "approvals-bot",
};

/** The user-assigned identity of the app. */
export const MANAGED_IDENTITY: Application = {
  clientId: "d4e8fa0c-3152-4d6e-bf70-819203142534",
  oid: "e5f90b1d-4263-4e7f-8081-920314253645",
  name: "approvals-app",
};

/** Deploys the provider's clusters. */
export const PLATFORM_DEPLOYER: Application = {
  clientId: "5f0a2c67-8f4f-4a9b-8f3b-7a3e1f0d2c02",
  oid: "1d3f7c2e-6a84-4d5b-bd0e-2f9a6c1e4b12",
  name: "platform-deployer",
};

/** Deploys private endpoints in consumers' subscriptions. */
export const CONSUMER_DEPLOYER: Application = {
  clientId: "9a7e4d31-2c60-4f0d-a1b8-6d5c3e2f1a03",
  oid: "7e5b9a40-3f21-4c68-9d17-8b0c4f6e2d13",
  name: "consumer-deployer",
};

/** Reviews by its own token when its checks have passed; it reads what it is asked, too. */
export const RELEASE_PIPELINE: Application = {
  clientId: "2e7b9d40-5a13-4c86-b0f7-9d1e3c5a7b05",
  oid: "4f9c1e73-8d26-4a5b-9e10-6b3d7f2a8c16",
  name: "release-pipeline",
  roles: ["Integration", "Reader"],
};

/** A flow that waits for somebody's response and reports it by its own token. */
export const RESPONSE_FLOW: Application = {
  clientId: "8c4d1f96-3b72-4e09-a5d8-0f6e2b9c7d06",
  oid: "9a2e5c84-1f60-4b37-8d49-7c0e4a6b3f17",
  name: "response-flow",
  roles: ["Integration"],
};

/** The approvals API, as it is to be registered. */
export const APPROVALS_API: Resource = {
  names: [API_ID_URI, API_CLIENT_ID],
  audience: API_CLIENT_ID,
  scopes: API_SCOPES,
  appRoles: ["Reader", "Approver", "Auditor", "Integration"],
  optionalClaims: ["xms_cc"],
  tokenVersion: "2.0",
};

/** Azure's own take version 1.0 and are called by nothing but their URI, a trailing slash being part of it. */
export const ofAzure = (uri: string): Resource => ({
  names: [uri],
  audience: uri,
  scopes: [RESOURCE_SCOPE],
  appRoles: [],
  optionalClaims: [],
  tokenVersion: "1.0",
});

/** Object IDs of as many groups as a person may be in who is in too many. */
const manyGroups = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `70c1d2e3-0000-4000-8000-${String(index).padStart(12, "0")}`);

/**
 * The tenant of the local world: two approvers of each of two groups, since one more may be needed where nobody knows
 * who asked, one who may only read, one who audits, and one whose groups no token can hold.
 */
export const DEMO_DIRECTORY: Directory = {
  people: [
    {
      oid: "a1b5c7d9-0e2f-4a3b-8c4d-5e6f70819201",
      name: "ana",
      displayName: "Ana Approver (AKS platform)",
      about: "answers what the group aks-platform is asked",
      groups: ["6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61"],
      roles: ["Approver", "Reader"],
    },
    {
      oid: "b2c6d8ea-1f30-4b4c-9d5e-6f7081920312",
      name: "bo",
      displayName: "Bo Approver (security duty)",
      about: "answers what the group security-duty is asked",
      groups: ["c2a4f1de-7b3c-4e43-8a10-52f0c3b7a9d2"],
      roles: ["Approver", "Reader"],
    },
    {
      oid: "c3d7e9fb-2041-4c5d-ae6f-708192031423",
      name: "cy",
      displayName: "Cy Reader",
      about: "reads requests and answers none",
      groups: [],
      roles: ["Reader"],
    },
    {
      oid: "d4e8fa0c-3152-4d6e-bf70-819203142545",
      name: "di",
      displayName: "Di Approver (AKS platform)",
      about: "answers as Ana does",
      groups: ["6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61"],
      roles: ["Approver", "Reader"],
      isAdministrator: true,
    },
    {
      oid: "e5f90b1d-4263-4e7f-8081-920314253656",
      name: "ed",
      displayName: "Ed Approver (security duty)",
      about: "answers as Bo does",
      groups: ["c2a4f1de-7b3c-4e43-8a10-52f0c3b7a9d2"],
      roles: ["Approver", "Reader"],
    },
    {
      oid: "f60a1c2e-5374-4f80-9192-a31425364767",
      name: "fay",
      displayName: "Fay Auditor",
      about: "reads the audit trail",
      groups: [],
      roles: ["Auditor"],
    },
    {
      oid: "a71b2d3f-6485-4a91-a2b3-b42536475878",
      name: "gus",
      displayName: "Gus Manygroups (Approver, in 300 groups)",
      about: "may answer nothing: the token cannot hold so many groups",
      groups: manyGroups(300),
      roles: ["Approver", "Reader"],
    },
  ],
  applications: [
    COMMAND_LINE_CLIENT,
    INBOX_CLIENT,
    BOT_CLIENT,
    PLATFORM_DEPLOYER,
    CONSUMER_DEPLOYER,
    RELEASE_PIPELINE,
    RESPONSE_FLOW,
  ],
  managedIdentity: MANAGED_IDENTITY,
  resources: [
    APPROVALS_API,
    ofAzure(ARM_AUDIENCE),
    ofAzure(`${ARM_AUDIENCE}/`),
    ofAzure("https://eventgrid.azure.net"),
    ofAzure("https://servicebus.azure.net"),
    ofAzure("https://storage.azure.com"),
    // The slash is part of the audience that a flow asks for.
    ofAzure(FLOW_URI),
    ofAzure(`${FLOW_URI}/`),
    ofAzure(BOT_CONNECTOR_URI),
  ],
};

/** The same tenant, where a client has more redirect URIs of type `spa`. */
export function withSpaRedirects(
  directory: Directory,
  client: Application,
  uris: readonly string[],
): Directory {
  const applications = directory.applications.map((each) =>
    each.clientId === client.clientId
      ? { ...each, spaRedirectUris: [...(each.spaRedirectUris ?? []), ...uris] }
      : each,
  );
  return { ...directory, applications };
}
