import { type Body, firstBody, NOTHING, nextBody } from "./body.ts";
import { apiParts, inboxParts, type Known, type Part } from "./parts.ts";
import { DIRECTORY_PERMISSIONS, OPENID_SCOPES, REVIEW_SCOPE } from "./permissions.ts";
import type { Grant } from "./schemas.ts";
import type { State, Wanted, Which } from "./state.ts";

/** One line of the plan. */
export interface Change {
  readonly object: string;
  readonly what: string;
  readonly now: string;
  readonly willBe: string;
}

/** One call that changes something. */
export type Write =
  | { readonly kind: "application"; readonly which: Which; readonly body: Body }
  | { readonly kind: "principal"; readonly which: Which; readonly appId: string; readonly body: object }
  | {
      readonly kind: "role";
      readonly of: "api" | "identity";
      readonly principalId: string;
      readonly resourceId: string;
      readonly appRoleId: string;
    }
  | {
      readonly kind: "grant";
      readonly old: Grant | null;
      readonly body: Omit<Grant, "id"> & { clientId: string };
    };

/** A change, and the call that makes it; null while something else must be there first. */
type Step = Change & { readonly write: Write | null };

export const OBJECTS: Readonly<Record<Which, string>> = { api: "API", inbox: "inbox" };
const MISSING = "missing";

const TITLES: Readonly<Record<Which, string>> = {
  api: "Private endpoint approvals",
  inbox: "Private endpoint approvals, inbox",
};

export function partsOf(
  { applications: { api, inbox } }: State,
  wanted: Wanted,
): Record<Which, readonly Part[]> {
  const known: Known = {
    apiAppId: api?.appId,
    inboxAppId: inbox?.appId,
    reviewScopeId: api?.api.oauth2PermissionScopes.find(({ value }) => value === REVIEW_SCOPE)?.id,
  };
  return { api: apiParts(known, wanted), inbox: inboxParts(known, wanted) };
}

function registrationSteps(state: State, wanted: Wanted, which: Which): readonly Step[] {
  const now = state.applications[which];
  const parts = partsOf(state, wanted)[which];
  const displayName = `${TITLES[which]} (${wanted.name})`;
  const body = now === null ? firstBody(displayName) : nextBody(now, parts);
  const write: Write | null = body === null ? null : { kind: "application", which, body };
  const object = `${OBJECTS[which]} registration`;
  const made = now === null ? [{ object, what: displayName, now: MISSING, willBe: "made", write }] : [];
  const mended = parts.flatMap(({ name, shallBe, is }) => {
    const said = is(now ?? NOTHING);
    return said === null ? [] : [{ object, what: name, now: said, willBe: shallBe, write }];
  });
  return [...made, ...mended];
}

/** The API gives tokens only to whom a role was assigned; to the inbox alone nothing is given. */
function principalSteps(state: State, which: Which): readonly Step[] {
  const appId = state.applications[which]?.appId;
  const principal = state.principals[which];
  const body = which === "api" ? { appRoleAssignmentRequired: true } : { appRoleAssignmentRequired: false };
  const write: Write | null = appId === undefined ? null : { kind: "principal", which, appId, body };
  const object = `${OBJECTS[which]} enterprise application`;
  const what = "who gets tokens";
  const willBe = which === "api" ? "whoever has a role" : "this tenant";
  if (principal === null) return [{ object, what, now: MISSING, willBe, write }];
  const isRight = which === "inbox" || principal.appRoleAssignmentRequired;
  return isRight ? [] : [{ object, what, now: "this tenant", willBe, write }];
}

const assignmentSteps = ({ applications, principals, holders }: State, wanted: Wanted): readonly Step[] =>
  wanted.assigned.flatMap(({ role, principalId }) => {
    const appRoleId = applications.api?.appRoles.find(({ value }) => value === role)?.id;
    const has = holders.some((held) => held.principalId === principalId && held.appRoleId === appRoleId);
    if (has) return [];
    const resourceId = principals.api?.id;
    const write: Write | null =
      resourceId === undefined || appRoleId === undefined
        ? null
        : { kind: "role", of: "api", principalId, resourceId, appRoleId };
    return [
      { object: "assignment", what: `${role} for ${principalId}`, now: MISSING, willBe: "assigned", write },
    ];
  });

function grantSteps({ principals, graphPrincipal, grants }: State, { consents }: Wanted): readonly Step[] {
  const clientId = principals.inbox?.id;
  const asked = [
    { resourceId: graphPrincipal?.id, scopes: OPENID_SCOPES, of: "Microsoft Graph" },
    { resourceId: principals.api?.id, scopes: [REVIEW_SCOPE], of: "the API" },
  ];
  return (consents ? asked : []).flatMap(({ resourceId, scopes, of }) => {
    const old = grants.find(
      (grant) => grant.consentType === "AllPrincipals" && grant.resourceId === resourceId,
    );
    const had = old?.scope.split(" ").filter((scope) => scope !== "") ?? [];
    const lacking = scopes.filter((scope) => !had.includes(scope));
    if (lacking.length === 0) return [];
    const scope = [...had, ...lacking].join(" ");
    const write: Write | null =
      clientId === undefined || resourceId === undefined
        ? null
        : {
            kind: "grant",
            old: old ?? null,
            body: { clientId, consentType: "AllPrincipals", resourceId, scope },
          };
    const what = `consent for everybody, ${of}`;
    return [{ object: "inbox", what, now: had.join(" ") || MISSING, willBe: scope, write }];
  });
}

const directorySteps = (
  { graphPrincipal, identityRoles }: State,
  { directoryReader }: Wanted,
): readonly Step[] =>
  (directoryReader === undefined ? [] : DIRECTORY_PERMISSIONS).flatMap(({ id, name }) => {
    if (identityRoles.some(({ appRoleId }) => appRoleId === id)) return [];
    const write: Write | null =
      graphPrincipal === null || directoryReader === undefined
        ? null
        : {
            kind: "role",
            of: "identity",
            principalId: directoryReader,
            resourceId: graphPrincipal.id,
            appRoleId: id,
          };
    return [{ object: "the app's identity", what: name, now: MISSING, willBe: "granted", write }];
  });

const stepsOf = (state: State, wanted: Wanted): readonly Step[] => [
  ...registrationSteps(state, wanted, "api"),
  ...registrationSteps(state, wanted, "inbox"),
  ...principalSteps(state, "api"),
  ...principalSteps(state, "inbox"),
  ...assignmentSteps(state, wanted),
  ...grantSteps(state, wanted),
  ...directorySteps(state, wanted),
];

/** What is not as it was asked for; empty when there is nothing to do. */
export const changesOf = (state: State, wanted: Wanted): readonly Change[] =>
  stepsOf(state, wanted).map(({ write: _call, ...change }) => change);

/** The next call towards what was asked for; null when none is left. */
export const nextWrite = (state: State, wanted: Wanted): Write | null =>
  stepsOf(state, wanted).find(({ write }) => write !== null)?.write ?? null;

/** What a call is about, for whoever watches. */
export function inWords(write: Write): string {
  switch (write.kind) {
    case "application":
      return `${OBJECTS[write.which]} registration`;
    case "principal":
      return `${OBJECTS[write.which]} enterprise application`;
    case "role":
      return `role for ${write.principalId}`;
    case "grant":
      return `consent for everybody: ${write.body.scope}`;
  }
}
