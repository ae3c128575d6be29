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
  50011: { error: "invalid_request", status: 400 }, // redirect URI is not registered
  900971: { error: "invalid_request", status: 400 }, // no redirect URI
  500113: { error: "invalid_request", status: 400 }, // no redirect URI is registered
  500112: { error: "invalid_client", status: 400 }, // another redirect URI than the code was asked for with
  700054: { error: "unsupported_response_type", status: 400 }, // id_token is not enabled
  700051: { error: "unsupported_response_type", status: 400 }, // token is not enabled
  90023: { error: "invalid_request", status: 400 }, // a parameter has a value that is not supported
  501491: { error: "invalid_request", status: 400 }, // size of the code challenge
  50149: { error: "invalid_request", status: 400 }, // code_challenge_method
  9002325: { error: "invalid_request", status: 400 }, // PKCE is required
  9002326: { error: "invalid_request", status: 400 }, // cross-origin, and no single-page app
  9002327: { error: "invalid_request", status: 400 }, // a single-page app, and not cross-origin
  9002313: { error: "invalid_grant", status: 400 }, // no code or refresh token of ours
  70000: { error: "invalid_grant", status: 400 }, // given to another client
  70008: { error: "invalid_grant", status: 400 }, // expired code
  54005: { error: "invalid_grant", status: 400 }, // code was redeemed
  50148: { error: "invalid_grant", status: 400 }, // no code_verifier
  501481: { error: "invalid_grant", status: 400 }, // wrong code_verifier
  700084: { error: "invalid_grant", status: 400 }, // expired refresh token of a single-page app
  50173: { error: "invalid_grant", status: 400 }, // revoked refresh token
  50058: { error: "login_required", status: 400 }, // prompt=none, and nobody is signed in
  50076: { error: "interaction_required", status: 400 }, // a second factor is asked for
  165000: { error: "invalid_request", status: 400 }, // the form did not come from our page
} as const;

/** Entra's number of a refusal; the catalogue beside it says what each means. */
export type EntraErrorCode = keyof typeof CATALOGUE;

interface RefusalBody {
  readonly error: string;
  readonly error_description: string;
  readonly error_codes: readonly number[];
  readonly timestamp: string;
  readonly trace_id: string;
  readonly correlation_id: string;
  readonly error_uri: string;
}

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

  /** What says why in the answer, as JSON or in a redirect. Trace and correlation IDs are new each time, as Entra's are. */
  toBody(now: Date): RefusalBody {
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

/** What is said where a second factor is asked for and nobody can be asked. */
export const secondFactorNeeded = (): EntraError =>
  new EntraError(
    50076,
    "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the resource.",
  );
