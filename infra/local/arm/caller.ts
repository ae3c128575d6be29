import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from "jose";
import { ArmError } from "./errors.ts";

/** Who sent a request: the claims of a token that verified. */
export interface Caller {
  /** Object id of the user or service principal. */
  oid: string | undefined;
  /** Client id of the application that asked for the token; `azp` in v2 tokens. */
  appid: string | undefined;
  claims: JWTPayload;
}

/** Whose tokens are believed, and for whom they must have been issued. */
export interface TrustOptions {
  issuer: string;
  jwksUrl: string;
  audiences: readonly string[];
}

export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

/** jose's codes for "the keys could not be fetched", which says nothing about the token. */
const KEYS_UNREACHABLE: readonly string[] = ["ERR_JWKS_TIMEOUT", "ERR_JOSE_GENERIC"];

/** Tokens whose signature is known to be good; more than callers there are on one machine. */
const MAX_KNOWN_TOKENS = 1000;

/** Makes the check of the bearer token. Every caller whose token verifies may do everything: roles are not imitated. */
export function authenticator({ issuer, jwksUrl, audiences }: TrustOptions): Authenticate {
  // Resource Manager knows every key of Entra's; asking again for each unknown one is as good, on one machine.
  const keys = createRemoteJWKSet(new URL(jwksUrl), { cooldownDuration: 0 });
  const known = new Map<string, Caller>();

  async function verify(token: string): Promise<Caller> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience: [...audiences],
        algorithms: ["RS256"],
        requiredClaims: ["exp"],
      });
      return { oid: text(payload.oid), appid: text(payload.appid) ?? text(payload.azp), claims: payload };
    } catch (cause) {
      if (cause instanceof errors.JOSEError && !KEYS_UNREACHABLE.includes(cause.code)) {
        throw refusal(issuer, `The access token is invalid: ${cause.message}`);
      }
      throw new ArmError("ServiceUnavailable", "The signing keys of the token issuer could not be read.");
    }
  }

  return async function authenticate(authorization) {
    const token = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization ?? "")?.[1];
    if (token === undefined) {
      throw refusal(issuer, "The 'Authorization' header is missing or is not a bearer token.");
    }
    const before = known.get(token);
    if (before && Number(before.claims.exp) * 1000 > Date.now()) return before;
    const caller = await verify(token);
    if (known.size >= MAX_KNOWN_TOKENS) known.clear();
    known.set(token, caller);
    return caller;
  };
}

/** Real ARM names the tenant's authorization endpoint in the challenge. */
function refusal(issuer: string, description: string): ArmError {
  const quoted = description.replaceAll(/["\\\r\n]/g, " ");
  return new ArmError("AuthenticationFailed", description, {
    "www-authenticate": `Bearer authorization_uri="${issuer}", error="invalid_token", error_description="${quoted}"`,
  });
}

/**
 * How the record of changes names a caller: a person by the sign-in name, an application by its id.
 * @see https://learn.microsoft.com/azure/governance/resource-graph/changes/get-resource-changes
 */
export const nameOf = ({ oid, appid, claims }: Caller): string =>
  text(claims.upn) ?? text(claims.preferred_username) ?? appid ?? oid ?? "";

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
