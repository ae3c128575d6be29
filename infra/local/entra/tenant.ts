import { claimsFor, type Subject } from "./claims.ts";
import { BACKDATED_SECONDS, TENANT_ID } from "./constants.ts";
import type { Directory, Resource } from "./directory.ts";
import type { TokenSigner } from "./keys.ts";

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

/** The tenant: its names for itself, and the tokens it signs. */
export interface Tenant extends TenantOptions {
  readonly issuer: string;
  readonly tokenUrl: string;
  readonly jwksUrl: string;
  /** From now on the tenant's clock is ahead by so many seconds, or behind when negative. */
  setSkew(seconds: number): void;
  issue(subject: Subject, resource: Resource, lifetimeSeconds: number): Promise<IssuedToken>;
}

/** Puts a tenant together; the paths are those of login.microsoftonline.com. */
export function createTenant(options: TenantOptions): Tenant {
  const { url, signer, log } = options;
  let skewSeconds = 0;
  const issuer = `${url}/${TENANT_ID}/v2.0`;
  return {
    ...options,
    issuer,
    tokenUrl: `${url}/${TENANT_ID}/oauth2/v2.0/token`,
    jwksUrl: `${url}/${TENANT_ID}/discovery/v2.0/keys`,
    setSkew: (seconds) => {
      skewSeconds = seconds;
    },
    async issue(subject, resource, lifetimeSeconds) {
      const now = Math.floor(Date.now() / 1000) + skewSeconds;
      const notBefore = now - BACKDATED_SECONDS;
      const expiresOn = now + lifetimeSeconds;
      const accessToken = await signer.sign({
        iss: issuer,
        iat: notBefore,
        nbf: notBefore,
        exp: expiresOn,
        tid: TENANT_ID,
        ...claimsFor(subject, resource),
      });
      const who = subject.kind === "person" ? subject.person.name : subject.application.name;
      log(`token for ${who} to ${resource.names[0]}`);
      return { accessToken, notBefore, expiresOn };
    },
  };
}
