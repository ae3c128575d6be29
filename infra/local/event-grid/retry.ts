import {
  FINAL_STATUSES,
  MAX_ATTEMPTS,
  TIME_TO_LIVE_MS,
  UNREACHABLE_RETRIES,
  UNREACHABLE_RETRY_MS,
} from "./constants.ts";

/** How one attempt to deliver went. */
export type Attempt =
  | { readonly kind: "delivered" }
  /** Nobody listens there, or the connection broke: the endpoint is being restarted. */
  | { readonly kind: "unreachable"; readonly detail: string }
  | { readonly kind: "failed"; readonly detail: string }
  | { readonly kind: "answered"; readonly status: number };

/** What was tried before, for one event. */
export interface Tries {
  readonly attempts: number;
  /** Attempts that met nobody and are not counted above. */
  readonly unreachable: number;
  readonly publishedAt: number;
}

/** What becomes of an event after an attempt. */
export type Next =
  | { readonly kind: "done" }
  | { readonly kind: "retry"; readonly tries: Tries; readonly dueAt: number; readonly outcome: string }
  | { readonly kind: "deadLetter"; readonly reason: string; readonly tries: Tries; readonly outcome: string };

/** Decides; `delaysMs` is the retry schedule, its last entry repeats. */
export function nextStep(attempt: Attempt, before: Tries, delaysMs: readonly number[], now: number): Next {
  if (succeeded(attempt)) return { kind: "done" };
  const outcome = describe(attempt);
  if (attempt.kind === "unreachable" && before.unreachable < UNREACHABLE_RETRIES) {
    const tries = { ...before, unreachable: before.unreachable + 1 };
    return { kind: "retry", tries, dueAt: now + UNREACHABLE_RETRY_MS, outcome };
  }

  const tries = { ...before, attempts: before.attempts + 1 };
  const dead = (reason: string): Next => ({ kind: "deadLetter", reason, tries, outcome });
  if (attempt.kind === "answered" && FINAL_STATUSES.includes(attempt.status)) return dead("NotRetriable");
  if (tries.attempts >= MAX_ATTEMPTS) return dead("MaxDeliveryAttemptsExceeded");
  const dueAt = now + (delaysMs[tries.attempts - 1] ?? delaysMs.at(-1) ?? 0);
  if (dueAt > tries.publishedAt + TIME_TO_LIVE_MS) return dead("TimeToLiveExceeded");
  return { kind: "retry", tries, dueAt, outcome };
}

/** 200 to 204 are success, nothing else is. */
const succeeded = (attempt: Attempt): boolean =>
  attempt.kind === "delivered" ||
  (attempt.kind === "answered" && attempt.status >= 200 && attempt.status <= 204);

const describe = (attempt: Exclude<Attempt, { kind: "delivered" }> | Attempt): string => {
  switch (attempt.kind) {
    case "delivered":
      return "delivered";
    case "answered":
      return `HTTP ${attempt.status}`;
    case "failed":
    case "unreachable":
      return `${attempt.kind}: ${attempt.detail}`;
  }
};
