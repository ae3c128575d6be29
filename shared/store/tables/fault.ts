import * as z from "zod";
import { Fault, type FaultCode } from "../../connection/fault.ts";

/** What Table storage calls an error, in the one of two places where the SDK leaves it. */
const Coded = z.object({ code: z.string().optional().catch(undefined) });
const AnswerError = z.object({
  statusCode: z.coerce.number().int(),
  code: z.string().optional().catch(undefined),
  response: z
    .object({ headers: z.custom<{ get(name: string): string | undefined }>() })
    .optional()
    .catch(undefined),
  details: z
    .object({ odataError: Coded.optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

/** No answer, or only a part of one; the token endpoint's troubles, too. */
const LostError = z.object({
  name: z.enum([
    "RestError",
    "AbortError",
    "TimeoutError",
    "CredentialUnavailableError",
    "AuthenticationError",
  ]),
});

/** What an error of the SDK means to us. `armCode` is the service's own code. */
export function tableFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const answer = AnswerError.safeParse(error).data;
  if (answer !== undefined) {
    const { statusCode, code, details, response } = answer;
    const armCode = details?.odataError?.code ?? code ?? `HTTP ${statusCode}`;
    return new Fault(codeOf(statusCode, armCode), `Table storage refused (${armCode}).`, {
      armCode,
      retryAfterMs: secondsIn(response?.headers.get("retry-after")),
      cause: error,
    });
  }
  if (LostError.safeParse(error).success)
    return new Fault("UNREACHABLE", `Table storage could not be reached: ${messageOf(error)}`, {
      cause: error,
    });
  return new Fault("BROKEN", `Table storage cannot be used: ${messageOf(error)}`, { cause: error });
}

/** A 409 that is no outcome is a conflict with something in progress, such as a table's deletion. */
function codeOf(status: number, code: string): FaultCode {
  if (status === 401 || status === 403) return "FORBIDDEN";
  if (status === 409 && code !== "EntityAlreadyExists") return "BUSY";
  return status >= 500 || status === 429 || status === 408 ? "UNREACHABLE" : "REFUSED";
}

/** Table storage says seconds, if anything. */
const secondsIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) * 1_000 : undefined;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
