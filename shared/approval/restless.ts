import type { Instant } from "../connection/connection.ts";

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;

/**
 * The first change is assessed at once, the next ones after 10 s, 20 s, 40 s, ... up to an hour; after a quiet time, which
 * must be longer than any pause, all is forgotten. So long, because every step reads the request's records, of which a
 * consumer who does not tire makes ever more: all others wait for that.
 */
const PAUSES = { firstMs: 10 * SECOND_MS, maxMs: HOUR_MS, quietMs: 3 * HOUR_MS } as const;
/** A request's first message, and its first change. */
const FREE = 2;

/**
 * How long a request is not assessed yet because its consumer changes it again and again, in ms; 0: it may be.
 *
 * By the request's own records, so that a restart does not forget it. While it pauses no change is recorded: the
 * assessment reads what there is then, so the last message always wins, and the consumer delays nobody else.
 * @param received when each message, and each endpoint made anew, was taken into our care, oldest first
 */
export function pauseWhileRestless(received: readonly Instant[], now: Instant): number {
  const times = received.map((at) => Date.parse(at));
  const isAfterQuiet = (at: number, index: number) => at - (times[index - 1] ?? 0) >= PAUSES.quietMs;
  const restless = times.slice(Math.max(times.findLastIndex(isAfterQuiet), 0));
  if (restless.length <= FREE) return 0;
  const pauseMs = Math.min(PAUSES.firstMs * 2 ** (restless.length - FREE - 1), PAUSES.maxMs);
  return Math.max(0, (restless.at(-1) ?? 0) + pauseMs - Date.parse(now));
}
