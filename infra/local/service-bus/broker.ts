import type { Fate, Outcome } from "./attempts.ts";
import { afterExpiry, afterFailedAttempt, afterOutcome, timeToLive } from "./attempts.ts";
import { createDuplicateDetection } from "./duplicates.ts";
import type { Entities, Entity } from "./entities.ts";
import { encodeDelivery } from "./head.ts";
import type { Lock } from "./lock-token.ts";
import { newNonce } from "./lock-token.ts";
import type { SentMessage } from "./message.ts";
import { withProperties } from "./message.ts";
import type { Row, Store } from "./store.ts";

/** A message on its way to a consumer. */
export interface HandedOut {
  /** Also the name of the delivery. Nobody holds it when the message is already deleted. */
  readonly lock: Lock;
  /** The whole encoded message, with the broker's header and annotations. */
  readonly bytes: Buffer;
}

/** What a consumer asks for: messages to settle later, or messages that are deleted before they go out. */
export type ReceiveMode = "peekLock" | "receiveAndDelete";

/** What settling a message came to. */
export type Settled = "settled" | "lockLost" | "notAllowed";

/** The rules of the queues over the stored messages. Every verb but `peek` must run inside a transaction. */
export interface Broker {
  /** Stores the messages, except those whose id the queue still remembers: they are dropped in silence, as in Azure. */
  send(queue: Entity, messages: readonly SentMessage[]): void;
  /** The oldest messages that nobody holds, to be handed out in the same transaction. */
  available(entity: Entity, limit: number): readonly Row[];
  /** Locks or deletes the message. That is on disk before the message goes out, for whoever kills us. */
  handOut(entity: Entity, row: Row, mode: ReceiveMode): HandedOut;
  settle(entity: Entity, lock: Lock, outcome: Outcome): Settled;
  /** @returns the new end of the lock in epoch milliseconds, or `null` when the lock is lost. */
  renew(entity: Entity, lock: Lock): number | null;
  /** Whole encoded messages, locked or not, in order, from a sequence number on. */
  peek(entity: Entity, from: number, limit: number): Buffer[];
  /** Deals with every lock and every message whose time is up. */
  expire(): void;
}

/**
 * @param nowMs the clock.
 * @param onAvailable is told the key of every entity that now has something to give.
 */
export function createBroker(
  store: Store,
  entities: Entities,
  nowMs: () => number,
  onAvailable: (entityKey: string) => void,
): Broker {
  const isDuplicate = createDuplicateDetection(store);

  function apply(row: Row, fate: Fate): void {
    const { sequence } = row;
    if (fate.kind === "remove") {
      store.change("remove", sequence);
      return;
    }
    const content = withProperties(row.content, fate.properties);
    if (fate.kind === "requeue") {
      store.change("requeue", fate.deliveryCount, content, sequence);
      onAvailable(row.queue);
    } else {
      store.change("move", fate.to, fate.deliveryCount, content, sequence);
      onAvailable(fate.to);
    }
  }

  return {
    send(queue, messages) {
      const now = nowMs();
      for (const { messageId, content, timeToLiveMs } of messages) {
        if (isDuplicate(queue, messageId, now)) continue;
        const livesMs = timeToLive(queue, timeToLiveMs);
        const expiresAt = livesMs === null ? null : now + livesMs;
        store.change("insert", queue.key, now, expiresAt, content);
      }
      onAvailable(queue.key);
    },

    available: (entity, limit) => store.all("available", entity.key, nowMs(), limit),

    handOut(entity, row, mode) {
      const lock = { sequence: row.sequence, nonce: newNonce() };
      if (mode === "receiveAndDelete") {
        store.change("remove", row.sequence);
        return { lock, bytes: encodeRow(row, null) };
      }
      const lockedUntil = nowMs() + entity.config.lockMs;
      store.change("lock", lock.nonce, lockedUntil, row.sequence);
      return { lock, bytes: encodeRow(row, lockedUntil) };
    },

    settle(entity, { sequence, nonce }, outcome) {
      const now = nowMs();
      if (outcome.kind === "complete")
        return store.change("removeLocked", sequence, entity.key, nonce, now) === 1 ? "settled" : "lockLost";
      const row = store.one("findLocked", sequence, entity.key, nonce, now);
      if (!row) return "lockLost";
      const fate = afterOutcome(entity, row.delivery_count, outcome);
      if (!fate) return "notAllowed";
      apply(row, fate);
      return "settled";
    },

    renew(entity, { sequence, nonce }) {
      const now = nowMs();
      const lockedUntil = now + entity.config.lockMs;
      const renewed = store.change("renew", lockedUntil, sequence, entity.key, nonce, now);
      return renewed === 1 ? lockedUntil : null;
    },

    peek: (entity, from, limit) =>
      store.all("peek", from, entity.key, limit).map((row) => encodeRow(row, null)),

    expire() {
      const now = nowMs();
      for (const row of store.all("lostLocks", now)) {
        apply(row, afterFailedAttempt(entities.get(row.queue), row.delivery_count, {}));
      }
      for (const row of store.all("expired", now)) {
        apply(row, afterExpiry(entities.get(row.queue), row.delivery_count));
      }
    },
  };
}

function encodeRow(row: Row, lockedUntilMs: number | null): Buffer {
  return encodeDelivery(row.content, {
    sequence: row.sequence,
    enqueuedAtMs: row.enqueued_at,
    timeToLiveMs: row.expires_at === null ? null : row.expires_at - row.enqueued_at,
    deliveryCount: row.delivery_count,
    lockedUntilMs,
  });
}
