import { createHash, randomBytes } from "node:crypto";
import { isSameSecret } from "../kit/secret.ts";
import type { WantedClaims } from "./claims-request.ts";
import { CODE_MS, SPA_REFRESH_TOKEN_MS } from "./constants.ts";
import type { Application, Person } from "./directory.ts";
import { EntraError } from "./errors.ts";
import type { AskedByPage } from "./scopes.ts";

/** What a person let a page have, at one sign-in. */
export interface Delegation {
  readonly person: Person;
  readonly client: Application;
  readonly asked: AskedByPage;
  readonly claims: WantedClaims;
  readonly hasSecondFactor: boolean;
  /** Goes into the ID token, so that the page knows that it was made for its request. */
  readonly nonce: string | undefined;
}

/** A code, as it was asked for. */
interface AskedCode {
  readonly delegation: Delegation;
  readonly redirectUri: string;
  /** Base64url of the SHA-256 of what only the page knows. */
  readonly challenge: string;
}

/** Times are epoch milliseconds of the tenant's clock. */
interface Lifetime {
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** The refresh tokens that come of one sign-in, each for the one before. */
export interface Line {
  /** When the first of them was given: with that their day began. */
  readonly since: number;
  /** How often all were taken back before the person signed in. */
  readonly revocations: number;
}

interface Code extends AskedCode, Lifetime {
  readonly revocations: number;
  isRedeemed: boolean;
}

interface RefreshToken extends Lifetime {
  readonly delegation: Delegation;
  readonly line: Line;
}

/** What proves a code to be the page's own. */
interface CodeProof {
  readonly client: Application;
  readonly redirectUri: string;
  readonly verifier: string | null;
}

/** Codes and refresh tokens that pages hold. They are kept in memory: after a restart none is known. */
export interface Delegations {
  giveCode(code: AskedCode): string;
  /** Once. @throws EntraError */
  redeemCode(code: string, proof: CodeProof): Redeemed;
  giveRefreshToken(redeemed: Redeemed): string;
  /** As often as one likes, within its day. @throws EntraError */
  redeemRefreshToken(token: string, client: Application): Redeemed;
  /** Takes back every refresh token, and those that are still to come of the sign-ins until now. */
  revokeAll(): void;
}

/** What a page has got, and what refresh tokens for it belong to. */
export interface Redeemed {
  readonly delegation: Delegation;
  readonly line: Line;
}

export function createDelegations(now: () => number): Delegations {
  const codes = new Map<string, Code>();
  const refreshTokens = new Map<string, RefreshToken>();
  let revocations = 0;
  return {
    giveCode(code) {
      forgetOld(codes, now());
      return keep(codes, { ...code, ...lifetime(now(), CODE_MS), revocations, isRedeemed: false });
    },
    redeemCode(text, proof) {
      const code = codes.get(text) ?? unknown();
      checkCode(code, proof, now());
      code.isRedeemed = true;
      return { delegation: code.delegation, line: { since: now(), revocations: code.revocations } };
    },
    giveRefreshToken({ delegation, line }) {
      forgetOld(refreshTokens, now());
      return keep(refreshTokens, { delegation, line, ...lifetime(line.since, SPA_REFRESH_TOKEN_MS) });
    },
    redeemRefreshToken(text, client) {
      const token = refreshTokens.get(text) ?? unknown();
      checkClient(token.delegation, client);
      checkRefreshToken(token, token.line.revocations < revocations, now());
      return { delegation: token.delegation, line: token.line };
    },
    revokeAll() {
      revocations += 1;
    },
  };
}

const lifetime = (issuedAt: number, ms: number): Lifetime => ({ issuedAt, expiresAt: issuedAt + ms });

function keep<T>(kept: Map<string, T>, value: T): string {
  const text = randomBytes(48).toString("base64url");
  kept.set(text, value);
  return text;
}

/** What expired is known for as long again, so that it can be told from what never was. */
function forgetOld(kept: Map<string, Lifetime>, now: number): void {
  for (const [text, { issuedAt, expiresAt }] of kept) {
    if (now > expiresAt + (expiresAt - issuedAt)) kept.delete(text);
  }
}

function unknown(): never {
  throw new EntraError(9002313, "Invalid request. Request is malformed or invalid.");
}

function checkClient({ client }: Delegation, caller: Application): void {
  if (client.clientId === caller.clientId) return;
  throw new EntraError(70000, "Provided grant is invalid or malformed.");
}

function checkCode(code: Code, { client, redirectUri, verifier }: CodeProof, now: number): void {
  checkClient(code.delegation, client);
  if (redirectUri !== code.redirectUri) {
    throw new EntraError(
      500112,
      `The reply address '${redirectUri}' does not match the reply address '${code.redirectUri}' provided when requesting Authorization code.`,
    );
  }
  if (code.isRedeemed) {
    throw new EntraError(
      54005,
      "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
    );
  }
  if (now >= code.expiresAt) {
    throw new EntraError(
      70008,
      "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.",
    );
  }
  checkVerifier(code, verifier);
}

function checkVerifier({ challenge }: AskedCode, verifier: string | null): void {
  if (!verifier) {
    throw new EntraError(
      50148,
      "The code_verifier does not match the code_challenge supplied in the authorization request for PKCE.",
    );
  }
  if (isSameSecret(createHash("sha256").update(verifier).digest("base64url"), challenge)) return;
  throw new EntraError(
    501481,
    "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
  );
}

function checkRefreshToken({ issuedAt, expiresAt }: RefreshToken, isRevoked: boolean, now: number): void {
  const since = new Date(issuedAt).toISOString();
  if (isRevoked) {
    throw new EntraError(
      50173,
      `The provided grant has expired due to it being revoked, a fresh auth token is needed. The grant was issued on '${since}'.`,
    );
  }
  if (now < expiresAt) return;
  throw new EntraError(
    700084,
    `The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which cannot be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page. The token was issued on ${since}.`,
  );
}
