import * as z from "zod";
import { StartError } from "../errors.ts";
import type { OutputBinding, Target } from "./target.ts";
import { itemsOf } from "./values.ts";

/** How long a topic may take to answer. */
const ANSWER_TIMEOUT_MS = 30_000;

const TopicOutput = z.object({
  topicEndpointUri: z.string({ error: "must name the setting that holds the topic's endpoint" }),
  topicKeySetting: z.string({ error: "must name the setting that holds the topic's key" }),
  connection: z
    .undefined({ error: "identity-based connections are not supported; give endpoint and key" })
    .optional(),
});

/** What a topic demands of an event. @see https://learn.microsoft.com/azure/event-grid/event-schema */
const EventGridEvent = z.looseObject({
  id: z.string(),
  subject: z.string(),
  eventType: z.string(),
  eventTime: z.string(),
});

/** @see https://learn.microsoft.com/azure/event-grid/cloud-event-schema */
const CloudEvent = z.looseObject({
  specversion: z.literal("1.0"),
  id: z.string(),
  source: z.string(),
  type: z.string(),
});

/**
 * The topic that a function publishes to. Throws a StartError when its endpoint or its key is not set.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-event-grid-output
 */
export function topicTarget({ fn, binding }: OutputBinding): Target {
  const options = TopicOutput.safeParse(binding);
  if (!options.success) throw new StartError(`${fn}: ${z.prettifyError(options.error)}`);
  const endpoint = URL.parse(setting(fn, options.data.topicEndpointUri));
  if (endpoint === null) {
    throw new StartError(`${fn}: the setting ${options.data.topicEndpointUri} must hold the URL of a topic.`);
  }
  const key = setting(fn, options.data.topicKeySetting);
  endpoint.searchParams.set("api-version", "2018-01-01");
  return {
    send: async (data) => {
      const events = itemsOf(data).map(readEvent);
      const cloudEvents = events.filter(isCloudEvent);
      const others = events.filter((event) => !isCloudEvent(event));
      await publish(endpoint, key, "application/cloudevents-batch+json; charset=utf-8", cloudEvents);
      await publish(endpoint, key, "application/json", others);
    },
  };
}

function setting(fn: string, name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new StartError(`${fn}: the setting ${name} is not set.`);
  return value;
}

const isCloudEvent = (event: object): boolean => "specversion" in event;

function readEvent(item: unknown): object {
  const schema =
    typeof item === "object" && item !== null && isCloudEvent(item) ? CloudEvent : EventGridEvent;
  const parsed = schema.safeParse(item);
  if (parsed.success) return parsed.data;
  throw new Error(`What was put out is no event: ${z.prettifyError(parsed.error)}`);
}

/** @see https://learn.microsoft.com/azure/event-grid/post-to-custom-topic */
async function publish(endpoint: URL, key: string, type: string, events: readonly object[]): Promise<void> {
  if (events.length === 0) return;
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": type, "aeg-sas-key": key },
    body: JSON.stringify(events),
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  });
  const body = await response.text();
  if (!response.ok) throw new Error(`The topic answered ${response.status}: ${body.slice(0, 500)}`);
}
