import type { IncomingMessage } from "node:http";
import { CONTROL_PREFIX } from "../kit/control.ts";
import { readBody } from "../kit/read-body.ts";
import { authorize } from "./authorize.ts";
import {
  MANAGED_IDENTITY_PATH,
  MANAGED_IDENTITY_TOKEN_SECONDS,
  MAX_BODY_BYTES,
  TENANT_ID,
} from "./constants.ts";
import { control } from "./control.ts";
import { corsHeaders, PREFLIGHT_HEADERS } from "./cors.ts";
import { EntraError } from "./errors.ts";
import { GRAPH_PREFIX } from "./graph.ts";
import { readManagedIdentityRequest } from "./managed-identity.ts";
import { refusalPage } from "./pages.ts";
import { refusalOf } from "./refusal.ts";
import type { Reply } from "./reply.ts";
import { managedIdentityResponse, openIdConfiguration, tokenResponse } from "./schemas.ts";
import type { OpenIdScope } from "./scopes.ts";
import { signOut } from "./sign-out.ts";
import type { Tenant } from "./tenant.ts";
import { type Grant, readGrant } from "./token-endpoint.ts";

/** Answers one request. @throws EntraError for what Entra itself refuses. */
export async function route(tenant: Tenant, request: IncomingMessage): Promise<Reply> {
  const url = URL.parse(request.url ?? "/", tenant.url);
  if (!url) return notFound("that address");
  const { pathname, searchParams } = url;
  if (pathname === MANAGED_IDENTITY_PATH) {
    return managedIdentityToken(tenant, searchParams, request.headers["x-identity-header"]?.toString());
  }
  if (pathname.startsWith(GRAPH_PREFIX))
    return tenant.graph.answer({
      method: request.method,
      path: pathname.slice(GRAPH_PREFIX.length),
      url,
      prefer: request.headers.prefer?.toString(),
      authorization: request.headers.authorization,
      body: await readText(request),
    });
  if (pathname.startsWith(CONTROL_PREFIX) && request.method === "POST") {
    const command = pathname.slice(CONTROL_PREFIX.length);
    return control(tenant, command, request.headers, await readText(request));
  }
  const [, tenantId = "", ...rest] = pathname.split("/");
  const visit = { tenant, tenantId, request };
  switch (rest.join("/")) {
    case "v2.0/.well-known/openid-configuration":
      return forScripts(visit, async () => ({ status: 200, body: openIdConfiguration(tenant) }));
    case "discovery/v2.0/keys":
      return forScripts(visit, async () => ({ status: 200, body: tenant.signer.publicKeys() }));
    case "oauth2/v2.0/token":
      return forScripts(visit, () => token(tenant, request));
    case "oauth2/v2.0/authorize":
      return forPeople(visit, async () => {
        const form = request.method === "POST" ? new URLSearchParams(await readText(request)) : undefined;
        return authorize(tenant, { query: searchParams, headers: request.headers, form });
      });
    case "oauth2/v2.0/logout":
      return forPeople(visit, async () => signOut(tenant, searchParams, request.headers));
    default:
      return notFound(pathname);
  }
}

/** A request to one of the tenant's own endpoints, by the tenant's ID in its path. */
interface Visit {
  readonly tenant: Tenant;
  readonly tenantId: string;
  readonly request: IncomingMessage;
}

/** What scripts of a single-page app may read, also when it is a refusal. */
async function forScripts(
  { tenant, tenantId, request }: Visit,
  answer: () => Promise<Reply>,
): Promise<Reply> {
  const headers = corsHeaders(tenant.directory, request.headers.origin);
  if (request.method === "OPTIONS") return { status: 204, headers: { ...headers, ...PREFLIGHT_HEADERS } };
  try {
    checkTenant(tenantId);
    return { ...(await answer()), headers };
  } catch (error) {
    return { ...refusalOf(tenant, error), headers };
  }
}

/** What people see, also when it is a refusal. */
async function forPeople({ tenant, tenantId }: Visit, answer: () => Promise<Reply>): Promise<Reply> {
  try {
    checkTenant(tenantId);
    return await answer();
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    tenant.log(`refused: ${error.message}`);
    return refusalPage(error);
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
  const form = new URLSearchParams(await readText(request));
  const grant = readGrant(tenant, form, request.headers.origin);
  const lifetime = tenant.accessTokenSeconds();
  const issued = await tenant.issue(grant.subject, grant.resource, lifetime);
  return { status: 200, body: tokenResponse(issued, lifetime, grant, await besides(tenant, grant)) };
}

/** What a page asked for beside the access token. */
async function besides(tenant: Tenant, { page }: Grant) {
  if (page === undefined) return { refreshToken: undefined, idToken: undefined };
  const { delegation } = page;
  const isAsked = (scope: OpenIdScope) => delegation.asked.openId.includes(scope);
  return {
    refreshToken: isAsked("offline_access") ? tenant.delegations.giveRefreshToken(page) : undefined,
    idToken: isAsked("openid") ? await tenant.issueIdToken(delegation) : undefined,
  };
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
