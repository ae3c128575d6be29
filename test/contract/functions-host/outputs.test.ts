import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { ServiceBusClient } from "@azure/service-bus";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parseQueues } from "../../../infra/local/service-bus/config.ts";
import { type ServiceBus, startServiceBus } from "../../../infra/local/service-bus/index.ts";
import { appFolder, newFolder, PATIENCE_MS, type RunningHost, runHost } from "./host.ts";

const PATIENT = { timeout: PATIENCE_MS };

/** An Event Grid topic: it keeps what is published, and refuses as often as it is told to. */
const topic = {
  refusals: 0,
  received: [] as { url: string; headers: IncomingHttpHeaders; events: unknown[] }[],
  server: createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on("end", () => {
      if (topic.refusals-- > 0) return response.writeHead(503).end("busy");
      topic.received.push({ url: request.url ?? "", headers: request.headers, events: JSON.parse(text) });
      return response.end();
    });
  }),
};

const file = join(newFolder(), "broker.sqlite");
let bus: ServiceBus;
let client: ServiceBusClient;
let host: RunningHost;

async function startBroker(port: number): Promise<void> {
  bus = await startServiceBus({
    file,
    port,
    queues: parseQueues({ Queues: ["in", "out", "events"].map((Name) => ({ Name })) }),
    key: "a key of this test",
    log: () => undefined,
  });
}

beforeAll(async () => {
  topic.server.listen(0, "127.0.0.1");
  await once(topic.server, "listening");
  await startBroker(0);
  client = new ServiceBusClient(bus.connectionString);
  const { port } = topic.server.address() as AddressInfo;
  host = await runHost(appFolder("outputs"), {
    env: {
      Bus: bus.connectionString,
      OUT: "out",
      TOPIC_ENDPOINT: `http://127.0.0.1:${port}/api/events`,
      TOPIC_KEY: "the topic's key",
    },
  });
});
afterAll(async () => {
  await host.end("SIGKILL");
  await client.close();
  await bus.close();
  topic.server.close();
});
beforeEach(() => {
  topic.received.length = 0;
});

const post = (path: string, body = "") => fetch(`${host.url}/api/${path}`, { method: "POST", body });

/** Takes messages out of the queue; their bodies as text, or in hexadecimal when they are bytes. */
async function taken(
  count: number,
  queue = "out",
): Promise<{ body: string; contentType: string | undefined }[]> {
  const receiver = client.createReceiver(queue, {
    receiveMode: "receiveAndDelete",
    skipParsingBodyAsJson: true,
  });
  const messages = [];
  while (messages.length < count) {
    const batch = await receiver.receiveMessages(count - messages.length, { maxWaitTimeInMs: PATIENCE_MS });
    if (batch.length === 0) break;
    messages.push(...batch);
  }
  await receiver.close();
  return messages.map(({ body, contentType }) => ({
    body: contentType === "text/plain" ? Buffer.from(body).toString() : Buffer.from(body).toString("hex"),
    contentType,
  }));
}

/** A client remembers how far it has peeked, so take a new one. */
const waiting = async (queue: string) => {
  const peeker = new ServiceBusClient(bus.connectionString);
  const messages = await peeker.createReceiver(queue).peekMessages(10);
  await peeker.close();
  return messages.length;
};

