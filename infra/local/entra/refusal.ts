import { EntraError } from "./errors.ts";
import type { Reply } from "./reply.ts";
import type { Tenant } from "./tenant.ts";

/** The answer, in JSON, to what could not be served: Entra's own refusal, or a failure of ours. */
export function refusalOf(tenant: Tenant, error: unknown): Reply {
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
