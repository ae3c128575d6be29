import type { Server } from "node:http";
import { EntraError } from "./errors.ts";
import type { Reply } from "./reply.ts";
import { route } from "./routes.ts";
import type { Tenant } from "./tenant.ts";

/** Answers a server's requests with a tenant's endpoints. */
export function serve(server: Server, tenant: Tenant): void {
  server.on("request", async (request, response) => {
    const { status, body } = await route(tenant, request).catch((error: unknown) => refuse(tenant, error));
    const headers = { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" };
    response.writeHead(status, headers).end(JSON.stringify(body));
  });
}

function refuse(tenant: Tenant, error: unknown): Reply {
  if (error instanceof EntraError) {
    tenant.log(`refused: ${error.message}`);
    return { status: error.status, body: error.toBody(new Date()) };
  }
  tenant.log(`failed: ${error instanceof Error ? error.stack : String(error)}`);
  return {
    status: 500,
    body: { error: "server_error", error_description: "The stand-in failed; see its log." },
  };
}
