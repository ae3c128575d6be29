import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from "jose";

/** What tokens must say beside being signed and not expired; what is not given is not looked at. */
export interface Expected {
  readonly issuer?: string;
  readonly audiences?: readonly string[];
}

/** What an `Authorization` header turned out to be. */
export type Bearer =
  | { readonly kind: "claims"; readonly claims: JWTPayload }
  /** No header, or another scheme. */
  | { readonly kind: "missing" }
  | { readonly kind: "invalid"; readonly why: string }
  /** The keys could not be fetched, which says nothing about the token. */
  | { readonly kind: "undecided" };

export type ReadBearer = (authorization: string | undefined) => Promise<Bearer>;

/** jose's codes for keys that could not be fetched. */
const KEYS_UNREACHABLE: readonly string[] = ["ERR_JWKS_TIMEOUT", "ERR_JOSE_GENERIC"];

/** Tokens whose signature is known to be good; more than callers there are on one machine. */
const MAX_KNOWN_TOKENS = 1000;

/** Makes the check of bearer tokens that an issuer of ours signed (RS256). */
export function bearerReader(jwksUrl: string, { issuer, audiences }: Expected = {}): ReadBearer {
  // Azure knows every key of Entra's; asking again for each unknown one is as good, on one machine.
  const keys = createRemoteJWKSet(new URL(jwksUrl), { cooldownDuration: 0 });
  const known = new Map<string, JWTPayload>();
  const checks = {
    algorithms: ["RS256"],
    requiredClaims: ["exp"],
    ...(issuer !== undefined && { issuer }),
    ...(audiences !== undefined && { audience: [...audiences] }),
  };

  return async function read(authorization) {
    const token = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization ?? "")?.[1];
    if (token === undefined) return { kind: "missing" };
    const before = known.get(token);
    if (before && Number(before.exp) * 1000 > Date.now()) return { kind: "claims", claims: before };
    try {
      const { payload } = await jwtVerify(token, keys, checks);
      if (known.size >= MAX_KNOWN_TOKENS) known.clear();
      known.set(token, payload);
      return { kind: "claims", claims: payload };
    } catch (cause) {
      const isVerdict = cause instanceof errors.JOSEError && !KEYS_UNREACHABLE.includes(cause.code);
      return isVerdict ? { kind: "invalid", why: cause.message } : { kind: "undecided" };
    }
  };
}
