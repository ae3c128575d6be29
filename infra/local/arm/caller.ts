import type { JWTPayload } from "jose";
import { bearerReader } from "../kit/bearer.ts";
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

/** Makes the check of the bearer token. Every caller whose token verifies may do everything: roles are not imitated. */
export function authenticator({ issuer, jwksUrl, audiences }: TrustOptions): Authenticate {
  const read = bearerReader(jwksUrl, { issuer, audiences });
  return async function authenticate(authorization) {
    const bearer = await read(authorization);
    switch (bearer.kind) {
      case "missing":
        throw refusal(issuer, "The 'Authorization' header is missing or is not a bearer token.");
      case "invalid":
        throw refusal(issuer, `The access token is invalid: ${bearer.why}`);
      case "undecided":
        throw new ArmError("ServiceUnavailable", "The signing keys of the token issuer could not be read.");
      case "claims": {
        const { claims } = bearer;
        return { oid: text(claims.oid), appid: text(claims.appid) ?? text(claims.azp), claims };
      }
    }
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
