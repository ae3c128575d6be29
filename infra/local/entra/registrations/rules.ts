import { isDeepStrictEqual } from "node:util";
import type * as z from "zod";
import { badRequest, GraphRefusal } from "./refusals.ts";
import { type Registration, Written } from "./schemas.ts";

interface Permission {
  readonly id: string;
  readonly value?: string | null | undefined;
  readonly isEnabled: boolean;
}

/** What a body says, in the words of Graph where it is wrong. @throws GraphRefusal */
export function parsed<S extends z.ZodType>(schema: S, body: unknown): z.infer<S> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.join(".") ?? "";
  if (issue?.code === "unrecognized_keys") throw badRequest(`Invalid property '${issue.keys[0]}'.`);
  throw badRequest(`Invalid value specified for property '${path}' of resource 'Application'.`);
}

/** A registration after a change: each member that is sent takes the place of the one before, `api` member by member. */
export function changed(before: Registration, body: unknown): Registration {
  const sent = parsed(Written.partial(), body);
  // Defaults stand for what a new one says; here they would take away what is there.
  const given = Object.fromEntries(
    Object.entries(sent).filter(([name]) => Object.hasOwn(body as object, name)),
  ) as Partial<Written>;
  const after = { ...before, ...given, ...(given.api && { api: merged(before.api, given.api, body) }) };
  checkRegistration(after, before);
  return after;
}

function merged(before: Written["api"], sent: Written["api"], body: unknown): Written["api"] {
  const { api } = body as { readonly api: object };
  const given = Object.entries(sent).filter(([name]) => Object.hasOwn(api, name));
  return { ...before, ...Object.fromEntries(given) };
}

/** @throws GraphRefusal for what contradicts itself, or takes away what is in use */
export function checkRegistration(after: Registration, before: Registration | null): void {
  checkUnique(after.appRoles);
  checkUnique(after.api.oauth2PermissionScopes);
  for (const role of before?.appRoles ?? []) checkDisabledFirst(role, after.appRoles);
  for (const scope of before?.api.oauth2PermissionScopes ?? [])
    checkDisabledFirst(scope, after.api.oauth2PermissionScopes);
  for (const uri of after.identifierUris) checkUri(uri, after.appId);
  const known = (before ?? after).api.oauth2PermissionScopes.map(({ id }) => id);
  const isNew = before === null || !isDeepStrictEqual(before.api, after.api);
  const asked = after.api.preAuthorizedApplications.flatMap((client) => client.delegatedPermissionIds);
  if (isNew && (before === null ? asked.length > 0 : !asked.every((id) => known.includes(id))))
    throw new GraphRefusal(
      400,
      "InvalidValue",
      "Property api.preAuthorizedApplications.delegatedPermissionIds has a Permission Id that cannot be found in the AppPermissions sets.",
    );
}

function checkUnique(permissions: readonly Permission[]): void {
  const ids = permissions.map(({ id }) => id.toLowerCase());
  const values = permissions.flatMap(({ value }) => (value ? [value] : []));
  if (new Set(ids).size < ids.length || new Set(values).size < values.length)
    throw badRequest("Request contains a property with duplicate values.");
}

/** Who uses an enabled permission would lose it without a warning. */
function checkDisabledFirst(before: Permission, after: readonly Permission[]): void {
  if (!before.isEnabled) return;
  const now = after.find(({ id }) => id === before.id);
  if (now !== undefined && isDeepStrictEqual({ ...now, isEnabled: true }, before)) return;
  throw new GraphRefusal(
    400,
    "CannotDeleteOrUpdateEnabledEntitlement",
    "Permission (scope or role) cannot be deleted or updated unless disabled first.",
  );
}

/** Others need a domain that the tenant has proved to own. */
function checkUri(uri: string, appId: string): void {
  if (uri === `api://${appId}` || uri.startsWith(`api://${appId}/`)) return;
  throw new GraphRefusal(
    400,
    "HostNameNotOnVerifiedDomain",
    "Values of identifierUris property must use a verified domain of the organization or its subdomain.",
  );
}
