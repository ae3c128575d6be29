import { setTimeout as pause } from "node:timers/promises";
import { type InvocationContext, output } from "@azure/functions";
import * as df from "durable-functions";
import type { Config } from "../../shared/config.ts";
import type { Subscriber } from "../../shared/notify/channel.ts";
import { eventOf } from "../../shared/notify/events/event.ts";
import { wants } from "../../shared/notify/events/filter.ts";
import type { Trial, Tried } from "../../shared/notify/trial.ts";
import { hasStatus } from "./orchestrations.ts";

/** The topic of Event Grid that `EventGridOut__topicEndpointUri` names; the host speaks to it, by the app's identity. */
export const TOPIC = output.eventGrid({ connection: "EventGridOut" });

/** The topic's channel. */
export const TOPIC_CHANNEL = "event-grid";

/** What the topic hears; null where there is none. */
export const topicBy = ({
  EventGridOut__topicEndpointUri,
  EVENT_GRID_FILTER,
}: Config): Omit<Subscriber, "send"> | null =>
  EventGridOut__topicEndpointUri === undefined
    ? null
    : { name: TOPIC_CHANNEL, isPutOutByHost: true, wants: (record) => wants(EVENT_GRID_FILTER, record) };

/** Lays an event ready for the topic, in an invocation of the function that has it as an output. */
export const putInto =
  (context: Pick<InvocationContext, "extraOutputs">, publicUrl: string): Subscriber["send"] =>
  async (happened) => {
    const event = eventOf(happened, publicUrl);
    if (event !== null) context.extraOutputs.set(TOPIC, event);
  };

/** Name of the orchestrator that tries the topic. */
export const TRY_TOPIC = "tryTopic";

/** How long and how often is looked whether the host has put it out. */
const LOOK = { times: 40, everyMs: 250 } as const;

/**
 * Tries the topic. The host puts out what a function leaves it only when that has ended, so it is another function that does, and
 * this one looks what the host made of it.
 */
export const topicTrial = (
  context: InvocationContext,
  { times, everyMs }: { readonly times: number; readonly everyMs: number } = LOOK,
): Trial => ({
  name: TOPIC_CHANNEL,
  sendTest: async ({ id, at }) => {
    const client = df.getClient(context);
    await client.startNew(TRY_TOPIC, { instanceId: `try-${id}`, input: { id, at } });
    for (let look = 0; look < times; look += 1) {
      const status = await client.getStatus(`try-${id}`).catch(notYet);
      if (status?.runtimeStatus === df.OrchestrationRuntimeStatus.Completed) return putOut(id, status.output);
      await pause(everyMs);
    }
    return {
      result: "unknown",
      sentence: `The host has not put it out within ${(times * everyMs) / 1_000} s. Look into the app's log for ${id}.`,
    };
  },
});

/** Durable may show what was started a moment later. */
function notYet(error: unknown): null {
  if (hasStatus(error, 404)) return null;
  throw error;
}

/** @param error why the host could not, which is in the log; null when it could */
function putOut(id: string, error: unknown): Tried {
  if (error !== null)
    return {
      result: "refused",
      sentence: `The host could not put it out; its log says why. Compare EventGridOut__topicEndpointUri with the topic's endpoint, and look whether the app's identity has the role EventGrid Data Sender there.`,
    };
  return {
    result: "unknown",
    sentence: `The host put it out, and the topic took it. Which subscriptions got it only Event Grid knows: look for ${id} at one of them.`,
  };
}
