import * as z from "zod";
import type { Creator } from "../facts/port.ts";

const OBJECT_ID = "http://schemas.microsoft.com/identity/claims/objectidentifier";
const TENANT_ID = "http://schemas.microsoft.com/identity/claims/tenantid";
const SCOPE = "http://schemas.microsoft.com/identity/claims/scope";

/**
 * Claims of the token that a write came with, as the Activity Log spells them. Each may be missing.
 * @see https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
const Claims = z.object({
  [OBJECT_ID]: z.string().optional(),
  [TENANT_ID]: z.string().optional(),
  [SCOPE]: z.string().optional(),
  idtyp: z.string().optional(),
  appid: z.string().optional(),
});

const NIL = "00000000-0000-0000-0000-000000000000";

const unclear = (because: string): Creator => ({ kind: "unclear", because });
const UNSAID = unclear("Azure does not say which person created it");

/**
 * Who made a write, by the claims of all its events. An event without any claim says nothing; the others must agree on
 * one person, since whoever is not known for sure may be one of those who review.
 * @param claims of each event: an object, or the same as JSON
 * @param tenantId the tenant of those who review, a lower-cased GUID
 */
export function creatorIn(claims: readonly unknown[], tenantId: string): Creator {
  const said = claims.map(parsed).filter((one) => !isNothing(one));
  const creators = said.map((one) => creatorBy(one, tenantId));
  const [first = UNSAID, ...others] = creators;
  const doubtful = creators.find(({ kind }) => kind === "unclear");
  if (doubtful !== undefined) return doubtful;
  const isAgreed = others.every((other) => idOf(other) === idOf(first));
  return isAgreed ? first : unclear("the events of its creation name different people");
}

const idOf = (creator: Creator): string | null => (creator.kind === "person" ? creator.objectId : null);

/** A person has signed in for the write, in our tenant: a guest has one object id here and another at home. */
function creatorBy(said: unknown, tenantId: string): Creator {
  const claims = Claims.safeParse(said);
  if (!claims.success) return unclear("the claims of its creation are not what is documented");
  const { [OBJECT_ID]: objectId, [TENANT_ID]: tenant, [SCOPE]: scope = "", idtyp, appid } = claims.data;
  const isDelegated = scope.trim() !== "" && (idtyp === undefined || idtyp === "user");
  if (!isDelegated) return appid === undefined ? UNSAID : unclear(`an app created it (${appid})`);
  if (tenant === undefined || !isGuid(tenant)) return UNSAID;
  if (tenant.toLowerCase() !== tenantId) return unclear("the creator's object id is of another tenant");
  return objectId !== undefined && isGuid(objectId)
    ? { kind: "person", objectId: objectId.toLowerCase() }
    : UNSAID;
}

const isGuid = (text: string): boolean => z.guid().safeParse(text).success && text !== NIL;

/** Some of Azure's events carry an object as a text that is its JSON. */
function parsed(claims: unknown): unknown {
  if (typeof claims !== "string" || claims.trim() === "") return claims;
  try {
    return JSON.parse(claims);
  } catch (error) {
    if (error instanceof SyntaxError) return claims;
    throw error;
  }
}

const isNothing = (claims: unknown): boolean =>
  claims === undefined ||
  claims === null ||
  (typeof claims === "string" && claims.trim() === "") ||
  (typeof claims === "object" && Object.keys(claims).length === 0);
