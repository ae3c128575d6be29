import { isDeepStrictEqual } from "node:util";
import type { Part } from "./parts.ts";
import type { Application, AppRole, Registered, Scope } from "./schemas.ts";

/** What Graph is sent of a registration. */
export type Body = Partial<Registered>;

/** A registration that says nothing. */
export const NOTHING: Registered = {
  displayName: "",
  signInAudience: null,
  groupMembershipClaims: null,
  identifierUris: [],
  appRoles: [],
  api: { requestedAccessTokenVersion: null, oauth2PermissionScopes: [], preAuthorizedApplications: [] },
  spa: { redirectUris: [] },
  optionalClaims: null,
  requiredResourceAccess: [],
};

const mendedBy = (registered: Registered, parts: readonly Part[]): Registered =>
  parts.reduce((so, { mended, is }) => (mended === null || is(so) === null ? so : mended(so)), registered);

/** Only what differs is sent; whole members, since Graph replaces a collection by what it is sent. */
function difference(now: Registered, then: Registered): Body {
  const changed = Object.entries(then).filter(
    ([name, value]) => !isDeepStrictEqual(value, now[name as keyof Registered]),
  );
  return Object.fromEntries(changed);
}

/**
 * A registration that is not there yet: closed to others, and nothing besides. A replica of Graph may not know one that is
 * there; so nothing is sent that would take the place of what it has.
 */
export const firstBody = (displayName: string): Body => ({ displayName, signInAudience: "AzureADMyOrg" });

/**
 * The next step towards what a registration has to say; null when it says all of it, or what is left needs ids.
 *
 * Graph changes no role and no scope that is enabled, so these are disabled by a step of their own; and a client is
 * pre-authorised only for scopes that are there.
 */
export function nextBody(now: Application, parts: readonly Part[]): Body | null {
  const early = mendedBy(
    now,
    parts.filter(({ isLate }) => !isLate),
  );
  const steps = [disabledFor(now, early), early, mendedBy(early, parts)];
  const next = steps.map((then) => difference(now, then)).find((body) => Object.keys(body).length > 0);
  return next === undefined ? null : withoutOrigin(next);
}

/** The same, but for roles and scopes that are to change and are enabled. */
function disabledFor(now: Registered, then: Registered): Registered {
  const ready = <T extends AppRole | Scope>(entries: readonly T[], later: readonly T[]): T[] =>
    entries.map((entry) => {
      const isSame = later.some((each) => each.id === entry.id && isDeepStrictEqual(each, entry));
      return isSame || !entry.isEnabled ? entry : { ...entry, isEnabled: false };
    });
  const oauth2PermissionScopes = ready(now.api.oauth2PermissionScopes, then.api.oauth2PermissionScopes);
  return {
    ...now,
    appRoles: ready(now.appRoles, then.appRoles),
    api: { ...now.api, oauth2PermissionScopes },
  };
}

/** Graph says of each role where it comes from, and must not be told. */
function withoutOrigin({ appRoles, ...others }: Body): Body {
  if (appRoles === undefined) return others;
  return { ...others, appRoles: appRoles.map(({ origin: _readOnly, ...role }) => role as AppRole) };
}
