import { DEFAULT_SCOPE, GRAPH_CLIENT_ID, OPENID_SCOPES } from "./constants.ts";
import type { Application, Directory, Resource } from "./directory.ts";
import { EntraError } from "./errors.ts";
import { knownResource } from "./lookup.ts";

export type OpenIdScope = (typeof OPENID_SCOPES)[number];

/** What is asked for of one resource. */
export interface Asked {
  readonly resource: Resource;
  /** The name by which the client asked for the resource. */
  readonly calledBy: string;
  readonly scopes: readonly string[];
}

/** The same, and what OpenID Connect offers beside it: an ID token, what it says, a refresh token. */
export interface AskedByPage extends Asked {
  readonly openId: readonly OpenIdScope[];
}

const isOpenIdScope = (scope: string): scope is OpenIdScope => OPENID_SCOPES.some((each) => each === scope);

/**
 * What a page asks for: permissions of one resource, and scopes of OpenID Connect.
 * @throws EntraError when there is no such permission
 */
export function scopesOfPage(directory: Directory, client: Application, text: string): AskedByPage {
  const all = text.split(" ").filter((scope) => scope !== "");
  const permissions = all.filter((scope) => !isOpenIdScope(scope));
  return {
    ...delegatedScopes(directory, client, permissions.join(" ")),
    openId: all.filter(isOpenIdScope),
  };
}

/**
 * The permissions asked for, of one resource, with spaces between: `{resource}/{permission}`. `.default` asks for all
 * that the client was allowed, which here is all there are.
 * @see https://learn.microsoft.com/entra/identity-platform/scopes-oidc
 */
export function delegatedScopes(directory: Directory, client: Application, text: string): Asked {
  const wishes = text.split(" ").map((wish) => {
    const cut = Math.max(wish.lastIndexOf("/"), 0);
    return cut === 0
      ? { calledBy: GRAPH_CLIENT_ID, permission: wish }
      : { calledBy: wish.slice(0, cut), permission: wish.slice(cut + 1) };
  });
  const [calledBy = "", ...more] = new Set(wishes.map((wish) => wish.calledBy));
  if (more.length > 0) {
    throw new EntraError(
      70011,
      `The provided value for the input parameter 'scope' is not valid. The scope ${text} is not valid.`,
    );
  }
  const resource = knownResource(directory, calledBy);
  for (const { permission } of wishes) checkPermission(resource, client, permission);
  const isAll = wishes.some(({ permission }) => permission === DEFAULT_SCOPE.slice(1));
  const scopes = resource.scopes.filter((scope) => isAll || wishes.some((wish) => wish.permission === scope));
  return { resource, calledBy, scopes };
}

function checkPermission(resource: Resource, client: Application, permission: string): void {
  if ([DEFAULT_SCOPE.slice(1), ...resource.scopes].includes(permission)) return;
  throw new EntraError(
    650053,
    `The application '${client.name}' asked for scope '${permission}' that doesn't exist on the resource '${resource.audience}'. Contact the app vendor.`,
  );
}
