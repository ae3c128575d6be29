import * as z from "zod";
import { Fault } from "../connection/fault.ts";
import { oneLine } from "../text.ts";
import { codeOf } from "./arm-codes.ts";

/** ARM's error code and sentence. */
const Reason = z.object({ code: z.string().optional(), message: z.string().optional() });
/** The same with what stands below it: the first of `details` often says what the sentence does not. */
const Said = Reason.extend({ details: z.array(Reason).optional().catch(undefined) });

/** What is read of an error that the SDK throws for an answer. Most of ARM wraps what it says into `error`; AKS may not. */
const AnswerError = z.object({
  statusCode: z.coerce.number().int(),
  message: z.string(),
  code: z.string().optional().catch(undefined),
  details: Said.extend({ error: Said.optional() }).optional().catch(undefined),
  response: z
    .object({ headers: z.custom<{ get(name: string): string | undefined }>() })
    .optional()
    .catch(undefined),
});

/** What is read of an error of `@azure/identity`: its cause may say with which status the token endpoint refused. */
const TokenError = z.object({
  name: z.enum(["CredentialUnavailableError", "AuthenticationRequiredError"]),
  cause: z.object({ status: z.int() }).optional().catch(undefined),
});

/** What is read of an error that the SDK throws when no answer came, or only a part of one. */
const LostError = z.union([
  z.object({ name: z.literal("RestError"), code: z.string() }),
  z.object({ name: z.enum(["AbortError", "TimeoutError"]) }),
]);

/** What an error of an SDK call means to us; null for ARM's own 404. */
export function faultOf(error: unknown): Fault | null {
  if (error instanceof Fault) return error;
  const answer = AnswerError.safeParse(error);
  if (answer.success) return answerFault(answer.data, error);
  const token = TokenError.safeParse(error);
  if (token.success) return tokenFault(token.data.cause?.status, error);
  if (LostError.safeParse(error).success) {
    // The write may or may not have happened.
    return new Fault("UNREACHABLE", `ARM could not be reached: ${messageOf(error)}`, { cause: error });
  }
  // What the SDK stumbles over, where ARM's answer is empty or no JSON, says nothing to people.
  return new Fault("UNREADABLE", "ARM's answer is not what is documented.", { cause: error });
}

const Status = z.object({ statusCode: z.coerce.number().int() });

/** Whether ARM did not take the token (401), or whatever else came with this status. */
export const hasStatus = (error: unknown, status: number): boolean =>
  Status.safeParse(error).data?.statusCode === status;

/** ARM's codes of a 404 that means: the resource, or what it belongs to, does not exist. */
const GONE: ReadonlySet<string> = new Set([
  "NotFound",
  "ResourceNotFound",
  "ParentResourceNotFound",
  "ResourceGroupNotFound",
  "SubscriptionNotFound",
]);

function answerFault(answer: z.infer<typeof AnswerError>, cause: unknown): Fault | null {
  const { statusCode, details, response, message } = answer;
  const said = details?.error ?? details;
  const armCode = said?.code ?? answer.code;
  // Another 404 is a proxy's, or says that the API or the provider is not there; nothing is gone for that.
  if (statusCode === 404 && GONE.has(armCode ?? "")) return null;
  return new Fault(codeOf(statusCode, armCode), sentenceOf(statusCode, said, message), {
    armCode: armCode ?? `HTTP ${statusCode}`,
    retryAfterMs:
      retryAfterMs(response?.headers.get("retry-after")) ??
      (statusCode === 429 ? quotaResetMs(response?.headers.get("x-ms-user-quota-resets-after")) : undefined),
    correlationId: response?.headers.get("x-ms-correlation-request-id"),
    cause,
  });
}

/** Without a token nothing was sent. Who is refused one stays refused until a person acts; anything else may pass. */
function tokenFault(status: number | undefined, cause: unknown): Fault {
  const isRefused = status === 400 || status === 401 || status === 403;
  const message = `The app's identity got no token: ${messageOf(cause)}`;
  return new Fault(isRefused ? "FORBIDDEN" : "UNREACHABLE", message, { armCode: "NoToken", cause });
}

/** Of ARM's sentence, where a detail follows that is to be told as well: a fault's message is cut at its end. */
const MAX_SENTENCE_CHARACTERS = 380;

/** What ARM said, with the first of its details; or what the SDK says, where ARM said nothing. */
function sentenceOf(status: number, said: z.infer<typeof Said> | undefined, fallback: string): string {
  // A success that the operation does not have, e.g. 202: the SDK's words name it an error.
  if (status < 400) return `ARM answered ${status}, which is not documented here.`;
  const message = said?.message ?? fallback;
  const first = said?.details?.find((detail) => detail.message !== undefined && detail.message !== message);
  if (first === undefined) return message;
  return `${oneLine(message, MAX_SENTENCE_CHARACTERS)} (${first.code === undefined ? "" : `${first.code}: `}${first.message})`;
}

const MAX_RETRY_AFTER_MS = 3_600_000;

/** `Retry-After` in whole seconds or as an HTTP date; undefined when absent or nonsense. At most an hour is believed. */
export function retryAfterMs(header: string | undefined): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, MAX_RETRY_AFTER_MS);
  // `Date.parse` alone would make a date of "-5" and of "soon 7".
  const ms = /^\w{3}, .+ GMT$/.test(text) ? Date.parse(text) - Date.now() : Number.NaN;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}

/**
 * Resource Graph says it in a header of its own, as `hh:mm:ss`; undefined when absent or nonsense.
 * @see https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests
 */
export function quotaResetMs(header: string | undefined): number | undefined {
  const match = /^(\d{2}):([0-5]\d):([0-5]\d)$/.exec(header?.trim() ?? "");
  if (match === null) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = match.slice(1).map(Number);
  return Math.min((hours * 3_600 + minutes * 60 + seconds) * 1_000, MAX_RETRY_AFTER_MS);
}

const messageOf = (error: unknown): string =>
  error instanceof Error && error.message !== "" ? error.message : String(error);
