import * as z from "zod";
import { Fault, type FaultCode } from "./fault.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** 2 s, 4 s, 8 s, ... up to 5 minutes, spread: 12 to 24 minutes in all, longer than ARM's usual bad moments. */
const BACKOFF = { firstMs: 2 * SECOND_MS, maxMs: 5 * MINUTE_MS, attempts: 12 } as const;

/**
 * 2 s, 4 s, 8 s, 16 s, spread: 15 to 30 seconds in all. ARM says the same of a role that is missing and of one that was
 * granted minutes ago, which needs up to ten to spread.
 * @see https://learn.microsoft.com/azure/role-based-access-control/troubleshooting (role assignment changes are not detected)
 */
const FORBIDDEN = { attempts: 5 } as const;

/**
 * A wave of connections drains at 1 call per second and subscription, so throttling is waited out for longer. Spread
 * over 2 s, 4 s, 8 s, ... up to 10 minutes on top of what ARM asks for: requests that come back together use the
 * budget up for reads and never get as far as their writes. Whom the app's own budget sends away is told when their turn
 * comes, each a time of their own; those turns only go no further than ten minutes, so that the last are spread as well.
 */
const THROTTLED = {
  defaultMs: 5 * SECOND_MS,
  maxSpreadMs: 10 * MINUTE_MS,
  spreadOfTurn: 0.25,
  attempts: 100,
} as const;

/** What is held for longer is looked at all the same: the setting that holds it may be another one by then. */
const HELD_MS = 5 * MINUTE_MS;

/**
 * How long to wait before the same call is made again, in ms; null when it is no use.
 *
 * @param attempt how often this attempt was throttled, or else failed, this time included
 * @param random in [0, 1): spreads those who failed together
 */
export function pauseBeforeRetry(fault: Fault, attempt: number, random: number): number | null {
  if (!fault.isTransient && fault.code !== "FORBIDDEN") return null;
  if (fault.code === "HELD") return Math.min(fault.retryAfterMs ?? HELD_MS, HELD_MS);
  if (fault.code === "THROTTLED") {
    if (attempt >= THROTTLED.attempts) return null;
    const askedMs = fault.retryAfterMs ?? THROTTLED.defaultMs;
    const growingMs = Math.min(SECOND_MS * 2 ** attempt, THROTTLED.maxSpreadMs);
    return Math.round(askedMs + random * (fault.isTurn ? askedMs * THROTTLED.spreadOfTurn : growingMs));
  }
  const { attempts } = fault.code === "FORBIDDEN" ? FORBIDDEN : BACKOFF;
  if (attempt >= attempts) return null;
  const fullMs = Math.min(BACKOFF.firstMs * 2 ** (attempt - 1), BACKOFF.maxMs);
  return Math.max(Math.round(fullMs * (0.5 + random / 2)), fault.retryAfterMs ?? 0);
}

/**
 * How often a call was throttled, how often it was forbidden, and how often it failed otherwise: a long wave must not use up
 * the patience for the others, nor a bad minute that for a role which is being given.
 */
export const Tries = z.object({ throttled: z.int(), forbidden: z.int().default(0), failed: z.int() });
export type Tries = z.infer<typeof Tries>;
export const NO_TRIES: Tries = { throttled: 0, forbidden: 0, failed: 0 };

const SORTS: Readonly<Partial<Record<FaultCode, keyof Tries>>> = {
  THROTTLED: "throttled",
  FORBIDDEN: "forbidden",
};

/** The tries after one more fault, and how many of its sort that makes. */
export function countFault(
  tries: Tries,
  { code }: Fault,
): { readonly tries: Tries; readonly attempt: number } {
  // Nothing was tried.
  if (code === "HELD") return { tries, attempt: 0 };
  const sort = SORTS[code] ?? "failed";
  const attempt = tries[sort] + 1;
  return { tries: { ...tries, [sort]: attempt }, attempt };
}

/** Longest pause of a message: ten deliveries outlast a minute, and those behind it do not wait for long. */
const MAX_REDELIVERY_PAUSE_MS = 10 * SECOND_MS;

/**
 * How long a message is held before it is given back to the queue, in ms. Service Bus delivers an abandoned message
 * again at once, so that without a pause a bad minute of ARM would use up all its deliveries.
 * @param deliveries 1 for the first
 */
export function pauseBeforeRedelivery(error: unknown, deliveries: number): number {
  const askedMs = error instanceof Fault ? (error.retryAfterMs ?? 0) : 0;
  const ownMs = SECOND_MS * 2 ** Math.min(deliveries - 1, 10);
  return Math.min(Math.max(askedMs, ownMs), MAX_REDELIVERY_PAUSE_MS);
}

/** When a request that failed is tried again by the sweep: after 1 h, 4 h, then daily. @param failures 1 or more */
export function pauseAfterFailureMs(failures: number): number {
  if (failures <= 1) return HOUR_MS;
  return failures === 2 ? 4 * HOUR_MS : 24 * HOUR_MS;
}

/** 5 min, 15 min, 45 min, ... up to 4 h: a store that is back should be found soon, a bug of ours not tried for ever. */
const INTERRUPTION = { firstMs: 5 * MINUTE_MS, factor: 3, maxMs: 4 * HOUR_MS } as const;

/** When a wait that was interrupted is looked after again. @param interruptions in a row, 1 or more */
export const pauseAfterInterruptionMs = (interruptions: number): number =>
  Math.min(INTERRUPTION.firstMs * INTERRUPTION.factor ** (interruptions - 1), INTERRUPTION.maxMs);
