import type { GraphClient } from "./graph-client.ts";
import type { Wishes } from "./parts.ts";
import { MICROSOFT_GRAPH, type RoleName } from "./permissions.ts";
import {
  APPLICATION_MEMBERS,
  Application,
  Assignment,
  Grant,
  PRINCIPAL_MEMBERS,
  Principal,
} from "./schemas.ts";

/** The two registrations: what is called, and what people sign in by. */
export type Which = "api" | "inbox";

/** All that was asked for. */
export interface Wanted extends Wishes {
  /** Of the environment; registrations of different names know nothing of one another. */
  readonly name: string;
  readonly assigned: readonly { readonly role: RoleName; readonly principalId: string }[];
  /** Whether nobody is asked to consent to the inbox. */
  readonly consents: boolean;
  /** Object id of the app's identity, where it is to ask Microsoft Graph who people are. */
  readonly directoryReader: string | undefined;
}

/** What Entra has of it. */
export interface State {
  readonly applications: Readonly<Record<Which, Application | null>>;
  readonly principals: Readonly<Record<Which, Principal | null>>;
  /** Microsoft Graph's own in this tenant, where it is needed. */
  readonly graphPrincipal: Principal | null;
  /** Who has roles in the API. */
  readonly holders: readonly Assignment[];
  /** What the app's identity may do elsewhere. */
  readonly identityRoles: readonly Assignment[];
  /** What was consented to for the inbox. */
  readonly grants: readonly Grant[];
}

/** The key by which a registration is found: nobody else can give it, and it never changes. */
export const uniqueName = (name: string, which: Which): string =>
  `aks-private-endpoint-approvals/${name}/${which}`;

export const applicationPath = (name: string, which: Which): string =>
  `applications(uniqueName='${encodeURIComponent(uniqueName(name, which))}')`;

export const principalPath = (appId: string): string =>
  `servicePrincipals(appId='${encodeURIComponent(appId)}')`;

const applicationQuery = (name: string, which: Which): string =>
  `${applicationPath(name, which)}?$select=${APPLICATION_MEMBERS}`;

const principalQuery = (appId: string): string => `${principalPath(appId)}?$select=${PRINCIPAL_MEMBERS}`;

/** Those that are known to be there, whatever a replica of Graph knows yet. */
export const awaitApplication = async (
  graph: GraphClient,
  name: string,
  which: Which,
): Promise<Application> => Application.parse(await graph.getSoon(applicationQuery(name, which)));
export const awaitPrincipal = async (graph: GraphClient, appId: string): Promise<Principal> =>
  Principal.parse(await graph.getSoon(principalQuery(appId)));

async function readApplication(graph: GraphClient, name: string, which: Which): Promise<Application | null> {
  const said = await graph.get(applicationQuery(name, which));
  return said === null ? null : Application.parse(said);
}

async function readPrincipal(graph: GraphClient, appId: string): Promise<Principal | null> {
  const said = await graph.get(principalQuery(appId));
  return said === null ? null : Principal.parse(said);
}

/** Reads what there is, as far as it was asked for. */
export async function readState(graph: GraphClient, wanted: Wanted): Promise<State> {
  const [api, inbox] = await Promise.all([
    readApplication(graph, wanted.name, "api"),
    readApplication(graph, wanted.name, "inbox"),
  ]);
  const principalOf = (app: Application | null) => app && readPrincipal(graph, app.appId);
  const needsGraph = wanted.consents || wanted.directoryReader !== undefined;
  const [apiPrincipal, inboxPrincipal, graphPrincipal] = await Promise.all([
    principalOf(api),
    principalOf(inbox),
    needsGraph ? readPrincipal(graph, MICROSOFT_GRAPH) : null,
  ]);
  const [holders, identityRoles, grants] = await Promise.all([
    apiPrincipal && wanted.assigned.length > 0
      ? graph.list(`servicePrincipals/${apiPrincipal.id}/appRoleAssignedTo`)
      : [],
    wanted.directoryReader === undefined
      ? []
      : graph.list(`servicePrincipals/${encodeURIComponent(wanted.directoryReader)}/appRoleAssignments`),
    inboxPrincipal && wanted.consents
      ? graph.list(`oauth2PermissionGrants?$filter=clientId eq '${inboxPrincipal.id}'`)
      : [],
  ]);
  return {
    applications: { api, inbox },
    principals: { api: apiPrincipal, inbox: inboxPrincipal },
    graphPrincipal,
    holders: holders.map((each) => Assignment.parse(each)),
    identityRoles: identityRoles.map((each) => Assignment.parse(each)),
    grants: grants.map((each) => Grant.parse(each)),
  };
}
