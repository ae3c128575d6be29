import { randomUUID } from "node:crypto";
import { GRAPH_CLIENT_ID } from "../constants.ts";
import type { Directory } from "../directory.ts";
import { notFound } from "./refusals.ts";
import type { Assignment, Grant, Registration, ServicePrincipal } from "./schemas.ts";

/** What Microsoft Graph's own service principal offers to apps, of which the app's identity may need some. */
export const GRAPH_ROLES = {
  "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
  "GroupMember.Read.All": "98830695-27a2-44f7-8c18-0c3ebc9698f6",
} as const;

const GRAPH_PRINCIPAL: ServicePrincipal = {
  id: "5d7c9e1b-3a48-4f60-92b7-8c0d1e2f3a17",
  appId: GRAPH_CLIENT_ID,
  accountEnabled: true,
  appRoleAssignmentRequired: false,
};

/** Registrations and what belongs to them, in memory. Replicas learn of a new one later than of anything else. */
export interface Registrations {
  readonly applications: Kept<Registration>;
  readonly principals: Kept<ServicePrincipal>;
  readonly assignments: Assignment[];
  readonly grants: Grant[];
  /** A person, a group, an app or an identity. */
  isKnown(principalId: string): boolean;
  /** From now on a new object is not known to so many calls that lead to it. */
  setReplication(calls: number): void;
}

/** Objects of one kind. */
export interface Kept<T extends { readonly id: string }> {
  /** The one that a call leads to, which a replica may not know yet. @throws GraphRefusal */
  seen(is: (object: T) => boolean, name: string): T;
  /** Whether there is one, as the directory itself knows. */
  find(is: (object: T) => boolean): T | undefined;
  add(object: T): T;
  replace(object: T): T;
}

export function createRegistrations(directory: Directory): Registrations {
  let replication = 0;
  const unseen = new Map<string, number>();
  const kept = <T extends { readonly id: string }>(objects: T[]): Kept<T> => ({
    find: (is) => objects.find(is),
    seen(is, name) {
      const object = objects.find(is);
      if (object === undefined) throw notFound(name);
      const left = unseen.get(object.id) ?? 0;
      unseen.set(object.id, left - 1);
      if (left > 0) throw notFound(name);
      return object;
    },
    add(object) {
      objects.push(object);
      unseen.set(object.id, replication);
      return object;
    },
    replace(object) {
      objects.splice(
        objects.findIndex(({ id }) => id === object.id),
        1,
        object,
      );
      return object;
    },
  });
  const { clientId: appId, oid: id } = directory.managedIdentity;
  const identity = { id, appId, accountEnabled: true, appRoleAssignmentRequired: false };
  const principals = kept<ServicePrincipal>([GRAPH_PRINCIPAL, identity]);
  return {
    applications: kept<Registration>([]),
    principals,
    assignments: [],
    grants: [],
    isKnown: (principalId) =>
      principals.find((each) => each.id === principalId) !== undefined ||
      directory.people.some(({ oid, groups }) => oid === principalId || groups.includes(principalId)) ||
      directory.applications.some(({ oid }) => oid === principalId),
    setReplication: (calls) => {
      replication = calls;
    },
  };
}

export const newId = (): string => randomUUID();
