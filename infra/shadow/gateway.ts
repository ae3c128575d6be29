import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { closeAtOnce, LOOPBACK, listenOnLoopback } from "../local/kit/listen.ts";
import { readBody } from "../local/kit/read-body.ts";
import { isSameSecret } from "../local/kit/secret.ts";
import { isRead } from "./reads.ts";
import { type Answer, passOn, type Upstream } from "./upstream.ts";

interface GatewayOptions {
  readonly upstream: Upstream;
  readonly tls: { readonly key: string; readonly cert: string };
  /** What the app has in the place of a token; nobody else on this machine may read with the engineer's. */
  readonly secret: string;
  /** Told of every call that is not let through. */
  readonly log: (line: string) => void;
}

/** What stands between the app and Azure. */
export interface Gateway {
  /** Takes the place of `https://management.azure.com`. */
  readonly origin: string;
  /** Where the app gets its secret, as App Service gives tokens of a managed identity. */
  readonly identityEndpoint: string;
  /** For how long, in ms, nothing has been under way. */
  quietMs(): number;
  close(): Promise<void>;
}

const IDENTITY_PATH = "/msi/token";
/** A query of Resource Graph has some hundred. */
const MAX_BODY_BYTES = 100_000;

/**
 * Lets reads through to Azure Resource Manager, with a token that this process alone has. So the app cannot write there,
 * whatever it does: it has nothing to write with.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  let underWay = 0;
  let endedAt = performance.now();
  let origin = "";
  const server = createServer({ ...options.tls, keepAlive: true }, (request, response) => {
    underWay++;
    void answer(options, request, origin)
      .catch((error: unknown) => refused(502, "BadGateway", String(error)))
      .then((reply) => send(response, reply))
      .finally(() => {
        underWay--;
        endedAt = performance.now();
      });
  });
  origin = `https://${LOOPBACK}:${await listenOnLoopback(server, 0)}`;
  return {
    origin,
    identityEndpoint: origin + IDENTITY_PATH,
    quietMs: () => (underWay > 0 ? 0 : performance.now() - endedAt),
    close: () => closeAtOnce(server),
  };
}

async function answer(options: GatewayOptions, request: IncomingMessage, here: string): Promise<Answer> {
  const { upstream, secret, log } = options;
  const { method = "", headers } = request;
  const body = await readBody(request, MAX_BODY_BYTES);
  const url = new URL(upstream.origin + request.url);
  if (url.pathname === IDENTITY_PATH) return identity(secret, headers["x-identity-header"]);
  if (url.origin !== upstream.origin) return refused(400, "InvalidRequestUri", "The address is none of ARM.");
  if (!isRead(method, url)) {
    log(`refused to write: ${method} ${url.pathname}`);
    return refused(403, "ReadOnly", `Only reads are let through, and ${method} ${url.pathname} is none.`);
  }
  if (body === undefined) return refused(413, "RequestTooLarge", "The body is too large.");
  const { authorization } = headers;
  const isSignedIn = authorization !== undefined;
  if (isSignedIn && !isSameSecret(authorization, `Bearer ${secret}`))
    return refused(401, "InvalidAuthenticationToken", "This is not the token that was given out here.");
  return passOn(upstream, { method, url, headers, body, isSignedIn }, here);
}

/** @see https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference */
function identity(secret: string, header: string | string[] | undefined): Answer {
  if (typeof header !== "string" || !isSameSecret(header, secret))
    return refused(401, "Unauthorized", "X-IDENTITY-HEADER is missing or wrong.");
  const expiresOn = Math.floor(Date.now() / 1_000) + 86_400;
  return json(200, {
    access_token: secret,
    expires_on: String(expiresOn),
    token_type: "Bearer",
    resource: "",
  });
}

const refused = (status: number, code: string, message: string): Answer =>
  json(status, { error: { code, message } });

const json = (status: number, body: object): Answer => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const content = Buffer.from(body);
  response.writeHead(status, { ...headers, "content-length": content.length });
  response.end(content);
}
