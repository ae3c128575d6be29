import { APP_ROLES, AZURE_CLI, CLAIMS, SCOPES } from "./permissions.ts";
import { OBJECTS } from "./plan.ts";
import type { State, Wanted, Which } from "./state.ts";

const others = (there: readonly string[], ours: readonly string[]): readonly string[] =>
  there.filter((each) => !ours.includes(each));

/** What somebody else put there, and what stays although nobody asked for it: sentences, for whoever looks after it. */
export function leftAlone(state: State, wanted: Wanted): readonly string[] {
  return (["api", "inbox"] as const).flatMap((which) =>
    [...leftOf(state, wanted, which), ...disabled(state, which)].map(
      (what) => `${OBJECTS[which]} registration: ${what}`,
    ),
  );
}

function leftOf({ applications }: State, { publicUrl, allowsAz }: Wanted, which: Which): readonly string[] {
  const app = applications[which];
  if (app === null) return [];
  // Where the page's address is not known yet, nobody knows which one is another's.
  const redirects =
    publicUrl === undefined ? app.spa.redirectUris : which === "inbox" ? [`${publicUrl}/inbox/`] : [];
  const [roles, scopes, claims] =
    which === "api"
      ? [APP_ROLES.map(({ value }) => value), SCOPES.map(({ value }) => value), CLAIMS]
      : [[], [], []];
  const clients = [applications.inbox?.appId ?? "", ...(allowsAz ? [AZURE_CLI] : [])];
  const ours = which === "api" ? [`api://${app.appId}`] : [];
  const valuesOf = (entries: readonly { readonly value?: string | null | undefined }[]) =>
    entries.map(({ value }) => value ?? "");
  const secrets = app.passwordCredentials.length + app.keyCredentials.length;
  const called = (name: string, values: readonly string[]) => values.map((value) => `${name} ${value}`);
  const foreign = app.api.preAuthorizedApplications.map(({ appId }) => appId);
  return [
    ...called("role", others(valuesOf(app.appRoles), roles)),
    ...called("scope", others(valuesOf(app.api.oauth2PermissionScopes), scopes)),
    ...called("claim", others(app.optionalClaims?.accessToken.map(({ name }) => name) ?? [], claims)),
    ...called("application ID URI", others(app.identifierUris, ours)),
    ...called("redirect URI", others(app.spa.redirectUris, redirects)),
    ...called("pre-authorised client", others(foreign, clients)).map((line) =>
      line.endsWith(AZURE_CLI) ? `${line}, which is Azure CLI` : line,
    ),
    ...(secrets === 0 ? [] : [`${secrets} secrets or certificates, which this app needs none of`]),
  ];
}

const disabled = ({ principals }: State, which: Which): readonly string[] =>
  principals[which]?.accountEnabled === false
    ? ["its enterprise application is disabled, so nobody can sign in"]
    : [];
