import * as z from "zod";
import { CloudEvent } from "../../kit/cloud-event.ts";
import { StartError } from "../errors.ts";
import { identityToken } from "./identity.ts";
import type { OutputBinding, Target } from "./target.ts";
import { itemsOf } from "./values.ts";

/** How long a topic may take to answer. */
const ANSWER_TIMEOUT_MS = 30_000;

/** What a token for a topic is asked for. */
const RESOURCE = "https://eventgrid.azure.net";

const CLOUD_EVENTS = "application/cloudevents-batch+json; charset=utf-8";

/** An endpoint and its key, each in a setting of its own; or a prefix of settings, for an identity. Never both. */
const ByKey = z.object({
  topicEndpointUri: z.string({ error: "must name the setting that holds the topic's endpoint" }),
  topicKeySetting: z.string({ error: "must name the setting that holds the topic's key" }),
  connection: z.undefined({ error: "must not stand beside topicEndpointUri and topicKeySetting" }).optional(),
});
const ByIdentity = z.object({ connection: z.string().min(1) });

/** What a topic demands of an event. @see https://learn.microsoft.com/azure/event-grid/event-schema */
const EventGridEvent = z.looseObject({
  id: z.string(),
  subject: z.string(),
  eventType: z.string(),
  eventTime: z.string(),
});

/**
 * The topic that a function publishes to. Throws a StartError when its endpoint, or what proves who publishes, is not set.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-event-grid-output
 * @see azure-sdk-for-net, Extensions.EventGrid, EventGridAsyncCollectorFactory.cs and EventGridAsyncCollector.cs
 */
export function topicTarget({ fn, binding }: OutputBinding): Target {
  const { topicEndpointUri, topicKeySetting, connection } = binding;
  const isByIdentity =
    connection !== undefined && topicEndpointUri === undefined && topicKeySetting === undefined;
  const topic = isByIdentity ? byIdentity(fn, binding) : byKey(fn, binding);
  topic.endpoint.searchParams.set("api-version", "2018-01-01");
  return {
    send: async (data) => {
      const { type, events } = readEvents(itemsOf(data));
      await publish(topic.endpoint, { ...(await topic.proof()), "content-type": type }, events);
    },
  };
}

/** Where the topic is, and the header that proves who publishes. */
interface Topic {
  readonly endpoint: URL;
  proof(): Promise<Record<string, string>>;
}

function byKey(fn: string, binding: OutputBinding["binding"]): Topic {
  const options = optionsIn(fn, ByKey, binding);
  const key = setting(fn, options.topicKeySetting);
  return { endpoint: endpointIn(fn, options.topicEndpointUri), proof: async () => ({ "aeg-sas-key": key }) };
}

function byIdentity(fn: string, binding: OutputBinding["binding"]): Topic {
  const { connection } = optionsIn(fn, ByIdentity, binding);
  const token = identityToken({ fn, connection, resource: RESOURCE });
  return {
    endpoint: endpointIn(fn, `${connection}__topicEndpointUri`),
    proof: async () => ({ authorization: `Bearer ${await token()}` }),
  };
}

function optionsIn<T>(fn: string, schema: z.ZodType<T>, binding: OutputBinding["binding"]): T {
  const options = schema.safeParse(binding);
  if (options.success) return options.data;
  throw new StartError(`${fn}: ${z.prettifyError(options.error)}`);
}

function endpointIn(fn: string, name: string): URL {
  const endpoint = URL.parse(setting(fn, name));
  if (endpoint === null) throw new StartError(`${fn}: the setting ${name} must hold the URL of a topic.`);
  return endpoint;
}

function setting(fn: string, name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new StartError(`${fn}: the setting ${name} is not set.`);
  return value;
}

/** The first one says of which schema all of them are: a topic takes one, and what is of the other is none. */
function readEvents(items: readonly unknown[]): {
  readonly type: string;
  readonly events: readonly object[];
} {
  const [first] = items;
  return EventGridEvent.safeParse(first).success
    ? { type: "application/json", events: items.map((item) => readEvent(EventGridEvent, item)) }
    : { type: CLOUD_EVENTS, events: items.map((item) => readEvent(CloudEvent, item)) };
}

function readEvent(schema: typeof EventGridEvent | typeof CloudEvent, item: unknown): object {
  const parsed = schema.safeParse(item);
  if (parsed.success) return parsed.data;
  throw new Error(`What was put out is no event: ${z.prettifyError(parsed.error)}`);
}

/** @see https://learn.microsoft.com/azure/event-grid/post-to-custom-topic */
async function publish(
  endpoint: URL,
  headers: Readonly<Record<string, string>>,
  events: readonly object[],
): Promise<void> {
  if (events.length === 0) return;
  const response = await fetch(endpoint, {
    method: "POST",
    headers,
    body: JSON.stringify(events),
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  });
  const body = await response.text();
  if (!response.ok) throw new Error(`The topic answered ${response.status}: ${body.slice(0, 500)}`);
}
