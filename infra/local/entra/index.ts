import { createServer } from "node:http";
import { closeAtOnce, KEEP_ALIVE_MS, LOOPBACK, listenOnLoopback } from "../kit/listen.ts";
import { openTokenSigner } from "../kit/token-signer.ts";
import { MANAGED_IDENTITY_PATH, TENANT_ID } from "./constants.ts";
import { DEMO_DIRECTORY, type Directory } from "./directory.ts";
import { serve } from "./server.ts";
import { createTenant } from "./tenant.ts";

export interface EntraOptions {
  /** Where the signing key is kept. */
  readonly file: string;
  /** 0 asks for any free port. */
  readonly port: number;
  /** What `X-IDENTITY-HEADER` must hold: the app gets it as `IDENTITY_HEADER`. */
  readonly identityHeader: string;
  /** Opens the control interface; without it there is none. */
  readonly controlKey?: string;
  /** Who is in the tenant; the demo people and applications unless told otherwise. */
  readonly directory?: Directory;
  /** Told one line for every token given or refused. */
  readonly log: (line: string) => void;
}

export interface Entra {
  /** Origin, `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly tenantId: string;
  /** Issuer of every token. */
  readonly issuer: string;
  readonly tokenUrl: string;
  readonly jwksUrl: string;
  /** For `IDENTITY_ENDPOINT`. */
  readonly identityEndpoint: string;
  close(): Promise<void>;
}

/** Starts the identity provider: one tenant's token endpoint, and the one that App Service gives an app. */
export async function startEntra(options: EntraOptions): Promise<Entra> {
  const { identityHeader, controlKey, log, directory = DEMO_DIRECTORY } = options;
  const signer = await openTokenSigner(options.file);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  const url = `http://${LOOPBACK}:${await listenOnLoopback(server, options.port)}`;
  const tenant = createTenant({
    directory,
    signer,
    identityHeader,
    log,
    url,
    ...(controlKey !== undefined && { controlKey }),
  });
  serve(server, tenant);
  return {
    url,
    tenantId: TENANT_ID,
    issuer: tenant.issuer,
    tokenUrl: tenant.tokenUrl,
    jwksUrl: tenant.jwksUrl,
    identityEndpoint: url + MANAGED_IDENTITY_PATH,
    close: () => closeAtOnce(server),
  };
}
