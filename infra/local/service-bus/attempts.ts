import type { Entity } from "./entities.ts";

/** What the holder of a lock says about its message. */
export type Outcome = { readonly kind: "complete" } | FailedOutcome;

/** The message was not processed. */
export interface FailedOutcome {
  readonly kind: "abandon" | "deadLetter";
  readonly properties: Properties;
}

/** Application properties to be added to a message. */
export type Properties = Readonly<Record<string, unknown>>;

/** What becomes of a message nobody holds any more. */
export type Fate =
  | { readonly kind: "remove" }
  | { readonly kind: "requeue"; readonly deliveryCount: number; readonly properties: Properties }
  | {
      readonly kind: "deadLetter";
      readonly to: string;
      readonly deliveryCount: number;
      readonly properties: Properties;
    };

/** Why a message is in a dead-letter queue, under the names the SDK reads. */
export function deadLetterProperties(reason: string, description: string): Properties {
  return { DeadLetterReason: reason, DeadLetterErrorDescription: description };
}

/**
 * One more attempt has failed: it was abandoned, or its lock expired.
 *
 * `deliveryCount` is the number of attempts that had failed before. An entity of `undefined` is no longer declared; its
 * messages are kept.
 * @see https://learn.microsoft.com/azure/service-bus-messaging/service-bus-dead-letter-queues#maximum-delivery-count
 */
export function afterFailedAttempt(
  entity: Entity | undefined,
  deliveryCount: number,
  properties: Properties,
): Fate {
  const failed = deliveryCount + 1;
  if (entity?.kind !== "queue" || failed < entity.config.maxDeliveryCount) {
    return { kind: "requeue", deliveryCount: failed, properties };
  }
  const reason = deadLetterProperties(
    "MaxDeliveryCountExceeded",
    `Message could not be consumed after ${failed} delivery attempts.`,
  );
  return {
    kind: "deadLetter",
    to: entity.deadLetters.key,
    deliveryCount: failed,
    properties: { ...properties, ...reason },
  };
}

/** The message outlived its time to live. */
export function afterExpiry(entity: Entity | undefined, deliveryCount: number): Fate {
  if (entity?.kind !== "queue" || !entity.config.deadLetterExpired) return { kind: "remove" };
  const properties = deadLetterProperties(
    "TTLExpiredException",
    "The message expired and was dead lettered.",
  );
  return { kind: "deadLetter", to: entity.deadLetters.key, deliveryCount, properties };
}

/** The holder of the lock has spoken. `null`: this entity does not allow that outcome. */
export function afterOutcome(entity: Entity, deliveryCount: number, outcome: FailedOutcome): Fate | null {
  const { properties } = outcome;
  if (outcome.kind === "abandon") return afterFailedAttempt(entity, deliveryCount, properties);
  if (entity.kind === "deadLetterQueue") return null;
  return { kind: "deadLetter", to: entity.deadLetters.key, deliveryCount, properties };
}

/** The shorter of the message's own time to live and the queue's default; `null` when neither is set. */
export function timeToLive(entity: Entity, ownMs: number | null): number | null {
  const limits = [ownMs, entity.config.timeToLiveMs].filter((ms) => ms !== null);
  return limits.length > 0 ? Math.min(...limits) : null;
}
