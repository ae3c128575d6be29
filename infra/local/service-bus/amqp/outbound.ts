import type { Sender } from "rhea";
import type { Consumer, Dispatcher } from "../dispatcher.ts";
import type { Entity } from "../entities.ts";
import { notAllowed, type Refusal } from "../errors.ts";
import { lockToken, swapGuidBytes } from "../lock-token.ts";
import { freePlaces, type OutgoingDelivery, type OutgoingLink, writeSoon } from "../rhea.ts";
import { OUTCOME_EVENTS, type Settle, settleDelivery } from "./outcomes.ts";

const SINGLE_MESSAGE_FORMAT = 0;

/** The sender settle mode of a client that wants its messages deleted when they are sent. */
const SETTLED = 1;

/** Delivers an entity's messages over this link, as far as the client's credit goes, and hears how they went. */
export function deliverMessages(
  link: OutgoingLink,
  entity: Entity,
  { add, pump }: Dispatcher,
  settle: Settle,
  failed: (error: unknown) => void,
): void {
  const credit = countCredit(link);
  const mode = link.snd_settle_mode === SETTLED ? "receiveAndDelete" : "peekLock";
  let delivered = 0;
  const consumer: Consumer = {
    mode,
    isOpen: () => link.is_open(),
    capacity: () => Math.min(credit.left(), freePlaces(link)),
    deliver({ lock, bytes }) {
      credit.take();
      delivered += 1;
      link.send(bytes, swapGuidBytes(lockToken(lock)), SINGLE_MESSAGE_FORMAT);
    },
  };
  add(entity, consumer);

  async function onFlow(): Promise<void> {
    credit.grant();
    const before = delivered;
    await pump(entity);
    if (link._draining) link.set_drained(true);
    // A bare flow where there is nothing to send: it carries the TCP ACK that the client's next write waits for.
    else if (delivered === before) link.issue_flow = true;
    writeSoon(link.connection);
  }
  link.on("sender_flow", () => void onFlow().catch(failed));
  // Raised also when places in a full ring of deliveries become free.
  link.on("sendable", () => void pump(entity));

  for (const event of OUTCOME_EVENTS) {
    link.on(event, ({ delivery }: { delivery: OutgoingDelivery }) => {
      settleDelivery(delivery, entity, event, settle).catch(failed);
    });
  }
}

/**
 * Counts a link's credit ahead of rhea, whose own count falls only when it writes, on the next tick.
 *
 * Also answers a drain when no credit is left: rhea would not, and the SDK would wait for 200 ms and close the link.
 */
function countCredit(link: OutgoingLink): { grant(): void; take(): void; left(): number } {
  let limit = 0;
  let sent = 0;
  link._get_drain = () => {
    if (!link._draining || !link._drained) return false;
    link.delivery_count += link.credit;
    link.credit = 0;
    sent = link.delivery_count;
    return true;
  };
  return {
    grant: () => {
      limit = link.credit + link.delivery_count;
    },
    take: () => {
      sent += 1;
    },
    left: () => limit - sent,
  };
}

/** Why this broker will not deliver over such a link; `null` when it will. */
export function refuseModes(sender: Sender): Refusal | null {
  if ("com.microsoft:session-filter" in (sender.source.filter ?? {})) {
    return notAllowed(
      "It is not possible for an entity that does not require sessions to create a session receiver.",
    );
  }
  return null;
}
