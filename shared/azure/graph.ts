import * as z from "zod";
import { hasVisible, oneLine } from "../text.ts";
import type { RenewableCredential } from "./credential.ts";

/** A person as the directory of our tenant knows them. */
export interface DirectoryPerson {
  readonly name: string;
  readonly signInNames: readonly string[];
  /** Those of the groups that were asked about in which they are, also by way of another group. */
  readonly groups: readonly string[];
}

/** Who people are, for whoever clicks somewhere without signing in here. */
export interface Directory {
  /**
   * @param groups object ids of groups
   * @returns null when there is no such person, or one who may not sign in
   * @throws when the directory cannot be asked
   */
  person(oid: string, groups: readonly string[]): Promise<DirectoryPerson | null>;
}

interface GraphOptions {
  /** `https://graph.microsoft.com`, or the one of another cloud, without a slash at its end. */
  readonly endpoint: string;
  readonly credential: RenewableCredential;
  readonly timeLimitMs?: number;
}

/** Somebody waits before a card, which Teams gives five seconds in all. */
const TIME_LIMIT_MS = 3_000;
/** @see https://learn.microsoft.com/graph/api/directoryobject-checkmembergroups */
const GROUPS_AT_A_TIME = 20;

const User = z.object({
  displayName: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  accountEnabled: z.boolean().nullish(),
});
const Members = z.object({ value: z.array(z.string()) });

/**
 * The directory by Microsoft Graph, with the app's identity, which needs the permissions User.Read.All and GroupMember.Read.All.
 * @see https://learn.microsoft.com/graph/api/user-get
 */
export function graphDirectory({
  endpoint,
  credential,
  timeLimitMs = TIME_LIMIT_MS,
}: GraphOptions): Directory {
  const call = async (path: string, body?: unknown): Promise<unknown> => {
    const signal = AbortSignal.timeout(timeLimitMs);
    const token = await credential.getToken(`${endpoint}/.default`, { abortSignal: signal });
    if (token === null) throw new Error("The app's identity got no token for Microsoft Graph.");
    const response = await fetch(`${endpoint}/v1.0/users/${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        authorization: `Bearer ${token.token}`,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal,
      redirect: "error",
    });
    if (response.status === 404) return null;
    if (response.ok) return response.json();
    await response.body?.cancel();
    throw new Error(
      response.status === 403
        ? "Microsoft Graph answered 403: grant the app's identity the permissions User.Read.All and GroupMember.Read.All."
        : `Microsoft Graph answered ${response.status}.`,
    );
  };
  const memberships = async (oid: string, groups: readonly string[]): Promise<string[]> => {
    const found: string[] = [];
    for (let start = 0; start < groups.length; start += GROUPS_AT_A_TIME) {
      const groupIds = groups.slice(start, start + GROUPS_AT_A_TIME);
      const members = await call(`${oid}/checkMemberGroups`, { groupIds });
      if (members !== null) found.push(...Members.parse(members).value);
    }
    return found;
  };
  return {
    person: async (oid, groups) => {
      const id = encodeURIComponent(oid);
      const [user, members] = await Promise.all([
        call(`${id}?$select=displayName,userPrincipalName,accountEnabled`),
        memberships(id, groups),
      ]);
      if (user === null) return null;
      const { displayName, userPrincipalName, accountEnabled } = User.parse(user);
      // Where the app's permissions do not let Graph say it, nobody knows.
      if (accountEnabled !== true) return null;
      const signInNames = [userPrincipalName ?? ""].filter(hasVisible);
      const called = [displayName ?? "", ...signInNames].find(hasVisible);
      return { name: oneLine(called ?? oid, 100), signInNames, groups: members };
    },
  };
}
