import * as z from "zod";
import type { Behaviour, Call, World } from "./call.ts";
import { ArmError } from "./errors.ts";
import { clusterId, keyOf } from "./ids.ts";
import type { Described } from "./store.ts";
import { findSubscription, isOurs, unknownSubscription, wrongTenant } from "./subscriptions.ts";

const ASSIGNMENTS = "/providers/microsoft.authorization/roleassignments/";

const Assignment = z.object({ roleDefinitionId: z.string(), principalId: z.string(), scope: z.string() });
const Definition = z.object({ permissions: z.array(z.json()) });

/**
 * What the caller may do at a scope. Roles are not imitated: who was given none may do everything, and who was given some
 * is shown these and not held to them.
 * @see https://learn.microsoft.com/rest/api/authorization/permissions/list-for-resource
 */
export const listPermissions: Behaviour = (world, call) => {
  const principal = call.caller.oid ?? "";
  const assigned = assignmentsIn(world).filter(({ properties }) => properties.principalId === principal);
  if (assigned.length === 0) return { status: 200, body: { value: [{ actions: ["*"], notActions: [] }] } };
  const value = assigned
    .filter(({ properties }) => isAtOrAbove(properties.scope, scopeOf(world, call)))
    .flatMap(({ properties }) => permissionsOf(world, properties.roleDefinitionId));
  return { status: 200, body: { value } };
};

/**
 * The roles of one principal at a scope and above it; no other filter is known.
 * @see https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest
 */
export const listAssignments: Behaviour = (world, call) => {
  const filter = call.query.get("$filter") ?? "";
  const [, principal] = /^atScope\(\) and assignedTo\('([^']+)'\)$/.exec(filter) ?? [];
  if (principal === undefined)
    throw new ArmError("BadRequest", `The filter '${filter}' is not imitated by this stand-in.`);
  const scope = scopeOf(world, call);
  const value = assignmentsIn(world).filter(
    ({ properties }) => properties.principalId === keyOf(principal) && isAtOrAbove(properties.scope, scope),
  );
  return { status: 200, body: { value } };
};

/** GET of what a role may do. */
export const getDefinition: Behaviour = (world, { parameters: { subscription, role } }) => {
  const id = `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
  const found = world.store.described.get(id);
  if (found === undefined)
    throw new ArmError("ResourceNotFound", `The specified role definition with ID '${role}' does not exist.`);
  return { status: 200, body: found };
};

const assignmentsIn = ({ store: { described } }: World) =>
  [...described.below("/subscriptions"), ...described.below("/providers")]
    .filter(({ key }) => key.includes(ASSIGNMENTS))
    .map(({ document }) => ({ ...document, properties: assignmentOf(document) }));

function assignmentOf({ id, properties }: Described) {
  const scope = id.slice(0, keyOf(id).indexOf(ASSIGNMENTS));
  const { principalId, ...others } = Assignment.parse({ ...properties, scope });
  return { ...properties, ...others, principalId: keyOf(principalId) };
}

const permissionsOf = ({ store }: World, definition: string) =>
  Definition.parse(store.described.get(definition)?.properties ?? { permissions: [] }).permissions;

/** What is given to a management group is above all subscriptions here. */
const isAtOrAbove = (scope: string, below: string): boolean =>
  scope.startsWith("/providers/") || `${keyOf(below)}/`.startsWith(`${keyOf(scope)}/`);

function scopeOf(world: World, { parameters }: Call): string {
  const { subscription, resourceGroup, cluster } = parameters;
  if (!findSubscription(world, subscription)) throw unknownSubscription(subscription);
  if (!isOurs(world, subscription)) throw wrongTenant();
  if (cluster !== "") return clusterId({ subscription, resourceGroup, cluster });
  const group = resourceGroup === "" ? "" : `/resourceGroups/${resourceGroup}`;
  return `/subscriptions/${subscription}${group}`;
}
