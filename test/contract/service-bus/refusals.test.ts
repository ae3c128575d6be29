import { createHmac } from "node:crypto";
import { once } from "node:events";
import type { ServiceBusClient, ServiceBusReceivedMessage } from "@azure/service-bus";
import rhea from "rhea";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ServiceBus } from "../../../infra/local/service-bus/index.ts";
import { PATIENCE_MS } from "../patience.ts";
import { aClient, aNamespace, aReceiver, next, PATIENTLY } from "./namespace.ts";

/** A retried error arrives as a list of errors; these tests want the error itself. */
const NO_RETRY = { maxRetries: 0, timeoutInMs: PATIENCE_MS };

async function aNamespaceWithImpatientClient(): Promise<{ bus: ServiceBus; client: ServiceBusClient }> {
  const { bus } = await aNamespace();
  return { bus, client: aClient(bus.connectionString, NO_RETRY) };
}

/** A client whose connection string carries a ready-made token instead of a key. */
function clientWithToken(endpoint: string, token: string): ServiceBusClient {
  return aClient(`Endpoint=${endpoint};SharedAccessSignature=${token};UseDevelopmentEmulator=true`, NO_RETRY);
}

function sign(
  resource: string,
  expiresAt: number,
  key: string,
  keyName = "RootManageSharedAccessKey",
): string {
  const sr = encodeURIComponent(resource);
  const sig = encodeURIComponent(createHmac("sha256", key).update(`${sr}\n${expiresAt}`).digest("base64"));
  return `SharedAccessSignature sr=${sr}&sig=${sig}&se=${expiresAt}&skn=${keyName}`;
}

/** The sequence number, in the client's own type for 64 bits. */
function numberOf(
  message: ServiceBusReceivedMessage | undefined,
): NonNullable<ServiceBusReceivedMessage["sequenceNumber"]> {
  if (!message?.sequenceNumber) throw new Error("a message without a sequence number");
  return message.sequenceNumber;
}

const IN_AN_HOUR = Math.floor(Date.now() / 1000) + 3600;
const KEY = "a key for tests";

