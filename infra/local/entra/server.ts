import type { Server } from "node:http";
import { Html } from "../kit/html.ts";
import { refusalOf } from "./refusal.ts";
import { route } from "./routes.ts";
import type { Tenant } from "./tenant.ts";

/** Answers a server's requests with a tenant's endpoints. */
export function serve(server: Server, tenant: Tenant): void {
  server.on("request", async (request, response) => {
    const { status, headers, body } = await route(tenant, request).catch((error: unknown) =>
      refusalOf(tenant, error),
    );
    const isPage = body instanceof Html;
    response.writeHead(status, {
      ...headers,
      ...(body !== undefined && {
        "content-type": `${isPage ? "text/html" : "application/json"}; charset=utf-8`,
      }),
      "cache-control": "no-store",
    });
    response.end(isPage ? body.markup : body && JSON.stringify(body));
  });
}
