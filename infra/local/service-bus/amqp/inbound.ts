import type { Receiver } from "rhea";
import { MAX_MESSAGE_BYTES } from "../constants.ts";
import type { Entity } from "../entities.ts";
import { INTERNAL_ERROR, notDecoded, notImitated, type Refusal, TOO_LARGE } from "../errors.ts";
import { readTransfer, type SentMessage } from "../message.ts";
import { accept, onMessage } from "../rhea.ts";

/** Stores what a client sends on this link, and accepts each transfer once its messages are on disk. */
export function acceptMessages(
  receiver: Receiver,
  queue: Entity,
  send: (queue: Entity, messages: readonly SentMessage[]) => Promise<void>,
  failed: (error: unknown) => void,
): void {
  onMessage(receiver, ({ bytes, format, delivery }) => {
    const read = readOrRefuse(bytes, format);
    if (read.kind === "refused") return delivery.reject(read.refusal);
    send(queue, read.messages).then(
      () => accept(delivery),
      (error: unknown) => {
        failed(error);
        delivery.reject(INTERNAL_ERROR);
      },
    );
  });
}

type Read =
  | { readonly kind: "messages"; readonly messages: readonly SentMessage[] }
  | { readonly kind: "refused"; readonly refusal: Refusal };

function readOrRefuse(bytes: Buffer, format: number): Read {
  if (bytes.length > MAX_MESSAGE_BYTES) return { kind: "refused", refusal: TOO_LARGE };
  try {
    const messages = readTransfer(bytes, format);
    const scheduled = messages.some((message) => message.scheduled);
    return scheduled
      ? { kind: "refused", refusal: notImitated("A scheduled message") }
      : { kind: "messages", messages };
  } catch (error) {
    return { kind: "refused", refusal: notDecoded(error) };
  }
}
