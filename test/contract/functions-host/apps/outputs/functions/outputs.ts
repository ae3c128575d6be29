import { app, type InvocationContext, output } from "@azure/functions";

const queue = output.serviceBusQueue({ queueName: "%OUT%", connection: "Bus" });
const topic = output.eventGrid({ topicEndpointUri: "TOPIC_ENDPOINT", topicKeySetting: "TOPIC_KEY" });
const tooLate = output.serviceBusQueue({ queueName: "nowhere", connection: "Bus" });

/** Sends its body to the queue, as it is or as what the query's `as` says. */
app.post("toQueue", {
  extraOutputs: [queue],
  handler: async (request, context) => {
    const text = await request.text();
    const shapes: Record<string, () => unknown> = {
      bytes: () => Buffer.from([0xff, 0x00, 0x01]),
      json: () => JSON.parse(text),
      nothing: () => undefined,
      null: () => null,
    };
    context.extraOutputs.set(queue, shapes[request.query.get("as") ?? ""]?.() ?? (text || undefined));
    return { status: 202 };
  },
});

app.post("toTopic", {
  extraOutputs: [topic],
  handler: async (request, context) => {
    context.extraOutputs.set(topic, await request.json());
    return { status: 202 };
  },
});

app.post("toNowhere", {
  extraOutputs: [tooLate],
  handler: async (request, context) => {
    context.extraOutputs.set(tooLate, await request.text());
    return { status: 202 };
  },
});

app.post("onlyReturned", { return: queue, handler: async (request) => (await request.text()) as never });

app.get("quiet", { extraOutputs: [queue], handler: () => ({ body: "quiet" }) });

app.serviceBusQueue("relay", {
  queueName: "in",
  connection: "Bus",
  return: output.serviceBusQueue({ queueName: "%OUT%", connection: "Bus" }),
  handler: (message: unknown, context: InvocationContext) => {
    context.log(`relaying ${JSON.stringify(message)}`);
    return { relayed: message };
  },
});

app.serviceBusQueue("publish", {
  queueName: "events",
  connection: "Bus",
  return: topic,
  handler: (message: unknown, context: InvocationContext) => {
    context.log(`publishing on delivery ${String(context.triggerMetadata?.deliveryCount)}`);
    return { id: "e-1", subject: "/s", eventType: "T", eventTime: "2026-11-22T00:00:00Z", data: message };
  },
});
