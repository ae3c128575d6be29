import type { Entity } from "./entities.ts";
import type { Store } from "./store.ts";

/** How often ids past their window are deleted. Only housekeeping: every send compares with the window itself. */
const FORGET_EVERY_MS = 60_000;

/**
 * Remembers message ids for as long as their queue wants to.
 *
 * @see https://learn.microsoft.com/azure/service-bus-messaging/duplicate-detection
 * @returns whether a message with this id was sent within the window; if not, the id is remembered from now on. Must
 * run inside the transaction that stores the message.
 */
export function createDuplicateDetection(
  store: Store,
): (queue: Entity, messageId: string, nowMs: number) => boolean {
  let forgetAfterMs = 0;
  return (queue, messageId, nowMs) => {
    const windowMs = queue.config.duplicateWindowMs;
    if (windowMs === null) return false;
    if (nowMs >= forgetAfterMs) {
      forgetAfterMs = nowMs + FORGET_EVERY_MS;
      store.change("forget", nowMs);
    }
    return store.change("remember", queue.key, messageId, nowMs + windowMs, nowMs) === 0;
  };
}
