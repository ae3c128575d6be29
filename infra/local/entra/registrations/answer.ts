import type { Reply } from "../reply.ts";
import { badRequest, forbidden, GraphRefusal, notFound } from "./refusals.ts";
import { changed, checkRegistration, parsed } from "./rules.ts";
import {
  type Assignment,
  type Registration,
  type ServicePrincipal,
  Written,
  WrittenAssignment,
  WrittenGrant,
  WrittenPrincipal,
} from "./schemas.ts";
import { GRAPH_ROLES, newId, type Registrations } from "./store.ts";

/** A call below `/graph/v1.0/`, by somebody who may read. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The header `Prefer`. */
  readonly prefer: string | undefined;
  readonly body: unknown;
  /** Whether the caller has the permission of this name, and the directory role for it. */
  readonly may: (permission: string) => boolean;
  /** Where collections go on. */
  readonly url: string;
}

const PAGE_SIZE = 2;

/** Answers for registrations, service principals, assignments of app roles and consents. @throws GraphRefusal */
export function answer(kept: Registrations, call: Call): Reply {
  const { method, path } = call;
  const [, collection = "", key, id, rest] =
    /^(\w+)(?:\((\w+='.*')\)|\/([^/]+))?(?:\/(\w+))?$/.exec(decodeURIComponent(path)) ?? [];
  const place = `${method} ${collection}${rest === undefined ? "" : `/${rest}`}`;
  switch (place) {
    case "GET applications":
      return one(kept.applications.seen(applicationBy(key, id), key ?? id ?? ""), call.query);
    case "PATCH applications":
      return patchApplication(kept, call, { key, id });
    case "GET servicePrincipals":
      return one(kept.principals.seen(principalBy(key, id), key ?? id ?? ""), call.query);
    case "PATCH servicePrincipals":
      return patchPrincipal(kept, call, { key, id });
    case "GET servicePrincipals/appRoleAssignedTo":
      kept.principals.seen(principalBy(key, id), id ?? "");
      return page(
        kept.assignments.filter(({ resourceId }) => resourceId === id),
        call,
      );
    case "GET servicePrincipals/appRoleAssignments":
      kept.principals.seen(principalBy(key, id), id ?? "");
      return page(
        kept.assignments.filter(({ principalId }) => principalId === id),
        call,
      );
    case "POST servicePrincipals/appRoleAssignedTo":
    case "POST servicePrincipals/appRoleAssignments":
      return assign(kept, call);
    case "GET oauth2PermissionGrants":
      return page(grantsOf(kept, call.query), call);
    case "POST oauth2PermissionGrants":
      return consent(kept, call);
    case "PATCH oauth2PermissionGrants":
      return consentToMore(kept, call, id ?? "");
    default:
      throw badRequest(`Nothing is here for ${place}.`);
  }
}

const UNIQUE_NAME = /^uniqueName='(.*)'$/;
const APP_ID = /^appId='(.*)'$/;

function applicationBy(key = "", id = ""): (application: Registration) => boolean {
  const [, uniqueName] = UNIQUE_NAME.exec(key) ?? [];
  const [, appId] = APP_ID.exec(key) ?? [];
  return (each) => each.id === id || each.uniqueName === uniqueName || each.appId === appId;
}

function principalBy(key = "", id = ""): (principal: ServicePrincipal) => boolean {
  const [, appId] = APP_ID.exec(key) ?? [];
  return (each) => each.id === id || each.appId === appId;
}

interface Named {
  readonly key: string | undefined;
  readonly id: string | undefined;
}

const upserts = ({ prefer }: Call, { key }: Named): boolean =>
  prefer === "create-if-missing" && key !== undefined;

function patchApplication(kept: Registrations, call: Call, named: Named): Reply {
  if (!call.may("Application.ReadWrite.All")) throw forbidden();
  const is = applicationBy(named.key, named.id);
  const [, uniqueName = null] = UNIQUE_NAME.exec(named.key ?? "") ?? [];
  if (upserts(call, named) && kept.applications.find(is) === undefined) {
    const own = { id: newId(), appId: newId(), uniqueName, passwordCredentials: [], keyCredentials: [] };
    const made: Registration = { ...parsed(Written, call.body), ...own };
    checkRegistration(made, null);
    return { ...one(kept.applications.add(made), new URLSearchParams()), status: 201 };
  }
  const before = upserts(call, named) ? kept.applications.find(is) : undefined;
  kept.applications.replace(changed(before ?? kept.applications.seen(is, named.id ?? ""), call.body));
  return { status: 204 };
}

