import { setTimeout as sleep } from "node:timers/promises";
import type { JWTPayload } from "jose";
import * as z from "zod";
import { bearerReader } from "../kit/bearer.ts";
import { parseJson } from "../kit/json-text.ts";
import { type Directory, type Person, userPrincipalName as userPrincipalNameOf } from "./directory.ts";
import { answer as answerForRegistrations } from "./registrations/answer.ts";
import { GraphRefusal } from "./registrations/refusals.ts";
import { createRegistrations } from "./registrations/store.ts";
import type { Reply } from "./reply.ts";

/** What of Microsoft Graph is here: people by their object ids, in which groups they are, and registrations. */
export interface Graph {
  answer(call: GraphCall): Promise<Reply>;
  /** From now on. */
  setTrouble(trouble: GraphTrouble): void;
}

/** A request below `/graph/v1.0/`. */
export interface GraphCall {
  readonly method: string | undefined;
  /** Without that prefix. */
  readonly path: string;
  readonly url: URL;
  /** The header `Prefer`. */
  readonly prefer: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** What goes wrong with every call. */
export const GraphTrouble = z.strictObject({
  status: z.union([z.literal(403), z.literal(429), z.literal(503)]).optional(),
  hangMs: z.int().min(0).max(60_000).default(0),
  /** Names of people whose accounts are disabled. */
  disabled: z.array(z.string()).default([]),
  /** How many calls a new object is not known to. */
  replication: z.int().min(0).max(100).default(0),
});
export type GraphTrouble = z.infer<typeof GraphTrouble>;

interface GraphOptions {
  readonly directory: Directory;
  readonly issuer: string;
  readonly jwksUrl: string;
  /** What tokens for it are made out to. */
  readonly audience: string;
  readonly log: (line: string) => void;
}

export const GRAPH_PREFIX = "/graph/v1.0/";
const PEOPLE = "users/";
/** What people may do in Graph by way of Azure's command line, where the directory lets them. */
export const GRAPH_SCOPES = [
  "Application.ReadWrite.All",
  "AppRoleAssignment.ReadWrite.All",
  "DelegatedPermissionGrant.ReadWrite.All",
] as const;
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
 * The calls of Microsoft Graph by which an app learns who somebody is, and those by which a person makes registrations.
 * @see https://learn.microsoft.com/graph/api/user-get
 * @see https://learn.microsoft.com/graph/api/directoryobject-checkmembergroups
 * @see https://learn.microsoft.com/graph/api/application-upsert
 */
export function createGraph({ directory, issuer, jwksUrl, audience, log }: GraphOptions): Graph {
  const readToken = bearerReader(jwksUrl, { issuer, audiences: [audience] });
  const registrations = createRegistrations(directory);
  let trouble: GraphTrouble = GraphTrouble.parse({});

  const answerAboutPeople = ({ method, path, body }: GraphCall): Reply => {
    const [id = "", verb] = path.slice(PEOPLE.length).split("/");
    const person = directory.people.find(({ oid }) => oid === decodeURIComponent(id).toLowerCase());
    if (person === undefined)
      return refusal(
        404,
        `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
      );
    if (verb === undefined && method === "GET")
      return userOf(person, audience, !trouble.disabled.includes(person.name));
    if (verb !== "checkMemberGroups" || method !== "POST") return refusal(400, "Nothing else is here.");
    return memberships(person, body, audience);
  };
  const answerAboutRegistrations = (call: GraphCall, { oid, scp }: JWTPayload): Reply => {
    const isAdministrator = directory.people.some((each) => each.oid === oid && each.isAdministrator);
    const scopes = typeof scp === "string" ? scp.split(" ") : [];
    const { method = "GET", path, url, prefer } = call;
    try {
      return answerForRegistrations(registrations, {
        method,
        path,
        query: url.searchParams,
        url: `${audience}/v1.0/${path}${url.search}`,
        prefer,
        body: parseJson(call.body),
        may: (permission) => isAdministrator && scopes.includes(permission),
      });
    } catch (error) {
      if (!(error instanceof GraphRefusal)) throw error;
      const { status, code, message } = error;
      return { status, body: { error: { code, message } } };
    }
  };
  const decide = async (call: GraphCall): Promise<Reply> => {
    const bearer = await readToken(call.authorization);
    if (bearer.kind !== "claims") return refusal(401, "Access token is missing or invalid.");
    const isAboutPeople = call.path.startsWith(PEOPLE);
    const isOurs = bearer.claims.appid === directory.managedIdentity.clientId;
    if (isAboutPeople !== isOurs || trouble.status === 403)
      return refusal(403, "Insufficient privileges to complete the operation.");
    if (trouble.status !== undefined) return refusal(trouble.status, "It is scripted.");
    return isAboutPeople ? answerAboutPeople(call) : answerAboutRegistrations(call, bearer.claims);
  };
  return {
    setTrouble: (next) => {
      trouble = next;
      registrations.setReplication(next.replication);
    },
    answer: async (call) => {
      await sleep(trouble.hangMs);
      const reply = await decide(call);
      log(`graph: ${call.method} ${decodeURIComponent(call.path)} ${reply.status}`);
      return reply;
    },
  };
}

function userOf(person: Person, audience: string, accountEnabled: boolean): Reply {
  const context = `${audience}/v1.0/$metadata#users(displayName,userPrincipalName,accountEnabled)/$entity`;
  const { displayName } = person;
  const userPrincipalName = userPrincipalNameOf(person);
  return { status: 200, body: { "@odata.context": context, displayName, userPrincipalName, accountEnabled } };
}

function memberships(person: Person, body: string, audience: string): Reply {
  const asked = Asked.safeParse(parseJson(body));
  if (!asked.success) return refusal(400, z.prettifyError(asked.error));
  const value = asked.data.groupIds.filter((group) => person.groups.includes(group.toLowerCase()));
  return {
    status: 200,
    body: { "@odata.context": `${audience}/v1.0/$metadata#Collection(Edm.String)`, value },
  };
}
