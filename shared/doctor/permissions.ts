import * as z from "zod";
import { oneLine } from "../text.ts";
import type { Arm, Found } from "./arm.ts";

const AUTHORIZATION = "/providers/Microsoft.Authorization";
const API_VERSION = "2022-04-01";

/** Some actions that are allowed, but for some of them. */
const Permission = z.object({
  actions: z.array(z.string()).default([]),
  notActions: z.array(z.string()).default([]),
});
export type Permission = z.infer<typeof Permission>;

const Assignment = z.object({
  properties: z.object({ roleDefinitionId: z.string(), condition: z.string().nullish() }),
});
const Definition = z.object({ properties: z.object({ permissions: z.array(Permission) }) });

/**
 * Whether somebody with these permissions may do an action. What one takes out, another may have.
 * @see https://learn.microsoft.com/azure/role-based-access-control/role-definitions#actions
 */
export const permits = (permissions: readonly Permission[], action: string): boolean =>
  permissions.some(
    ({ actions, notActions }) =>
      actions.some((pattern) => covers(pattern, action)) &&
      !notActions.some((pattern) => covers(pattern, action)),
  );

/** Compared by the parts between stars, as patterns come from whoever writes roles. */
function covers(pattern: string, action: string): boolean {
  const [first = "", ...parts] = pattern.toLowerCase().split("*");
  const text = action.toLowerCase();
  if (!text.startsWith(first)) return false;
  const last = parts.pop();
  if (last === undefined) return text === first;
  let at = first.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/**
 * What whoever asks may do at a scope: ARM tells everybody their own. The reference has it for resource groups and
 * resources; for subscriptions it is inferred.
 * @see https://learn.microsoft.com/rest/api/authorization/permissions/list-for-resource
 */
export const permissionsOfCaller = (arm: Arm, scope: string): Promise<Found<readonly Permission[]>> =>
  arm.list(`${scope}${AUTHORIZATION}/permissions`, API_VERSION, Permission);

/**
 * What a principal may do at a scope by its roles there and above, also those of its groups. A role under a condition is left
 * out, since nobody but ARM knows when it holds; deny assignments are not looked at.
 * @param principal object id of a user or a service principal
 * @see https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest
 */
export async function permissionsOf(
  arm: Arm,
  scope: string,
  principal: string,
): Promise<Found<readonly Permission[]>> {
  const filter = `atScope() and assignedTo('${principal}')`;
  const assigned = await arm.list(
    `${scope}${AUTHORIZATION}/roleAssignments`,
    API_VERSION,
    Assignment,
    filter,
  );
  if (assigned.kind === "no") return assigned;
  const all: Permission[] = [];
  for (const { properties } of assigned.value) {
    if (properties.condition) continue;
    const role = await arm.get(properties.roleDefinitionId, API_VERSION, Definition);
    if (role.kind === "no")
      return {
        ...role,
        because: `The role ${oneLine(properties.roleDefinitionId, 300)} cannot be read. ${role.because}`,
      };
    all.push(...role.value.properties.permissions);
  }
  return { kind: "found", value: all };
}
