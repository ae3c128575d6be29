import { oneLine } from "../text.ts";

/** Why a call to Azure failed, named by what the caller does next. */
export type FaultCode =
  | "THROTTLED" // 429: wait `retryAfterMs`, then the same again
  | "BUSY" // 409, 408, 412: another operation is in progress; back off
  | "UNREACHABLE" // no answer, a reset, a timeout or 5xx: back off
  | "FORBIDDEN" // 401, 403: a few quick tries, since a new role needs minutes to spread; then a person must act
  | "DENIED_BY_POLICY" // RequestDisallowedByPolicy: a person must act
  | "HELD" // not yet, by a setting or a policy: the same after `retryAfterMs`, for as long as that is so
  | "OUT_OF_SCOPE" // a cluster that is none of ours: a person must act
  | "BLOCKED" // a lock, a missing registration, a disabled subscription: a person must act
  | "REFUSED" // any other 4xx: the same call will never succeed
  | "UNREADABLE" // the answer is not what its documentation says, e.g. a gateway's page: back off
  | "STRANGE" // one thing among others that we cannot understand: people must be told; the others go on
  | "BROKEN"; // not ARM's doing: a bug of ours, or our store

/** What may be gone later without anybody's help. */
const PASSING: ReadonlySet<FaultCode> = new Set(["THROTTLED", "BUSY", "UNREACHABLE", "UNREADABLE", "HELD"]);

/** Somebody else's words: they go into logs, records and Durable history, so they are one line of bounded length. */
const MAX_MESSAGE_CHARACTERS = 500;

interface FaultDetails {
  /** ARM's own error code, e.g. `AuthorizationFailed`. */
  readonly armCode?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  /** Whether that is this caller's turn, told to nobody else: the app's own budget says so, not ARM. */
  readonly isTurn?: boolean;
  /** ARM's `x-ms-correlation-request-id`, by which its support finds the call. */
  readonly correlationId?: string | undefined;
  readonly cause?: unknown;
}

/** A call to Azure that failed. What is expected (404, a state) is returned by the ports, not thrown. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: FaultCode;
  readonly armCode: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly isTurn: boolean;
  readonly correlationId: string | undefined;

  constructor(code: FaultCode, message: string, details: FaultDetails = {}) {
    super(oneLine(message, MAX_MESSAGE_CHARACTERS), { cause: details.cause });
    this.code = code;
    this.armCode = details.armCode;
    this.retryAfterMs = details.retryAfterMs;
    this.isTurn = details.isTurn ?? false;
    this.correlationId = details.correlationId;
  }

  /** Whether the same call may succeed later without anybody's help. */
  get isTransient(): boolean {
    return PASSING.has(this.code);
  }
}
