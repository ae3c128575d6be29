import type { Outcome, Properties } from "../attempts.ts";
import type { Settled } from "../broker.ts";
import type { Entity } from "../entities.ts";
import { INTERNAL_ERROR, LOCK_LOST, notAllowed, notImitated, type Refusal } from "../errors.ts";
import { type Lock, readLockToken, swapGuidBytes } from "../lock-token.ts";
import { answer, type DecodedMessage, type OutgoingDelivery } from "../rhea.ts";

/** The outcomes of AMQP 1.0, under the names by which rhea reports them. */
export const OUTCOME_EVENTS = ["accepted", "rejected", "modified", "released"] as const;

type OutcomeEvent = (typeof OUTCOME_EVENTS)[number];

/** Settles messages, whether the word comes over a link or over `$management`. */
export type Settle = (entity: Entity, lock: Lock, outcome: Outcome) => Promise<Settled>;

/** `null`: the client asks for something this broker does not do. The message stays locked. */
function readOutcome(event: OutcomeEvent, state: DecodedMessage): Outcome | null {
  switch (event) {
    case "accepted":
      return { kind: "complete" };
    case "rejected": {
      const error = (state.error ?? {}) as { info?: Properties };
      return { kind: "deadLetter", properties: error.info ?? {} };
    }
    case "modified": {
      const isDefer = state.undeliverable_here === true;
      return isDefer
        ? null
        : { kind: "abandon", properties: (state.message_annotations ?? {}) as Properties };
    }
    case "released":
      return { kind: "abandon", properties: {} };
  }
}

/** Does what the client says about one delivery, and answers it when that is on disk. */
export async function settleDelivery(
  delivery: OutgoingDelivery,
  entity: Entity,
  event: OutcomeEvent,
  settle: Settle,
): Promise<void> {
  try {
    const outcome = readOutcome(event, delivery.remote_state ?? {});
    const lock = readLockToken(swapGuidBytes(delivery.tag));
    if (outcome === null) answer(delivery, notImitated("Deferring a message"));
    else answer(delivery, lock ? refusalOf(await settle(entity, lock, outcome)) : LOCK_LOST);
  } catch (error) {
    answer(delivery, INTERNAL_ERROR);
    throw error;
  }
}

/** The refusal that tells a client what settling came to; `null` when it worked. */
export function refusalOf(settled: Settled): Refusal | null {
  switch (settled) {
    case "settled":
      return null;
    case "lockLost":
      return LOCK_LOST;
    case "notAllowed":
      return notAllowed("A message in a dead-letter queue cannot be dead-lettered again.");
  }
}