function patchPrincipal(kept: Registrations, call: Call, named: Named): Reply {
  if (!call.may("Application.ReadWrite.All")) throw forbidden();
  const is = principalBy(named.key, named.id);
  const sent = parsed(WrittenPrincipal, call.body);
  const before = kept.principals.find(is);
  if (before !== undefined) {
    const given = Object.entries(sent).filter(([name]) => Object.hasOwn(call.body as object, name));
    kept.principals.replace({ ...before, ...Object.fromEntries(given) });
    return { status: 204 };
  }
  const [, appId = ""] = APP_ID.exec(named.key ?? "") ?? [];
  if (!upserts(call, named)) throw notFound(named.id ?? appId);
  backedBy(kept, appId);
  const made = kept.principals.add({ ...sent, id: newId(), appId });
  return { ...one(made, new URLSearchParams()), status: 201 };
}

/** A replica that does not know the registration yet says so in other words than it says of anything else. */
function backedBy(kept: Registrations, appId: string): void {
  try {
    kept.applications.seen((each) => each.appId === appId, appId);
  } catch (error) {
    if (!(error instanceof GraphRefusal)) throw error;
    throw new GraphRefusal(
      400,
      "Request_BadRequest",
      `The appId '${appId}' of the service principal does not reference a valid application object.`,
    );
  }
}

function assign(kept: Registrations, call: Call): Reply {
  if (!call.may("AppRoleAssignment.ReadWrite.All")) throw forbidden();
  const sent = parsed(WrittenAssignment, call.body);
  const { principalId, resourceId, appRoleId } = sent;
  const { appId } = kept.principals.seen(({ id }) => id === resourceId, resourceId);
  const roles = kept.applications.find((each) => each.appId === appId)?.appRoles ?? [];
  const offered: readonly string[] = [...roles.map(({ id }) => id), ...Object.values(GRAPH_ROLES)];
  if (!kept.isKnown(principalId)) throw notFound(principalId);
  if (!offered.includes(appRoleId))
    throw badRequest("Permission being assigned was not found on application");
  const isThere = (each: Assignment) =>
    each.principalId === principalId && each.resourceId === resourceId && each.appRoleId === appRoleId;
  if (kept.assignments.some(isThere))
    throw badRequest("Permission being assigned already exists on the object");
  const made = { ...sent, id: newId() };
  kept.assignments.push(made);
  return { status: 201, body: made };
}

function grantsOf({ grants }: Registrations, query: URLSearchParams) {
  const [, client] = /^clientId eq '([^']+)'$/.exec(query.get("$filter") ?? "") ?? [];
  if (client === undefined) throw badRequest("Invalid filter clause");
  return grants.filter(({ clientId }) => clientId === client);
}

function consent(kept: Registrations, call: Call): Reply {
  if (!call.may("DelegatedPermissionGrant.ReadWrite.All")) throw forbidden();
  const sent = parsed(WrittenGrant, call.body);
  for (const id of [sent.clientId, sent.resourceId]) kept.principals.seen((each) => each.id === id, id);
  const isThere = kept.grants.some(
    ({ clientId, resourceId, consentType }) =>
      clientId === sent.clientId && resourceId === sent.resourceId && consentType === sent.consentType,
  );
  if (isThere)
    throw new GraphRefusal(
      409,
      "Request_MultipleObjectsWithSameKeyValue",
      "Permission entry already exists.",
    );
  const made = { ...sent, id: newId() };
  kept.grants.push(made);
  return { status: 201, body: made };
}

function consentToMore(kept: Registrations, call: Call, id: string): Reply {
  if (!call.may("DelegatedPermissionGrant.ReadWrite.All")) throw forbidden();
  const index = kept.grants.findIndex((grant) => grant.id === id);
  const before = kept.grants[index];
  if (before === undefined) throw notFound(id);
  kept.grants[index] = { ...before, ...parsed(WrittenGrant.pick({ scope: true }), call.body) };
  return { status: 204 };
}

/** One object; of a registration's roles it also says that they are its own. */
function one(object: Registration | ServicePrincipal, query: URLSearchParams): Reply {
  const whole: Record<string, unknown> = "uniqueName" in object ? withOrigin(object) : { ...object };
  const select = query.get("$select")?.split(",") ?? Object.keys(whole);
  const unknown = select.find((name) => !Object.hasOwn(whole, name));
  if (unknown !== undefined)
    throw badRequest(`Parsing OData Select and Expand failed: Could not find a property named '${unknown}'.`);
  return { status: 200, body: Object.fromEntries(select.map((name) => [name, whole[name]])) };
}

function withOrigin(registration: Registration): Record<string, unknown> {
  const appRoles = registration.appRoles.map((role) => ({ ...role, origin: "Application" }));
  return { ...registration, appRoles };
}

/** A collection comes in pages, each with the address of the next. */
function page(entries: readonly unknown[], { query, url }: Call): Reply {
  const from = Number(query.get("$skiptoken") ?? 0);
  const isLast = from + PAGE_SIZE >= entries.length;
  const next = new URL(url);
  next.searchParams.set("$skiptoken", String(from + PAGE_SIZE));
  const value = entries.slice(from, from + PAGE_SIZE);
  return { status: 200, body: { value, ...(!isLast && { "@odata.nextLink": next.href }) } };
}
