import type { TokenSigner } from "../kit/token-signer.ts";
import { claimsFor, idTokenClaims, type Subject } from "./claims.ts";
import { ACCESS_TOKEN_SECONDS, BACKDATED_SECONDS, TENANT_ID } from "./constants.ts";
import { createDelegations, type Delegation, type Delegations } from "./delegations.ts";
import { type Directory, ofAzure, type Resource } from "./directory.ts";
import { createGraph, GRAPH_SCOPES, type Graph } from "./graph.ts";
import { createSessions, type Sessions } from "./sessions.ts";

export interface TenantOptions {
  readonly directory: Directory;
  readonly signer: TokenSigner;
  /** What `X-IDENTITY-HEADER` must hold. */
  readonly identityHeader: string;
  /** What `x-control-key` must hold; without it the control interface answers nobody. */
  readonly controlKey?: string;
  readonly log: (line: string) => void;
  /** Origin that the tenant's endpoints are reached at. */
  readonly url: string;
}

/** A token and the Unix seconds between which it is good. */
export interface IssuedToken {
  readonly accessToken: string;
  readonly notBefore: number;
  readonly expiresOn: number;
}

/** The tenant: its names for itself, who is signed in, what was given to whom, and the tokens it signs. */
export interface Tenant extends TenantOptions {
  readonly issuer: string;
  readonly tokenUrl: string;
  readonly jwksUrl: string;
  readonly authorizeUrl: string;
  readonly logoutUrl: string;
  readonly sessions: Sessions;
  readonly graph: Graph;
  readonly delegations: Delegations;
  /** How long access tokens of clients and people live from now on, and ID tokens with them. */
  readonly accessTokenSeconds: () => number;
  setAccessTokenSeconds(seconds: number): void;
  /** From now on the tenant's clock is ahead by so many seconds, or behind when negative. */
  setSkew(seconds: number): void;
  issue(subject: Subject, resource: Resource, lifetimeSeconds: number): Promise<IssuedToken>;
  issueIdToken(delegation: Delegation): Promise<string>;
}

/** Puts a tenant together; the paths are those of login.microsoftonline.com. */
export function createTenant(options: TenantOptions): Tenant {
  const { url, signer, log } = options;
  let skewSeconds = 0;
  let accessTokenSeconds = ACCESS_TOKEN_SECONDS;
  const now = () => Date.now() + skewSeconds * 1000;
  const base = `${url}/${TENANT_ID}`;
  const issuer = `${base}/v2.0`;
  const jwksUrl = `${base}/discovery/v2.0/keys`;
  const graphUrl = `${url}/graph`;
  const { resources } = options.directory;
  const graphResource = { ...ofAzure(graphUrl), scopes: GRAPH_SCOPES };
  const directory = { ...options.directory, resources: [...resources, graphResource] };
  const sign = async (claims: Record<string, unknown>, lifetimeSeconds: number): Promise<IssuedToken> => {
    const at = Math.floor(now() / 1000);
    const notBefore = at - BACKDATED_SECONDS;
    const expiresOn = at + lifetimeSeconds;
    const times = { iat: notBefore, nbf: notBefore, exp: expiresOn };
    const accessToken = await signer.sign({ iss: issuer, ...times, tid: TENANT_ID, ...claims });
    return { accessToken, notBefore, expiresOn };
  };
  return {
    ...options,
    directory,
    graph: createGraph({ directory, issuer, jwksUrl, audience: graphUrl, log }),
    issuer,
    tokenUrl: `${base}/oauth2/v2.0/token`,
    jwksUrl,
    authorizeUrl: `${base}/oauth2/v2.0/authorize`,
    logoutUrl: `${base}/oauth2/v2.0/logout`,
    sessions: createSessions(new URL(url).port),
    delegations: createDelegations(now),
    accessTokenSeconds: () => accessTokenSeconds,
    setAccessTokenSeconds: (seconds) => {
      accessTokenSeconds = seconds;
    },
    setSkew: (seconds) => {
      skewSeconds = seconds;
    },
    issue(subject, resource, lifetimeSeconds) {
      const who = subject.kind === "person" ? subject.person.name : subject.application.name;
      log(`token for ${who} to ${resource.names[0]}`);
      return sign(claimsFor(subject, resource), lifetimeSeconds);
    },
    issueIdToken: async (delegation) =>
      (await sign(idTokenClaims(delegation), accessTokenSeconds)).accessToken,
  };
}
