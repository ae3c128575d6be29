import { Fault } from "../connection/fault.ts";
import { oneLine } from "../text.ts";
import { TimeLimitError, within } from "../time-limit.ts";

/** A value, or why there is none. */
export type Found<T> =
  | { readonly kind: "value"; readonly value: T }
  | { readonly kind: "unknown"; readonly cause: string };

/** What a look-up came to. */
interface LookedUp<T> {
  readonly found: Found<T>;
  /** Whether it is unknown for a cause that may be gone by itself: the source is busy, slow or out of reach. */
  readonly isPassing: boolean;
}

/** How long one look-up may take; all of a request's run at once. */
export const LIMIT_MS = 5_000;

/** Before the second and last attempt of a look-up that failed for the moment and did not say when to come back. */
const PAUSE_MS = 500;

/** As much of a cause as a verdict shows. */
const MAX_CAUSE_CHARACTERS = 200;

export const unknown = (cause: string) =>
  ({ kind: "unknown", cause: oneLine(cause, MAX_CAUSE_CHARACTERS) }) as const;

/** One question to one source. */
export interface Question<T> {
  /** Who is asked, as causes name it. */
  readonly source: string;
  /** The cause when it says null: that there is nothing. */
  readonly nothing: string;
  readonly ask: () => Promise<T | null>;
}

/**
 * Asks, and once more after a moment when the source is busy. Never throws, and never takes longer than the limit; what
 * is given up then goes on to the end of its own limit, and its answer is not read.
 */
export async function lookUp<T>(
  { source, nothing, ask }: Question<T>,
  limitMs: number,
): Promise<LookedUp<T>> {
  try {
    const value = await within(limitMs, askTwice(ask, Date.now() + limitMs));
    return { found: value === null ? unknown(nothing) : { kind: "value", value }, isPassing: false };
  } catch (error) {
    const isPassing = isTransient(error) || error instanceof TimeLimitError;
    return { found: unknown(`${source}: ${causeOf(error)}`), isPassing };
  }
}

/** What a source says that nobody understands may be so for good, and no request is held up for that. */
const isTransient = (error: unknown): error is Fault =>
  error instanceof Fault && error.isTransient && error.code !== "UNREADABLE";

/** An attempt that could only begin after the limit is not waited for: the first one's cause says more than the limit. */
async function askTwice<T>(ask: () => Promise<T>, endsAt: number): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isTransient(error)) throw error;
    const pauseMs = error.retryAfterMs ?? PAUSE_MS;
    if (Date.now() + pauseMs >= endsAt) throw error;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    return ask();
  }
}

/** `FORBIDDEN AuthorizationFailed: The client ... may not read it`. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === "string" ? error : "it threw what is no error";
  if (!(error instanceof Fault)) return error.message;
  const { code, armCode, message } = error;
  return `${armCode === undefined ? code : `${code} ${armCode}`}: ${message}`;
}
