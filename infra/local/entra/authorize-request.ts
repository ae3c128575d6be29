import { readClaims, type WantedClaims } from "./claims-request.ts";
import type { Application, Directory } from "./directory.ts";
import { EntraError } from "./errors.ts";
import { findClient } from "./lookup.ts";
import { type ResponseMode, registeredRedirectUri } from "./redirect-uri.ts";
import { type AskedByPage, scopesOfPage } from "./scopes.ts";

/** Where the answer goes, once it is known that it may go there. */
export interface ReturnAddress {
  readonly client: Application;
  readonly redirectUri: string;
  readonly mode: ResponseMode;
  /** The client's own; it gets it back as it is. */
  readonly state: string | undefined;
}

const PROMPTS = ["none", "login", "select_account"] as const;

/** What a page asks of the sign-in page. */
export interface AuthorizeRequest {
  readonly asked: AskedByPage;
  readonly claims: WantedClaims;
  readonly challenge: string;
  readonly nonce: string | undefined;
  readonly prompt: (typeof PROMPTS)[number] | undefined;
  /** The sign-in name that the page expects. */
  readonly loginHint: string | undefined;
}

/** A SHA-256 in base64url. */
const S256_CHALLENGE = /^[\w-]{43}$/;

/**
 * Where the request wants its answer.
 * @throws EntraError that no redirect may carry: nobody vouches for the address
 */
export function returnAddressOf(directory: Directory, query: URLSearchParams): ReturnAddress {
  const client = findClient(directory, query.get("client_id") ?? missing("client_id"));
  return {
    client,
    redirectUri: registeredRedirectUri(client, query.get("redirect_uri")),
    mode: query.get("response_mode") === "fragment" ? "fragment" : "query",
    state: query.get("state") ?? undefined,
  };
}

/**
 * Reads an authorization request of a single-page app.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#request-an-authorization-code
 * @throws EntraError to be sent to the return address
 */
export function readAuthorizeRequest(
  directory: Directory,
  client: Application,
  query: URLSearchParams,
): AuthorizeRequest {
  checkResponse(query.get("response_type") || missing("response_type"), query.get("response_mode"));
  return {
    asked: scopesOfPage(directory, client, query.get("scope") || missing("scope")),
    claims: readClaims(query.get("claims")),
    challenge: readChallenge(query),
    nonce: query.get("nonce") ?? undefined,
    prompt: readPrompt(query.get("prompt")),
    loginHint: query.get("login_hint")?.toLowerCase(),
  };
}

function missing(parameter: string): never {
  throw new EntraError(900144, `The request body must contain the following parameter: '${parameter}'.`);
}

function unsupported(parameter: string): never {
  throw new EntraError(90023, `Unsupported '${parameter}' value.`);
}

function checkResponse(type: string, mode: string | null): void {
  const types = type.split(" ");
  if (types.includes("token")) {
    throw new EntraError(700051, "response_type 'token' is not enabled for the application.");
  }
  if (types.includes("id_token")) {
    throw new EntraError(700054, "response_type 'id_token' is not enabled for the application.");
  }
  if (type !== "code") unsupported("response_type");
  if (mode !== null && mode !== "query" && mode !== "fragment") unsupported("response_mode");
}

function readChallenge(query: URLSearchParams): string {
  const challenge = query.get("code_challenge");
  if (!challenge) {
    throw new EntraError(
      9002325,
      "Proof Key for Code Exchange is required for cross-origin authorization code redemption.",
    );
  }
  if (query.get("code_challenge_method") !== "S256") {
    throw new EntraError(50149, "Invalid Code_Challenge_method parameter.");
  }
  if (S256_CHALLENGE.test(challenge)) return challenge;
  throw new EntraError(501491, "Invalid size of Code_Challenge parameter.");
}

function readPrompt(text: string | null): AuthorizeRequest["prompt"] {
  if (!text) return undefined;
  return PROMPTS.find((each) => each === text) ?? unsupported("prompt");
}
