import * as z from "zod";
import { Fault, type FaultCode } from "../connection/fault.ts";

/** What is read of an error that the SDK throws for an answer, and of ARM's `ErrorResponse` in it. */
const RestError = z.object({
  statusCode: z.coerce.number().int(),
  message: z.string(),
  code: z.string().optional().catch(undefined),
  details: z
    .object({ error: z.object({ code: z.string().optional(), message: z.string().optional() }).optional() })
    .optional()
    .catch(undefined),
  response: z
    .object({ headers: z.custom<{ get(name: string): string | undefined }>() })
    .optional()
    .catch(undefined),
});

/**
 * What an error of an SDK call means to us; null for a plain 404.
 *
 * Anything without an HTTP status never reached ARM or lost its answer: the write may or may not have happened.
 */
export function faultOf(error: unknown): Fault | null {
  if (error instanceof Fault) return error;
  const parsed = RestError.safeParse(error);
  if (!parsed.success) {
    if (isIdentityError(error))
      return new Fault("FORBIDDEN", messageOf(error), { armCode: "NoToken", cause: error });
    return new Fault("UNREACHABLE", `ARM could not be reached: ${messageOf(error)}`, { cause: error });
  }
  const { statusCode, details, response, message } = parsed.data;
  if (statusCode === 404) return null;
  const armCode = details?.error?.code ?? parsed.data.code;
  return new Fault(codeOf(statusCode, armCode), details?.error?.message ?? message, {
    armCode: armCode ?? `HTTP ${statusCode}`,
    retryAfterMs: retryAfterMs(response?.headers.get("retry-after")),
    correlationId: response?.headers.get("x-ms-correlation-request-id"),
    cause: error,
  });
}

function codeOf(status: number, armCode: string | undefined): FaultCode {
  if (armCode === "RequestDisallowedByPolicy") return "DENIED_BY_POLICY";
  if (status === 429) return "THROTTLED";
  if (status === 401 || status === 403) return "FORBIDDEN";
  if (status === 408 || status === 409 || status === 412) return "BUSY";
  return status >= 500 ? "UNREACHABLE" : "REFUSED";
}

/** `Retry-After` in whole seconds or as an HTTP date; undefined when absent or nonsense. At most an hour is believed. */
export function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 3_600_000) : undefined;
}

/** `@azure/identity` could not get a token: no identity is assigned, or its endpoint refused. */
const isIdentityError = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === "CredentialUnavailableError" || error.name === "AuthenticationError");

const messageOf = (error: unknown): string =>
  error instanceof Error && error.message !== "" ? error.message : String(error);
