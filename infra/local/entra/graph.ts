import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { bearerReader } from "../kit/bearer.ts";
import { parseJson } from "../kit/json-text.ts";
import { type Directory, type Person, userPrincipalName } from "./directory.ts";
import type { Reply } from "./reply.ts";

/** What of Microsoft Graph is here: people by their object ids, and in which groups they are. */
export interface Graph {
  answer(call: GraphCall): Promise<Reply>;
  /** From now on. */
  setTrouble(trouble: GraphTrouble): void;
}

/** A request below `/graph/v1.0/users/`. */
export interface GraphCall {
  readonly method: string | undefined;
  /** Without that prefix. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** What goes wrong with every call. */
export const GraphTrouble = z.strictObject({
  status: z.union([z.literal(403), z.literal(429), z.literal(503)]).optional(),
  hangMs: z.int().min(0).max(60_000).default(0),
  /** Names of people whose accounts are disabled. */
  disabled: z.array(z.string()).default([]),
});
export type GraphTrouble = z.infer<typeof GraphTrouble>;

interface GraphOptions {
  readonly directory: Directory;
  readonly issuer: string;
  readonly jwksUrl: string;
  /** What tokens for it are made out to. */
  readonly audience: string;
}

export const GRAPH_PREFIX = "/graph/v1.0/users/";
const MAX_GROUPS = 20;
const Asked = z.object({ groupIds: z.array(z.guid()).min(1).max(MAX_GROUPS) });

const CODES = {
  400: "Request_BadRequest",
  401: "InvalidAuthenticationToken",
  403: "Authorization_RequestDenied",
  404: "Request_ResourceNotFound",
  429: "TooManyRequests",
  503: "ServiceUnavailable",
} as const;

const refusal = (status: keyof typeof CODES, message: string): Reply => ({
  status,
  body: { error: { code: CODES[status], message } },
});

/**
 * The two calls of Microsoft Graph by which an app learns who somebody is. Only the app's managed identity has the permissions.
 * @see https://learn.microsoft.com/graph/api/user-get
 * @see https://learn.microsoft.com/graph/api/directoryobject-checkmembergroups
 */
export function createGraph({ directory, issuer, jwksUrl, audience }: GraphOptions): Graph {
  const readToken = bearerReader(jwksUrl, { issuer, audiences: [audience] });
  let trouble: GraphTrouble = GraphTrouble.parse({});

  const userOf = (person: Person): Reply => ({
    status: 200,
    body: {
      "@odata.context": `${audience}/v1.0/$metadata#users(displayName,userPrincipalName,accountEnabled)/$entity`,
      displayName: person.displayName,
      userPrincipalName: userPrincipalName(person),
      accountEnabled: !trouble.disabled.includes(person.name),
    },
  });
  return {
    setTrouble: (next) => {
      trouble = next;
    },
    answer: async ({ method, path, authorization, body }) => {
      await sleep(trouble.hangMs);
      const bearer = await readToken(authorization);
      if (bearer.kind !== "claims") return refusal(401, "Access token is missing or invalid.");
      if (bearer.claims.appid !== directory.managedIdentity.clientId || trouble.status === 403)
        return refusal(403, "Insufficient privileges to complete the operation.");
      if (trouble.status !== undefined) return refusal(trouble.status, "It is scripted.");
      const [id = "", verb] = path.split("/");
      const person = directory.people.find(({ oid }) => oid === decodeURIComponent(id).toLowerCase());
      if (person === undefined)
        return refusal(
          404,
          `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
        );
      if (verb === undefined && method === "GET") return userOf(person);
      if (verb !== "checkMemberGroups" || method !== "POST") return refusal(400, "Nothing else is here.");
      const asked = Asked.safeParse(parseJson(body));
      if (!asked.success) return refusal(400, z.prettifyError(asked.error));
      const groups = asked.data.groupIds.filter((group) => person.groups.includes(group.toLowerCase()));
      return {
        status: 200,
        body: { "@odata.context": `${audience}/v1.0/$metadata#Collection(Edm.String)`, value: groups },
      };
    },
  };
}
