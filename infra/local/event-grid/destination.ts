import type { Attempt } from "./retry.ts";
import { deliveryProperties, type EventSubscription, inSchema } from "./schemas.ts";
import type { Delivery } from "./store.ts";
import { post, reasonOf, shakeHands } from "./webhook.ts";

const CONTENT_TYPE = {
  EventGridSchema: "application/json; charset=utf-8",
  CloudEventSchemaV1_0: "application/cloudevents+json; charset=utf-8",
} as const;

/** What keeps a destination from being sent events; undefined when nothing does. A queue needs no handshake. */
export async function problemOf(
  { destination, schema }: EventSubscription,
  closing: AbortSignal,
): Promise<string | undefined> {
  if (destination.kind === "queue") return undefined;
  return await shakeHands(destination.url, schema, closing).catch(reasonOf);
}

/** Makes one attempt to deliver one event; never rejects. */
export function attempt(
  subscription: EventSubscription,
  { event, tries }: Delivery,
  closing: AbortSignal,
): Promise<Attempt> {
  const { destination, schema } = subscription;
  const properties = deliveryProperties(subscription, event, tries.attempts);
  const one = inSchema(schema, event);
  switch (destination.kind) {
    case "webhook": {
      // An array of one in Event Grid's schema, a single object as a cloud event.
      const body = JSON.stringify(schema === "EventGridSchema" ? [one] : one);
      return post(destination.url, { ...properties, "content-type": CONTENT_TYPE[schema] }, body, closing);
    }
    case "queue":
      return destination
        .send({
          body: JSON.stringify(one),
          messageId: event.id,
          contentType: "application/json",
          applicationProperties: { ...properties, "aeg-output-event-id": event.id },
        })
        .then<Attempt, Attempt>(
          () => ({ kind: "delivered" }),
          (error: unknown) => ({ kind: "unreachable", detail: reasonOf(error) }),
        );
  }
}