describe("an output to a queue", () => {
  test.each<[string, string, string, string[]]>([
    ["text", "toQueue", "hello", ["hello"]],
    ["an object as its JSON", "toQueue?as=json", '{"a":{"b":[1]}}', ['{"a":{"b":[1]}}']],
    [
      "each element of an array on its own",
      "toQueue?as=json",
      '["a",{"b":2},3,true,null]',
      ["a", '{"b":2}', "3", "True", ""],
    ],
    ["each element of an array that is JSON text", "toQueue", '[{"a":1},{"a":2}]', ['{"a":1}', '{"a":2}']],
    ["a number", "toQueue?as=json", "42", ["42"]],
    [
      "an object that looks like a message as the body, for Azure takes nothing else either",
      "toQueue?as=json",
      '{"body":"b","messageId":"m"}',
      ['{"body":"b","messageId":"m"}'],
    ],
  ])("sends %s", async (_name, path, body, expected) => {
    const response = await post(path, body);

    expect(response.status).toBe(202);
    const messages = await taken(expected.length);
    expect(messages).toEqual(expected.map((text) => ({ body: text, contentType: "text/plain" })));
  });

  test("sends bytes as they are", async () => {
    await post("toQueue?as=bytes");

    expect(await taken(1)).toEqual([{ body: "ff0001", contentType: "application/octet-stream" }]);
  });

  test.each(["toQueue?as=nothing", "toQueue?as=null", "toQueue?as=json"])(
    "sends nothing when there is nothing: %s",
    async (path) => {
      const response = await post(path, path.endsWith("json") ? "[]" : "");

      expect(response.status).toBe(202);
      expect(await waiting("out")).toBe(0);
    },
  );

  test("that was not set is no trouble", async () => {
    const response = await fetch(`${host.url}/api/quiet`);

    expect(await response.text()).toBe("quiet");
    expect(await waiting("out")).toBe(0);
  });

  test("may be what an HTTP function returns; its caller then gets 204", async () => {
    const response = await post("onlyReturned", "returned");

    expect(response.status).toBe(204);
    expect(await taken(1)).toEqual([{ body: "returned", contentType: "text/plain" }]);
  });

  test("that is refused fails the function: its caller gets 500, and the log tells which", async () => {
    const response = await post("toNowhere", "lost");

    expect(response.status).toBe(500);
    await host.writes(/error \[toNowhere\].*The output serviceBus\w* was not accepted: .*could not be found/);
  });

  test("is sent before the message that caused it is completed", async () => {
    const sender = client.createSender("in");
    await sender.sendMessages({ body: "first" });
    await sender.close();

    expect(await taken(1)).toEqual([{ body: '{"relayed":"first"}', contentType: "text/plain" }]);
    await expect.poll(() => waiting("in"), PATIENT).toBe(0);
  });
});

const EVENT = { id: "e-1", subject: "/s", eventType: "T", eventTime: "2026-11-22T00:00:00Z", data: { n: 1 } };
const CLOUD_EVENT = { specversion: "1.0", id: "c-1", source: "/s", type: "T", data: 1 };

describe("an output to a topic", () => {
  test.each<[string, unknown, string, unknown[]]>([
    ["an event", EVENT, "application/json", [EVENT]],
    [
      "several events together",
      [EVENT, { ...EVENT, id: "e-2" }],
      "application/json",
      [EVENT, { ...EVENT, id: "e-2" }],
    ],
    ["a CloudEvent", CLOUD_EVENT, "application/cloudevents-batch+json; charset=utf-8", [CLOUD_EVENT]],
  ])("publishes %s", async (_name, value, contentType, events) => {
    const response = await post("toTopic", JSON.stringify(value));

    expect(response.status).toBe(202);
    expect(topic.received).toEqual([
      {
        url: "/api/events?api-version=2018-01-01",
        headers: expect.objectContaining({ "content-type": contentType, "aeg-sas-key": "the topic's key" }),
        events,
      },
    ]);
  });

  test("that is no event fails the function", async () => {
    const response = await post("toTopic", '{"id":"e-1"}');

    expect(response.status).toBe(500);
    expect(topic.received).toEqual([]);
    await host.writes(
      /error \[toTopic\].*The output eventGrid\w* was not accepted: What was put out is no event/,
    );
  });

  test("that the topic refuses fails the function, so that a message that caused it comes again", async () => {
    topic.refusals = 1;
    const sender = client.createSender("events");

    await sender.sendMessages({ body: { from: "a message" } });

    await host.writes(/publishing on delivery 2/);
    await expect
      .poll(() => topic.received.map(({ events }) => events), PATIENT)
      .toEqual([[{ ...EVENT, data: { from: "a message" } }]]);
    await expect.poll(() => waiting("events"), PATIENT).toBe(0);
    expect(host.output()).toContain("The output $return was not accepted: The topic answered 503: busy");
    await sender.close();
  });
});

test("an output without a broker fails the function, and is sent again when the broker is back", async () => {
  await post("toQueue", "before");
  await taken(1);
  const { port } = bus;
  await bus.close();

  const without = await post("toQueue", "lost");
  await startBroker(port);
  const again = await post("toQueue", "after");

  expect([without.status, again.status]).toEqual([500, 202]);
  await client.close();
  client = new ServiceBusClient(bus.connectionString);
  expect(await taken(1)).toEqual([{ body: "after", contentType: "text/plain" }]);
});
