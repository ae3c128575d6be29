import { randomUUID } from "node:crypto";

/**
 * The refusals we imitate: Entra's number for each, the OAuth error it belongs to and the HTTP status.
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
const CATALOGUE = {
  900144: { error: "invalid_request", status: 400 }, // a parameter is missing
  900561: { error: "invalid_request", status: 405 }, // the endpoint wants POST
  90002: { error: "invalid_request", status: 400 }, // no such tenant
  700016: { error: "unauthorized_client", status: 400 }, // no such application
  7000215: { error: "invalid_client", status: 401 }, // wrong client secret
  7000218: { error: "invalid_client", status: 401 }, // no client secret
  70003: { error: "unsupported_grant_type", status: 400 },
  70011: { error: "invalid_scope", status: 400 },
  1002012: { error: "invalid_scope", status: 400 }, // client credentials without /.default
  650053: { error: "invalid_client", status: 400 }, // no such permission
  500011: { error: "invalid_resource", status: 400 }, // no such resource in the tenant
  50126: { error: "invalid_grant", status: 400 }, // wrong user name or password
} as const;

/** Entra's number of a refusal; the catalogue beside it says what each means. */
export type EntraErrorCode = keyof typeof CATALOGUE;

/** A refusal as Entra words it: the number, then a sentence. */
export class EntraError extends Error {
  readonly code: EntraErrorCode;
  readonly status: number;

  constructor(code: EntraErrorCode, sentence: string) {
    super(`AADSTS${code}: ${sentence}`);
    this.name = "EntraError";
    this.code = code;
    this.status = CATALOGUE[code].status;
  }

  /** The JSON body of the answer. Trace and correlation IDs are new for every answer, as Entra's are. */
  toBody(now: Date): Record<string, unknown> {
    const traceId = randomUUID();
    const correlationId = randomUUID();
    const timestamp = `${now.toISOString().slice(0, 19).replace("T", " ")}Z`;
    return {
      error: CATALOGUE[this.code].error,
      error_description: `${this.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
      error_codes: [this.code],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `https://login.microsoftonline.com/error?code=${this.code}`,
    };
  }
}
