import { isDeepStrictEqual } from "node:util";
import { APP_ROLES, AZURE_CLI, CLAIMS, REVIEW_SCOPE, SCOPES } from "./permissions.ts";
import type { AppRole, Registered, Scope } from "./schemas.ts";

/** One thing that a registration has to say, apart from all others; what stands beside it is somebody else's, and stays. */
export interface Part {
  /** As people read it: `role Approver`. */
  readonly name: string;
  /** What is to be there, in a few words. */
  readonly shallBe: string;
  /** What is there instead, in a few words; null where it is right. */
  readonly is: (registered: Registered) => string | null;
  /** The same registration, where it is right; null while it needs an id that is not there yet. */
  readonly mended: ((registered: Registered) => Registered) | null;
  /** Graph takes it only of a registration that is there already, with its scopes. */
  readonly isLate: boolean;
}

const MISSING = "missing";

const same = (left: readonly string[], right: readonly string[]): boolean =>
  isDeepStrictEqual([...left].sort(), [...right].sort());

/** Puts an entry in the place of one, or behind all. */
const placed = <T>(entries: readonly T[], old: T | undefined, entry: T): T[] =>
  old === undefined ? [...entries, entry] : entries.map((each) => (each === old ? entry : each));

interface Named {
  readonly id: string;
  readonly value?: string | null | undefined;
}

const OUR_VALUES: readonly unknown[] = [...APP_ROLES, ...SCOPES].map(({ value }) => value);

/** By its value, which is what tokens carry, whoever made it; or by its id, when it is called otherwise since. */
const found = <T extends Named>(entries: readonly T[], { id, value }: Named): T | undefined =>
  entries.find((each) => each.value === value) ??
  entries.find((each) => each.id === id && !OUR_VALUES.includes(each.value));

/** With an id near ours where ours belongs to another one by now. */
function added<T extends Named>(entries: readonly T[], entry: T): T {
  const ids = [entry.id, ...[..."0123456789abcdef"].map((digit) => entry.id.slice(0, -1) + digit)];
  return { ...entry, id: ids.find((id) => entries.every((each) => each.id !== id)) ?? entry.id };
}

const simple = (
  name: string,
  shallBe: string,
  is: (registered: Registered) => string | null,
  mended: (registered: Registered) => Registered,
): Part => ({ name, shallBe, is, mended, isLate: false });

/** Only people of this tenant, and tokens of version 2.0, which the app understands. */
const OWN_TENANT = simple(
  "who may sign in",
  "this tenant (AzureADMyOrg)",
  ({ signInAudience }) => (signInAudience === "AzureADMyOrg" ? null : (signInAudience ?? MISSING)),
  (registered) => ({ ...registered, signInAudience: "AzureADMyOrg" }),
);

const TOKEN_VERSION = simple(
  "version of access tokens",
  "2",
  ({ api }) =>
    api.requestedAccessTokenVersion === 2 ? null : String(api.requestedAccessTokenVersion ?? "1, by default"),
  (registered) => ({ ...registered, api: { ...registered.api, requestedAccessTokenVersion: 2 } }),
);

const GROUPS = simple(
  "groups in tokens",
  "those assigned to the app (ApplicationGroup)",
  ({ groupMembershipClaims: claims }) => (claims === "ApplicationGroup" ? null : (claims ?? MISSING)),
  (registered) => ({ ...registered, groupMembershipClaims: "ApplicationGroup" }),
);

/** Its texts are for people, who may have put them into their own words. */
function rolePart(role: AppRole): Part {
  const is = ({ appRoles }: Registered) => {
    const there = found(appRoles, role);
    if (there === undefined) return MISSING;
    if (there.value !== role.value) return `called ${there.value ?? "nothing"}`;
    if (!there.isEnabled) return "disabled";
    return same(there.allowedMemberTypes, role.allowedMemberTypes)
      ? null
      : `for ${there.allowedMemberTypes.join(" and ")}`;
  };
  return simple(`role ${role.value}`, `for ${role.allowedMemberTypes.join(" and ")}`, is, (registered) => {
    const old = found(registered.appRoles, role);
    const { value, allowedMemberTypes, isEnabled } = role;
    const mended =
      old === undefined ? added(registered.appRoles, role) : { ...old, value, allowedMemberTypes, isEnabled };
    return { ...registered, appRoles: placed(registered.appRoles, old, mended) };
  });
}

function scopePart(scope: Scope): Part {
  const is = ({ api }: Registered) => {
    const there = found(api.oauth2PermissionScopes, scope);
    if (there === undefined) return MISSING;
    if (there.value !== scope.value) return `called ${there.value ?? "nothing"}`;
    return there.isEnabled ? null : "disabled";
  };
  return simple(`scope ${scope.value}`, "there", is, (registered) => {
    const old = found(registered.api.oauth2PermissionScopes, scope);
    const scopes = registered.api.oauth2PermissionScopes;
    const mended = old === undefined ? added(scopes, scope) : { ...old, value: scope.value, isEnabled: true };
    const oauth2PermissionScopes = placed(scopes, old, mended);
    return { ...registered, api: { ...registered.api, oauth2PermissionScopes } };
  });
}