describe("refusals", () => {
  test.each(["sender", "receiver", "peek"] as const)(
    "a queue that is not declared is not there for a %s",
    async (role) => {
      const { client } = await aNamespaceWithImpatientClient();

      const use = {
        sender: () => client.createSender("nowhere").sendMessages({ body: "x" }),
        receiver: () => client.createReceiver("nowhere").receiveMessages(1, PATIENTLY),
        peek: () => client.createReceiver("nowhere").peekMessages(1),
      }[role];

      await expect(use()).rejects.toMatchObject({ code: "MessagingEntityNotFound" });
    },
  );

  test("an undeclared queue is refused inside the process too", async () => {
    const { bus } = await aNamespace();

    const sending = bus.send("nowhere", { body: "x", messageId: "m1" });

    await expect(sending).rejects.toThrow('no queue "nowhere"');
  });

  test("a message over 256 KB is refused, and the link lives on", async () => {
    const { bus, client } = await aNamespaceWithImpatientClient();
    const sender = client.createSender("hints");
    const body = "x".repeat(256 * 1024);

    await expect(sender.sendMessages({ body })).rejects.toMatchObject({ code: "MessageSizeExceeded" });
    await expect(bus.send("hints", { body, messageId: "m1" })).rejects.toThrow("too large");
    await sender.sendMessages({ body: "small" });

    expect((await next(aReceiver(client))).body).toBe("small");
  });

  test("a session cannot be accepted from a queue without sessions", async () => {
    const { client } = await aNamespaceWithImpatientClient();

    await expect(client.acceptNextSession("hints")).rejects.toThrow("does not require sessions");
    // The SDK does not wait for the reason here; it sees that it got no session.
    await expect(client.acceptSession("hints", "s1")).rejects.toMatchObject({
      code: "SessionCannotBeLocked",
    });
  });

  test("a batch over 256 KB is refused as a whole", async () => {
    const { client } = await aNamespaceWithImpatientClient();
    const sender = client.createSender("hints");
    const batch = await sender.createMessageBatch({ maxSizeInBytes: 256 * 1024 });
    while (batch.tryAddMessage({ body: "x".repeat(60_000) }));

    await expect(
      client.createSender("hints").createMessageBatch({ maxSizeInBytes: 2 ** 20 }),
    ).rejects.toThrow("size");
    await expect(
      sender.sendMessages(Array.from({ length: 5 }, () => ({ body: "x".repeat(60_000) }))),
    ).rejects.toMatchObject({ code: "MessageSizeExceeded" });
    await sender.sendMessages(batch);

    expect(await aReceiver(client).peekMessages(10)).toHaveLength(4);
  });

  test("there are no topics and no subscriptions, and the refusal says so", async () => {
    const { client } = await aNamespaceWithImpatientClient();

    const receiving = client.createReceiver("hints", "everything").receiveMessages(1, PATIENTLY);

    await expect(receiving).rejects.toMatchObject({
      code: "MessagingEntityNotFound",
      message: expect.stringContaining("Topics and subscriptions are not imitated"),
    });
  });

  test("a dead-letter queue cannot be sent to", async () => {
    const { client } = await aNamespaceWithImpatientClient();

    const sending = client.createSender("hints/$DeadLetterQueue").sendMessages({ body: "x" });

    await expect(sending).rejects.toThrow("A dead-letter queue cannot be sent to");
  });

  test("a transaction is refused in words", async () => {
    const { bus } = await aNamespace();
    // @azure/service-bus has no transactions; other AMQP clients attach to a coordinator, which has no address.
    const container = rhea.create_container();
    const connection = container.connect({
      port: bus.port,
      host: "127.0.0.1",
      username: "x",
      reconnect: false,
    });
    connection.on("disconnected", () => undefined);
    onTestFinished(() => connection.close());
    const refused = once(connection, "sender_error");
    connection.open_sender({ target: {} });

    const [{ sender }] = (await refused) as [{ sender: { error: unknown } }];

    expect(sender.error).toMatchObject({
      condition: "amqp:not-implemented",
      description: "A transaction is not imitated by this stand-in.",
    });
  });

  test("scheduling is refused in words, both ways, and nothing is delivered early", async () => {
    const { client } = await aNamespaceWithImpatientClient();
    const sender = client.createSender("hints");
    const later = new Date(Date.now() + 60_000);

    await expect(sender.scheduleMessages({ body: "x" }, later)).rejects.toThrow("not imitated");
    await expect(sender.sendMessages({ body: "x", scheduledEnqueueTimeUtc: later })).rejects.toThrow(
      "not imitated",
    );

    expect(await aReceiver(client).peekMessages(1)).toEqual([]);
    await sender.sendMessages({ body: "now" });
    const [present] = await aReceiver(client).peekMessages(1);
    await expect(sender.cancelScheduledMessages(numberOf(present))).rejects.toThrow("not imitated");
  });

  test("deferring is refused in words, and the message stays where it is", async () => {
    const { client } = await aNamespaceWithImpatientClient();
    const receiver = aReceiver(client);
    await client.createSender("hints").sendMessages([{ body: "x" }]);
    const message = await next(receiver);

    await expect(receiver.deferMessage(message)).rejects.toThrow("not imitated");
    await expect(receiver.receiveDeferredMessages(numberOf(message))).rejects.toThrow("not imitated");

    expect(await receiver.peekMessages(1)).toHaveLength(1);
  });
});

describe("who may connect", () => {
  test("a client with another key gets nothing", async () => {
    const { bus } = await aNamespace();
    const stranger = aClient(bus.connectionString.replace(KEY, "another key"), NO_RETRY);

    const sending = stranger.createSender("hints").sendMessages({ body: "x" });

    await expect(sending).rejects.toMatchObject({ code: "UnauthorizedAccess" });
  });

  test("a token for the namespace opens every queue", async () => {
    const { bus } = await aNamespace();
    const endpoint = `sb://127.0.0.1:${bus.port}/`;
    const client = clientWithToken(endpoint, sign(endpoint, IN_AN_HOUR, KEY));

    await client.createSender("hints").sendMessages({ body: "x" });

    expect((await next(aReceiver(client))).body).toBe("x");
  });

  test.each([
    ["has expired", (endpoint: string) => sign(`${endpoint}hints`, 1, KEY)],
    ["is for another queue", (endpoint: string) => sign(`${endpoint}hints-quarantine`, IN_AN_HOUR, KEY)],
    ["names another policy", (endpoint: string) => sign(`${endpoint}hints`, IN_AN_HOUR, KEY, "Listener")],
    ["is not a token", () => "SharedAccessSignature nothing"],
  ])("a token that %s opens nothing", async (_name, makeToken) => {
    const { bus } = await aNamespace();
    const endpoint = `sb://127.0.0.1:${bus.port}/`;
    const client = clientWithToken(endpoint, makeToken(endpoint));

    const sending = client.createSender("hints").sendMessages({ body: "x" });

    await expect(sending).rejects.toMatchObject({ code: "UnauthorizedAccess" });
  });
});
