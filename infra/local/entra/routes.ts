import type { IncomingMessage } from "node:http";
import { CONTROL_PREFIX } from "../kit/control.ts";
import { readBody } from "../kit/read-body.ts";
import {
  ACCESS_TOKEN_SECONDS,
  MANAGED_IDENTITY_PATH,
  MANAGED_IDENTITY_TOKEN_SECONDS,
  MAX_BODY_BYTES,
  TENANT_ID,
} from "./constants.ts";
import { control } from "./control.ts";
import { EntraError } from "./errors.ts";
import { readManagedIdentityRequest } from "./managed-identity.ts";
import type { Reply } from "./reply.ts";
import { managedIdentityResponse, openIdConfiguration, tokenResponse } from "./schemas.ts";
import type { Tenant } from "./tenant.ts";
import { readGrant } from "./token-endpoint.ts";

/** Answers one request. @throws EntraError for what Entra itself refuses. */
export async function route(tenant: Tenant, request: IncomingMessage): Promise<Reply> {
  const url = URL.parse(request.url ?? "/", tenant.url);
  if (!url) return notFound("that address");
  const { pathname, searchParams } = url;
  if (pathname === MANAGED_IDENTITY_PATH) {
    return managedIdentityToken(tenant, searchParams, request.headers["x-identity-header"]?.toString());
  }
  if (pathname.startsWith(CONTROL_PREFIX) && request.method === "POST") {
    const command = pathname.slice(CONTROL_PREFIX.length);
    return control(tenant, command, request.headers, await readText(request));
  }
  const [, tenantId = "", ...rest] = pathname.split("/");
  switch (rest.join("/")) {
    case "v2.0/.well-known/openid-configuration":
      checkTenant(tenantId);
      return { status: 200, body: openIdConfiguration(tenant) };
    case "discovery/v2.0/keys":
      checkTenant(tenantId);
      return { status: 200, body: tenant.signer.publicKeys() };
    case "oauth2/v2.0/token":
      checkTenant(tenantId);
      return token(tenant, request);
    default:
      return notFound(pathname);
  }
}

function notFound(place: string): Reply {
  return { status: 404, body: { error: "not_found", error_description: `Nothing is at ${place}.` } };
}

function checkTenant(tenantId: string): void {
  if (tenantId.toLowerCase() === TENANT_ID) return;
  throw new EntraError(
    90002,
    `Tenant '${tenantId}' not found. Check to make sure you have the correct tenant ID.`,
  );
}

async function token(tenant: Tenant, request: IncomingMessage): Promise<Reply> {
  if (request.method !== "POST") {
    throw new EntraError(
      900561,
      `The endpoint only accepts POST requests. Received a ${request.method} request.`,
    );
  }
  const grant = readGrant(tenant.directory, new URLSearchParams(await readText(request)));
  const issued = await tenant.issue(grant.subject, grant.resource, ACCESS_TOKEN_SECONDS);
  return { status: 200, body: tokenResponse(issued, grant) };
}

async function managedIdentityToken(
  tenant: Tenant,
  query: URLSearchParams,
  header: string | undefined,
): Promise<Reply> {
  const decision = readManagedIdentityRequest(tenant.directory, query, header, tenant.identityHeader);
  if (decision.kind === "refused") {
    tenant.log(`refused: managed identity: ${decision.message}`);
    return { status: decision.status, body: { statusCode: decision.status, message: decision.message } };
  }
  const { application, resource } = decision;
  const issued = await tenant.issue(
    { kind: "application", application },
    resource,
    MANAGED_IDENTITY_TOKEN_SECONDS,
  );
  return { status: 200, body: managedIdentityResponse(issued, application.clientId, resource.audience) };
}

async function readText(request: IncomingMessage): Promise<string> {
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === undefined) throw new EntraError(900144, "The request body is too long.");
  return body.toString();
}
