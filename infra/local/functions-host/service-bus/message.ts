import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import type { TypedData } from "../../durable-task/contract.ts";
import { json, textOrBytes } from "../typed-data.ts";

/** A data section arrives as bytes; a value or a sequence as what it holds. */
export function bodyOf(body: unknown, binary: boolean): TypedData {
  if (body instanceof Uint8Array) return binary ? { bytes: body } : textOrBytes(body);
  if (body === undefined || body === null) return { string: "" };
  return typeof body === "string" ? { string: body } : json(body);
}

/** Binding data of the Service Bus extension; @azure/functions lower-cases the first letters. Absent values are left out. */
export function metadataOf(message: ServiceBusReceivedMessage): Record<string, TypedData> {
  const text = (value: unknown): TypedData | undefined =>
    value === undefined ? undefined : { string: String(value) };
  const date = (value: Date | undefined): TypedData | undefined =>
    value === undefined ? undefined : json(value);
  const all: Record<string, TypedData | undefined> = {
    MessageId: text(message.messageId),
    // .NET counts this delivery too, AMQP and the JavaScript client only the earlier ones.
    DeliveryCount: { int: (message.deliveryCount ?? 0) + 1 },
    EnqueuedTimeUtc: date(message.enqueuedTimeUtc),
    ExpiresAtUtc: date(message.expiresAtUtc),
    SequenceNumber: text(message.sequenceNumber),
    CorrelationId: text(message.correlationId),
    ContentType: text(message.contentType),
    Subject: text(message.subject),
    To: text(message.to),
    ReplyTo: text(message.replyTo),
    SessionId: text(message.sessionId),
    LockToken: text(message.lockToken),
    DeadLetterSource: text(message.deadLetterSource),
    ApplicationProperties: json(message.applicationProperties ?? {}),
  };
  return Object.fromEntries(
    Object.entries(all).filter((pair): pair is [string, TypedData] => pair[1] !== undefined),
  );
}
