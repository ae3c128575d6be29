import type { IncomingHttpHeaders } from "node:http";
import type { Application } from "./directory.ts";
import { signedOutPage } from "./pages.ts";
import { answerTo, isRegistered } from "./redirect-uri.ts";
import type { Reply } from "./reply.ts";
import type { Tenant } from "./tenant.ts";

/**
 * Ends the session of the browser, and leads back to the app where the address is one of its redirect URIs.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request
 */
export function signOut(tenant: Tenant, query: URLSearchParams, headers: IncomingHttpHeaders): Reply {
  const person = tenant.sessions.find(headers)?.person;
  const cookie = tenant.sessions.end(headers);
  if (person !== undefined) tenant.log(`${person.name} signs out`);
  const reply = replyTo(tenant.directory.applications, query);
  return { ...reply, headers: { ...reply.headers, ...cookie } };
}

function replyTo(applications: readonly Application[], query: URLSearchParams): Reply {
  const uri = query.get("post_logout_redirect_uri");
  if (uri === null || !applications.some((application) => isRegistered(application, uri))) {
    return signedOutPage();
  }
  const location = answerTo(uri, "query", { state: query.get("state") ?? undefined });
  return { status: 302, headers: { location } };
}
