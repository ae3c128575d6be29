import type { Receiver } from "rhea";
import type { Dispatcher } from "../dispatcher.ts";
import type { Entities, Entity } from "../entities.ts";
import { notAllowed } from "../errors.ts";
import type { SentMessage } from "../message.ts";
import type { OutgoingLink } from "../rhea.ts";
import { admit } from "./admission.ts";
import type { Claims } from "./claims.ts";
import { acceptMessages } from "./inbound.ts";
import { type ManagementNeeds, manage } from "./management.ts";
import { deliverMessages, refuseModes } from "./outbound.ts";
import { answerRequests, carryReplies } from "./requests.ts";

/** What the links need of the broker behind them. */
export interface LinkNeeds extends ManagementNeeds {
  readonly entities: Entities;
  readonly dispatcher: Dispatcher;
  /** Resolves when the messages are on disk. */
  readonly send: (queue: Entity, messages: readonly SentMessage[]) => Promise<void>;
  /** Is told what went wrong and has nobody else to be told. */
  readonly failed: (error: unknown) => void;
}

/** A client attaches a link to send on: messages, or requests. */
export function openReceiver(receiver: Receiver, claims: Claims, needs: LinkNeeds): void {
  const admission = admit(receiver.target?.address, claims, needs.entities);
  if (admission.kind !== "refused") agree(receiver);
  switch (admission.kind) {
    case "claims":
      answerRequests(receiver, (request) => claims.putToken(request), needs.failed);
      break;
    case "management":
      answerRequests(receiver, (request) => manage(admission.entity, request, needs), needs.failed);
      break;
    case "entity":
      if (admission.entity.kind === "queue")
        acceptMessages(receiver, admission.entity, needs.send, needs.failed);
      else receiver.close(notAllowed("A dead-letter queue cannot be sent to."));
      break;
    case "refused":
      receiver.close(admission.refusal);
  }
}

/** A client attaches a link to receive on: messages, or replies. */
export function openSender(sender: OutgoingLink, claims: Claims, needs: LinkNeeds): void {
  const admission = admit(sender.source?.address, claims, needs.entities);
  if (admission.kind !== "refused") agree(sender);
  switch (admission.kind) {
    case "claims":
    case "management":
      carryReplies(sender);
      break;
    case "entity":
      openConsumer(sender, admission.entity, needs);
      break;
    case "refused":
      sender.close(admission.refusal);
  }
}

/** Answers an attach with both of its ends. */
function agree(link: Receiver | OutgoingLink): void {
  link.set_source({ address: link.source?.address });
  link.set_target({ address: link.target?.address });
}

function openConsumer(sender: OutgoingLink, entity: Entity, { dispatcher, settle, failed }: LinkNeeds): void {
  const refusal = refuseModes(sender);
  if (refusal) {
    sender.close(refusal);
    return;
  }
  sender.local.attach.snd_settle_mode = sender.snd_settle_mode;
  sender.local.attach.rcv_settle_mode = sender.rcv_settle_mode;
  deliverMessages(sender, entity, dispatcher, settle, failed);
}
