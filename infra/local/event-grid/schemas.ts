import * as z from "zod";

/**
 * An event in the EventGridSchema, which is how it is published and kept.
 * @see https://learn.microsoft.com/azure/event-grid/event-schema
 */
export interface GridEvent {
  readonly id: string;
  readonly topic: string;
  readonly subject: string;
  readonly eventType: string;
  readonly eventTime: string;
  readonly data: unknown;
  readonly dataVersion: string;
  readonly metadataVersion: string;
}

export type EventSchema = "EventGridSchema" | "CloudEventSchemaV1_0";

/** What a queue is sent: one event, with the properties that Event Grid adds. */
export interface QueueMessage {
  readonly body: string;
  readonly messageId: string;
  readonly contentType: string;
  readonly applicationProperties: Readonly<Record<string, string | number>>;
}

/** Where a subscription's events go. */
type Destination =
  | { readonly kind: "webhook"; readonly url: string }
  | {
      readonly kind: "queue";
      /** Resolves when the message is stored for good. */
      send(message: QueueMessage): Promise<void>;
    };

/** An event subscription. Event types are deliberately not filtered: an app must bear the ones it does not know. */
export interface EventSubscription {
  readonly name: string;
  /** Subscription ids whose events are wanted; all of them when absent. */
  readonly sourceSubscriptions?: readonly string[];
  readonly schema: EventSchema;
  readonly destination: Destination;
}

/** One event as a subscription's schema spells it. */
export function inSchema(schema: EventSchema, event: GridEvent): unknown {
  return schema === "EventGridSchema" ? event : cloudEvent(event);
}

/** @see https://learn.microsoft.com/azure/event-grid/cloud-event-schema */
function cloudEvent({ id, topic, subject, eventType, eventTime, data }: GridEvent): unknown {
  return { id, source: topic, subject, type: eventType, time: eventTime, data, specversion: "1.0" };
}

/** What Event Grid says about a delivery beside the event: webhook headers and queue properties alike. */
export function deliveryProperties(
  { name, schema }: EventSubscription,
  event: GridEvent,
  failedAttempts: number,
): Record<string, string> {
  return {
    "aeg-event-type": "Notification",
    "aeg-subscription-name": name.toUpperCase(),
    "aeg-delivery-count": String(failedAttempts),
    "aeg-data-version": event.dataVersion,
    "aeg-metadata-version": schema === "EventGridSchema" ? event.metadataVersion : "1.0",
  };
}

/**
 * What a webhook answers to the validation event.
 * @see https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema
 */
export const ValidationReply = z.object({ validationResponse: z.string() });
