import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServiceBusClient, type ServiceBusReceivedMessage } from "@azure/service-bus";
import { describe, expect, onTestFinished, test } from "vitest";
import { parseQueues, type ServiceBus, startServiceBus } from "../../../infra/local/service-bus/index.ts";
import { serviceBusQuarantine } from "../../../shared/azure/quarantine.ts";

const QUEUE = "private-endpoint-hints-quarantine";
const RETRY = { maxRetries: 2, retryDelayInMs: 100, timeoutInMs: 15_000 };

/** A broker that can go and come back at the same address, and the quarantine in it. */
async function aBroker({ queue = QUEUE } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "quarantine-"));
  const queues = parseQueues({ Queues: [{ Name: QUEUE }] });
  const start = (port: number): Promise<ServiceBus> =>
    startServiceBus({ file: join(folder, "bus.db"), port, queues, key: "a key", log: () => undefined });
  let bus: ServiceBus | undefined = await start(0);
  const { port, connectionString } = bus;
  const stop = async () => {
    await bus?.close();
    bus = undefined;
  };
  onTestFinished(async () => {
    await stop();
    rmSync(folder, { recursive: true });
  });
  return {
    quarantine: serviceBusQuarantine({
      queue,
      connectionString,
      fullyQualifiedNamespace: undefined,
      clientId: undefined,
    }),
    stop,
    restart: async () => {
      bus = await start(port);
    },
    kept: () => keptBy(connectionString),
  };
}

/** What lies in the quarantine, oldest first; it stays there. */
async function keptBy(connectionString: string): Promise<ServiceBusReceivedMessage[]> {
  const client = new ServiceBusClient(connectionString, { retryOptions: RETRY });
  try {
    return await client.createReceiver(QUEUE, { skipParsingBodyAsJson: true }).peekMessages(100);
  } finally {
    await client.close();
  }
}

const bytes = (message: ServiceBusReceivedMessage | undefined): Buffer => Buffer.from(message?.body);

describe("the quarantine", () => {
  test.each<[string, Uint8Array]>([
    ["every byte there is", Uint8Array.from({ length: 256 }, (_, byte) => byte)],
    ["no byte", new Uint8Array()],
    ["a text with a wrong end", Buffer.from("ünïcode \xff", "latin1")],
    ["JSON", Buffer.from('{"connectionId":"x"}')],
    ["240 KB", new Uint8Array(240 * 1_024).fill(7)],
  ])("keeps a body of %s as it came, with its message id and the reason beside it", async (_case, body) => {
    const { quarantine, kept } = await aBroker();

    await quarantine.put({ body, messageId: "4e6f/ü 1", because: 'The body is not JSON: "ö"' });

    const [message, ...others] = await kept();
    expect(others).toEqual([]);
    expect(bytes(message)).toEqual(Buffer.from(body));
    expect(message?.messageId).toBe("4e6f/ü 1");
    expect(message?.applicationProperties).toEqual({ reason: 'The body is not JSON: "ö"' });
  });

  test("keeps the first 240 KB of a body that fits no message, and says how long it was", async () => {
    const { quarantine, kept } = await aBroker();
    const body = Uint8Array.from({ length: 1_000_000 }, (_, at) => at % 251);

    await quarantine.put({ body, messageId: "large", because: "too large" });

    const [message] = await kept();
    expect(bytes(message)).toEqual(Buffer.from(body.subarray(0, 245_760)));
    expect(message?.applicationProperties).toEqual({ reason: "too large", cutFromBytes: 1_000_000 });
  });

  test("keeps every message that comes, also the same one again", async () => {
    const { quarantine, kept } = await aBroker();
    const message = { body: Buffer.from("x"), messageId: "twice", because: "no" };

    await Promise.all([quarantine.put(message), quarantine.put(message)]);

    expect((await kept()).map(({ messageId }) => messageId)).toEqual(["twice", "twice"]);
  });

  test("rejects when the broker is away at the first message, and works when it has come", async () => {
    const { quarantine, stop, restart, kept } = await aBroker();
    const put = (messageId: string) => quarantine.put({ body: Buffer.from("x"), messageId, because: "no" });
    await stop();

    await expect(put("too early")).rejects.toThrow();
    await restart();
    await put("in time");

    expect((await kept()).map(({ messageId }) => messageId)).toEqual(["in time"]);
  });

  test("rejects when the broker goes away later, and works again when it is back", async () => {
    const { quarantine, stop, restart, kept } = await aBroker();
    const put = (messageId: string) => quarantine.put({ body: Buffer.from("x"), messageId, because: "no" });
    await put("before");

    await stop();
    await expect(put("meanwhile")).rejects.toThrow();
    await restart();
    await put("after");

    expect((await kept()).map(({ messageId }) => messageId)).toEqual(["before", "after"]);
  });

  test("rejects when there is no such queue", async () => {
    const { quarantine } = await aBroker({ queue: "another" });

    const put = quarantine.put({ body: Buffer.from("x"), messageId: "1", because: "no" });

    await expect(put).rejects.toMatchObject({ code: "MessagingEntityNotFound" });
  });
});
