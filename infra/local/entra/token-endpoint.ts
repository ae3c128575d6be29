import type { Subject } from "./claims.ts";
import { readClaims } from "./claims-request.ts";
import { DEFAULT_SCOPE } from "./constants.ts";
import type { Delegation, Delegations, Redeemed } from "./delegations.ts";
import {
  type Application,
  DEMO_SECRET,
  type Directory,
  type Resource,
  userPrincipalName,
} from "./directory.ts";
import { EntraError, secondFactorNeeded } from "./errors.ts";
import { findClient, knownResource } from "./lookup.ts";
import { isSpaOrigin } from "./redirect-uri.ts";
import { delegatedScopes, scopesOfPage } from "./scopes.ts";

/** What the token endpoint answers with a token for. */
export interface Grant {
  readonly subject: Subject;
  readonly resource: Resource;
  /** The name by which the client asked for the resource. */
  readonly calledBy: string;
  /** What a page gets beside the access token; the command line gets nothing else. */
  readonly page?: Redeemed;
}

/** What the token endpoint looks into. */
interface Books {
  readonly directory: Directory;
  readonly delegations: Delegations;
}

/**
 * Reads a token request and says whom it grants a token for, and to whom it is made out.
 *
 * Pages redeem codes and refresh tokens, and nobody else may. Two more grants of the real endpoint:
 * `client_credentials` for applications and `password` for people. The last is how a demo person gets a token on the
 * command line, where no browser can ask. `origin` is that of the page that asks, if one does.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#redeem-a-code-for-an-access-token
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth-ropc
 * @throws EntraError when it grants nothing.
 */
export function readGrant(
  { directory, delegations }: Books,
  form: URLSearchParams,
  origin: string | undefined,
): Grant {
  const grantType = required(form, "grant_type");
  const client = findClient(directory, required(form, "client_id"));
  checkOrigin(client, origin);
  switch (grantType) {
    case "authorization_code": {
      const code = required(form, "code");
      const redirectUri = required(form, "redirect_uri");
      checkIsCrossOrigin(origin);
      const proof = { client, redirectUri, verifier: form.get("code_verifier") };
      return toPage(delegations.redeemCode(code, proof));
    }
    case "refresh_token": {
      const token = required(form, "refresh_token");
      checkIsCrossOrigin(origin);
      const { delegation, line } = delegations.redeemRefreshToken(token, client);
      return toPage({ delegation: askedAnew(directory, delegation, form), line });
    }
    case "client_credentials": {
      checkSecret(client, form);
      return {
        subject: { kind: "application", application: client },
        ...applicationResource(directory, form),
      };
    }
    case "password": {
      checkIsNoPage(client);
      const person = findPerson(directory, required(form, "username"), required(form, "password"));
      const { scopes, ...asked } = delegatedScopes(directory, client, required(form, "scope"));
      return { subject: { kind: "person", person, client, scopes }, ...asked };
    }
    default:
      throw new EntraError(70003, `The app requested an unsupported grant type '${grantType}'.`);
  }
}

function toPage(page: Redeemed): Grant {
  const { person, client, asked, claims } = page.delegation;
  const { resource, calledBy, scopes } = asked;
  const subject = { kind: "person", person, client, scopes, ...claims } as const;
  return { subject, resource, calledBy, page };
}

/**
 * A refresh token is redeemed for what it was given for, unless the page names something else. The nonce was for the
 * first request alone.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse
 */
function askedAnew(directory: Directory, before: Delegation, form: URLSearchParams): Delegation {
  const claims = form.has("claims") ? readClaims(form.get("claims")) : before.claims;
  if (claims.contexts.length > 0 && !before.hasSecondFactor) throw secondFactorNeeded();
  const delegation = { ...before, claims, nonce: undefined };
  const scope = form.get("scope");
  if (!scope) return delegation;
  const { openId: _, ...asked } = scopesOfPage(directory, delegation.client, scope);
  return { ...delegation, asked: { ...delegation.asked, ...asked } };
}

/** A browser says which page asks. It may be none but the client's own. */
function checkOrigin(client: Application, origin: string | undefined): void {
  if (origin === undefined || isSpaOrigin(client, origin)) return;
  throw new EntraError(
    9002326,
    `Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '${origin}'.`,
  );
}

function checkIsCrossOrigin(origin: string | undefined): void {
  if (origin !== undefined) return;
  throw new EntraError(
    9002327,
    "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
  );
}

function required(form: URLSearchParams, parameter: string): string {
  const value = form.get(parameter);
  if (value) return value;
  throw new EntraError(900144, `The request body must contain the following parameter: '${parameter}'.`);
}

function checkSecret(client: Application, form: URLSearchParams): void {
  checkIsNoPage(client);
  const secret = form.get("client_secret");
  if (secret === null) throw noSecret();
  if (secret !== DEMO_SECRET) {
    throw new EntraError(7000215, `Invalid client secret provided for app '${client.clientId}'.`);
  }
}

/** What runs in browsers can keep no secret, and takes nobody's password. */
function checkIsNoPage(client: Application): void {
  if (client.spaRedirectUris !== undefined) throw noSecret();
}

const noSecret = (): EntraError =>
  new EntraError(7000218, "The request body must contain 'client_assertion' or 'client_secret'.");

/** Wrong name and wrong password are one refusal, so that nobody learns who exists. */
function findPerson(directory: Directory, username: string, password: string) {
  const person = directory.people.find((each) => userPrincipalName(each) === username.toLowerCase());
  if (person && password === DEMO_SECRET) return person;
  throw new EntraError(50126, "Error validating credentials due to invalid username or password.");
}

function applicationResource(
  directory: Directory,
  form: URLSearchParams,
): Pick<Grant, "resource" | "calledBy"> {
  const scope = required(form, "scope");
  if (!scope.endsWith(DEFAULT_SCOPE)) {
    throw new EntraError(
      1002012,
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with ${DEFAULT_SCOPE} suffixed to the resource identifier (application ID URI).`,
    );
  }
  const calledBy = scope.slice(0, -DEFAULT_SCOPE.length);
  return { resource: knownResource(directory, calledBy), calledBy };
}
