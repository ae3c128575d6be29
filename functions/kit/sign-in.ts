import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import * as z from "zod";
import type { Config } from "../../shared/config.ts";
import type { Approver } from "../../shared/request/self-review.ts";
import { hasVisible, oneLine } from "../../shared/text.ts";
import { Problem } from "./problem.ts";
import { tokenFaultOf, tokenProblem } from "./token-problem.ts";

/** App roles that Entra puts into the token. */
export const Role = z.enum(["Reader", "Approver", "Auditor", "Integration"]);
export type Role = z.infer<typeof Role>;

/** Who is calling, as a verified token says. */
export interface Caller extends Approver {
  readonly roles: readonly string[];
  /** False for an app's own token, which may read and may not approve. */
  readonly isPerson: boolean;
  /** What the app that the person signed in with may do here for them; an app on its own has none. */
  readonly scopes: readonly string[];
  /** Client id of the app that asked for the token. */
  readonly clientId: string;
}

/**
 * The claims that the app relies on, of access tokens of version 2.0: ID tokens have no `azp`. Entra leaves `groups`
 * out when a person is in too many (over 200), and says where to look for them instead: the person is in none, then.
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference#groups-overage-claim
 */
const Claims = z.object({
  oid: z.guid(),
  tid: z.guid(),
  name: z.string().optional(),
  preferred_username: z.string().optional(),
  upn: z.string().optional(),
  roles: z.array(z.string()).default([]),
  groups: z.array(z.string()).default([]),
  _claim_names: z.object({ groups: z.string().optional() }).optional(),
  hasgroups: z.union([z.boolean(), z.string()]).optional(),
  acrs: z.array(z.string()).default([]),
  azp: z.guid().toLowerCase(),
  scp: z.string().optional(),
  idtyp: z.string().optional(),
});

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });

const MAX_TOKEN_CHARACTERS = 16_384;
const CLOCK_TOLERANCE_S = 60;
const DISCOVERY_TIMEOUT_MS = 10_000;

/** jose's codes for "the keys could not be had", which says nothing about the token; the last is an HTTP status or no JSON. */
const KEYS_UNREADABLE: readonly string[] = [
  errors.JWKSTimeout.code,
  errors.JWKSInvalid.code,
  errors.JOSEError.code,
];

/** Tells who is calling from an `Authorization` header. Throws a `Problem` when it does not prove anybody. */
export type SignIn = (authorization: string | null) => Promise<Caller>;

/**
 * Verifies bearer tokens of one issuer for one audience and one tenant: signature by the issuer's published keys, RS256
 * only, times with a minute of tolerance. No header of the platform is believed: `x-ms-client-principal` is anybody's
 * to send where the platform's sign-in is off.
 */
export function createSignIn(
  config: Pick<Config, "SIGN_IN_ISSUER" | "SIGN_IN_AUDIENCE" | "TENANT_ID">,
): SignIn {
  const keys = discoveredKeys(config.SIGN_IN_ISSUER);
  return async (authorization) => {
    const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization ?? "")?.[1];
    if (token === undefined || token.length > MAX_TOKEN_CHARACTERS) {
      throw new Problem(
        "notSignedIn",
        "Send an access token of this app in the header Authorization: Bearer.",
      );
    }
    const payload = await verify(token, await keys(), config);
    if (payload.azp === undefined) throw tokenProblem("noAccessToken");
    const claims = Claims.safeParse(payload);
    if (!claims.success || claims.data.tid.toLowerCase() !== config.TENANT_ID) {
      throw tokenProblem("foreignToken");
    }
    return callerOf(claims.data);
  };
}

async function verify(
  token: string,
  keys: JWTVerifyGetKey,
  config: Pick<Config, "SIGN_IN_ISSUER" | "SIGN_IN_AUDIENCE">,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: config.SIGN_IN_ISSUER,
      audience: config.SIGN_IN_AUDIENCE,
      algorithms: ["RS256"],
      clockTolerance: CLOCK_TOLERANCE_S,
      requiredClaims: ["exp", "iat"],
    });
    return payload;
  } catch (error) {
    // Failures of jose are the token's; anything else is the key server's.
    if (!(error instanceof errors.JOSEError) || KEYS_UNREADABLE.includes(error.code))
      throw unavailable(error);
    throw tokenProblem(tokenFaultOf(error));
  }
}

/** The issuer's keys, found by OpenID discovery at the first use; after a failure the next use tries again. */
function discoveredKeys(issuer: string): () => Promise<JWTVerifyGetKey> {
  let found: Promise<JWTVerifyGetKey> | undefined;
  return () => {
    found ??= discover(issuer).catch((error: unknown) => {
      found = undefined;
      throw unavailable(error);
    });
    return found;
  };
}

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const response = await fetch(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(DISCOVERY_TIMEOUT_MS),
    redirect: "error",
  });
  const discovery = Discovery.parse(await response.json());
  if (discovery.issuer !== issuer)
    throw new Error(`The issuer calls itself ${oneLine(discovery.issuer, 200)}.`);
  if (issuer.startsWith("https:") && !discovery.jwks_uri.startsWith("https:"))
    throw new Error("The issuer's keys are not at an https address.");
  return createRemoteJWKSet(new URL(discovery.jwks_uri));
}

const unavailable = (cause: unknown): Problem =>
  Object.assign(
    new Problem("signInUnavailable", "The issuer's keys cannot be read. Try again in a moment."),
    { cause },
  );

function callerOf(claims: z.infer<typeof Claims>): Caller {
  const { idtyp, scp = "", groups, _claim_names: elsewhere, hasgroups } = claims;
  const signInNames = signInNamesOf(claims);
  const called = [claims.name ?? "", ...signInNames].find(hasVisible);
  return {
    kind: "person",
    oid: claims.oid.toLowerCase(),
    name: oneLine(called ?? claims.oid, 100),
    groups,
    hasTooManyGroups: groups.length === 0 && (elsewhere?.groups !== undefined || `${hasgroups}` === "true"),
    authContexts: claims.acrs,
    signInNames,
    roles: claims.roles,
    // Tokens need not have `idtyp`; an app's own has no `scp`.
    isPerson: idtyp === undefined ? claims.scp !== undefined : idtyp !== "app",
    scopes: scp.split(" ").filter((scope) => scope !== ""),
    clientId: claims.azp,
  };
}

/** Entra's two, where a token has them; a guest's may differ. */
function signInNamesOf({ preferred_username = "", upn = "" }: z.infer<typeof Claims>): string[] {
  return [...new Set([preferred_username, upn].filter(hasVisible))];
}