const claimPart = (name: string): Part =>
  simple(
    `claim ${name}`,
    "in access tokens",
    ({ optionalClaims }) =>
      optionalClaims?.accessToken.some((claim) => claim.name === name) ? null : MISSING,
    (registered) => ({
      ...registered,
      optionalClaims: {
        ...registered.optionalClaims,
        accessToken: [...(registered.optionalClaims?.accessToken ?? []), { name }],
      },
    }),
  );

/** What the API is called by whoever asks for a token for it: the default of `API_ID_URI`. */
function uriPart(appId: string | undefined): Part {
  const uri = `api://${appId ?? "(its client id)"}`;
  return {
    name: "application ID URI",
    shallBe: uri,
    is: ({ identifierUris }) => (identifierUris.includes(uri) ? null : MISSING),
    mended:
      appId === undefined
        ? null
        : (registered) => ({ ...registered, identifierUris: [...registered.identifierUris, uri] }),
    isLate: true,
  };
}

/** The ids under which this registration has our scopes. */
const scopeIds = ({ api }: Registered, values: readonly string[]): string[] =>
  api.oauth2PermissionScopes.filter(({ value }) => values.includes(value ?? "")).map(({ id }) => id);

/** Whoever signs in by this client is not asked whether it may call the API. */
function clientPart(name: string, appId: string | undefined, values: readonly string[]): Part {
  const permitted = ({ api }: Registered) =>
    api.preAuthorizedApplications.find((client) => client.appId === appId);
  return {
    name: `pre-authorised client ${name}`,
    shallBe: values.join(" and "),
    is: (registered) => {
      const client = permitted(registered);
      const ids = scopeIds(registered, values);
      if (client === undefined) return MISSING;
      const isAllowed =
        ids.length === values.length && ids.every((id) => client.delegatedPermissionIds.includes(id));
      return isAllowed ? null : "not for all of them";
    },
    mended:
      appId === undefined
        ? null
        : (registered) => {
            const old = permitted(registered);
            const ids = [...(old?.delegatedPermissionIds ?? []), ...scopeIds(registered, values)];
            const client = { ...old, appId, delegatedPermissionIds: [...new Set(ids)] };
            const clients = placed(registered.api.preAuthorizedApplications, old, client);
            return { ...registered, api: { ...registered.api, preAuthorizedApplications: clients } };
          },
    isLate: true,
  };
}

/** What is known of the two registrations by their ids, and what was asked for. */
export interface Known {
  readonly apiAppId: string | undefined;
  readonly inboxAppId: string | undefined;
  /** The scope that the inbox asks for, as the API's registration has it. */
  readonly reviewScopeId: string | undefined;
}
export interface Wishes {
  /** Where people reach the app, without a slash at its end; undefined where it is not known yet. */
  readonly publicUrl: string | undefined;
  readonly allowsAz: boolean;
}

/** What the registration of the API has to say. */
export const apiParts = ({ apiAppId, inboxAppId }: Known, { allowsAz }: Wishes): readonly Part[] => [
  OWN_TENANT,
  TOKEN_VERSION,
  GROUPS,
  ...APP_ROLES.map(rolePart),
  ...SCOPES.map(scopePart),
  ...CLAIMS.map(claimPart),
  uriPart(apiAppId),
  clientPart("inbox", inboxAppId, [REVIEW_SCOPE]),
  ...(allowsAz
    ? [
        clientPart(
          "Azure CLI",
          AZURE_CLI,
          SCOPES.map(({ value }) => value),
        ),
      ]
    : []),
];

/** The page's own address, as it sends it: Entra compares letter by letter. */
const redirectPart = (publicUrl: string): Part =>
  simple(
    "redirect URI",
    `${publicUrl}/inbox/`,
    ({ spa }) => (spa.redirectUris.includes(`${publicUrl}/inbox/`) ? null : MISSING),
    (registered) => ({
      ...registered,
      spa: { ...registered.spa, redirectUris: [...registered.spa.redirectUris, `${publicUrl}/inbox/`] },
    }),
  );

/** The permission that an administrator sees and can consent to. */
function accessPart({ apiAppId, reviewScopeId }: Known): Part {
  const resourceOf = (registered: Registered) =>
    registered.requiredResourceAccess.find(({ resourceAppId }) => resourceAppId === apiAppId);
  return {
    name: `permission ${REVIEW_SCOPE}`,
    shallBe: "asked for",
    is: (registered) =>
      resourceOf(registered)?.resourceAccess.some(({ id }) => id === reviewScopeId) ? null : MISSING,
    mended:
      apiAppId === undefined || reviewScopeId === undefined
        ? null
        : (registered) => {
            const old = resourceOf(registered);
            const resourceAccess = [...(old?.resourceAccess ?? []), { id: reviewScopeId, type: "Scope" }];
            const resource = { ...old, resourceAppId: apiAppId, resourceAccess };
            const resources = placed(registered.requiredResourceAccess, old, resource);
            return { ...registered, requiredResourceAccess: resources };
          },
    isLate: true,
  };
}

/** What the registration of the inbox has to say. */
export const inboxParts = (known: Known, { publicUrl }: Wishes): readonly Part[] => [
  OWN_TENANT,
  ...(publicUrl === undefined ? [] : [redirectPart(publicUrl)]),
  accessPart(known),
];
