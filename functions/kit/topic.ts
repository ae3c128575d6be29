import { type InvocationContext, output } from "@azure/functions";
import type { Config } from "../../shared/config.ts";
import type { Subscriber } from "../../shared/notify/channel.ts";
import { eventOf } from "../../shared/notify/events/event.ts";
import { wants } from "../../shared/notify/events/filter.ts";

/** The topic of Event Grid that `EventGridOut__topicEndpointUri` names; the host speaks to it, by the app's identity. */
export const TOPIC = output.eventGrid({ connection: "EventGridOut" });

/** What the topic hears; null where there is none. */
export const topicBy = ({
  EventGridOut__topicEndpointUri,
  EVENT_GRID_FILTER,
}: Config): Omit<Subscriber, "send"> | null =>
  EventGridOut__topicEndpointUri === undefined
    ? null
    : { name: "event-grid", isPutOutByHost: true, wants: (record) => wants(EVENT_GRID_FILTER, record) };

/** Lays an event ready for the topic, in an invocation of the function that has it as an output. */
export const putInto =
  (context: Pick<InvocationContext, "extraOutputs">, publicUrl: string): Subscriber["send"] =>
  async (happened) => {
    const event = eventOf(happened, publicUrl);
    if (event !== null) context.extraOutputs.set(TOPIC, event);
  };
