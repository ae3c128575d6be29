import { ServiceBusClient, type ServiceBusReceivedMessage } from "@azure/service-bus";
import { describe, expect, test } from "vitest";
import { aNamespace, aReceiver, isEmpty, next, PATIENTLY } from "./namespace.ts";

describe("sending and receiving", () => {
  test("a message arrives as it was sent, with what the broker knows about it", async () => {
    const { client } = await aNamespace({ LockDuration: "PT30S" });
    const before = Date.now();

    await client.createSender("hints").sendMessages({
      body: { connection: "sql-tools", tags: ["ü", null, 1.5] },
      messageId: "m1",
      contentType: "application/json",
      correlationId: "c1",
      subject: "hint",
      timeToLive: 60_000,
      applicationProperties: { attempt: 3, ratio: 0.25, urgent: true, from: "event" },
    });
    const message = await next(aReceiver(client));

    expect(message).toMatchObject({
      body: { connection: "sql-tools", tags: ["ü", null, 1.5] },
      messageId: "m1",
      contentType: "application/json",
      correlationId: "c1",
      subject: "hint",
      timeToLive: 60_000,
      applicationProperties: { attempt: 3, ratio: 0.25, urgent: true, from: "event" },
      deliveryCount: 0,
      state: "active",
    });
    expect(message.sequenceNumber?.toNumber()).toBe(1);
    expect(message.enqueuedTimeUtc?.getTime()).toBeGreaterThanOrEqual(before);
    expect(message.lockedUntilUtc?.getTime()).toBeGreaterThanOrEqual(before + 30_000);
  });

  test.each<[string, unknown, "data" | "value" | "sequence"]>([
    ["text", "plain text", "data"],
    ["bytes", Buffer.from([0, 255, 1]), "data"],
    ["an AMQP value", { a: 1 }, "value"],
    ["an AMQP sequence", [["one", 2]], "sequence"],
    ["more than one AMQP frame", "x".repeat(200_000), "data"],
  ])("the body may be %s", async (_kind, body, bodyType) => {
    const { client } = await aNamespace();

    await client.createSender("hints").sendMessages({ body, bodyType });

    expect((await next(aReceiver(client))).body).toEqual(body);
  });

  test("a message sent without an id is given one", async () => {
    const { client } = await aNamespace();

    await client.createSender("hints").sendMessages({ body: "anonymous" });

    expect((await next(aReceiver(client))).messageId).toMatch(/^[0-9a-f]{32}$/);
  });

  test("a batch arrives as its messages, in order", async () => {
    const { client } = await aNamespace();
    const sender = client.createSender("hints");
    const batch = await sender.createMessageBatch();
    for (const body of ["one", "two", "three"])
      batch.tryAddMessage({ body, applicationProperties: { body } });

    await sender.sendMessages(batch);
    const receiver = aReceiver(client);
    const received = [await next(receiver), await next(receiver), await next(receiver)];

    expect(received.map((message) => [message.body, message.applicationProperties?.body])).toEqual([
      ["one", "one"],
      ["two", "two"],
      ["three", "three"],
    ]);
  });

  test("a message sent from inside the process looks like any other", async () => {
    const { bus, client } = await aNamespace();

    await bus.send("Hints", {
      body: '{"specversion":"1.0"}',
      messageId: "e1",
      contentType: "application/cloudevents+json",
      applicationProperties: { "aeg-delivery-count": 0 },
    });

    expect(await next(aReceiver(client))).toMatchObject({
      body: { specversion: "1.0" },
      messageId: "e1",
      contentType: "application/cloudevents+json",
      applicationProperties: { "aeg-delivery-count": 0 },
    });
  });

  test("competing subscribers share the messages, and each message goes to one of them", async () => {
    const { client } = await aNamespace();
    const ids = Array.from({ length: 60 }, (_, i) => `m${i}`);
    const heard: string[][] = [[], []];
    const everyoneBusy = Promise.withResolvers<void>();
    const allHeard = Promise.withResolvers<void>();
    const subscriptions = heard.map((mine) =>
      client.createReceiver("hints").subscribe(
        {
          async processMessage(message) {
            mine.push(String(message.messageId));
            if (heard.every((theirs) => theirs.length > 0)) everyoneBusy.resolve();
            if (heard.flat().length === ids.length) allHeard.resolve();
            await everyoneBusy.promise;
          },
          processError: async ({ error }) => Promise.reject(error),
        },
        { maxConcurrentCalls: 5 },
      ),
    );

    await client.createSender("hints").sendMessages(ids.map((messageId) => ({ body: "x", messageId })));
    await allHeard.promise;

    expect(heard.flat().toSorted()).toEqual(ids.toSorted());
    for (const subscription of subscriptions) await subscription.close();
  });

  test("peeking shows messages, locked or not, and takes nothing", async () => {
    const { client } = await aNamespace();
    const receiver = aReceiver(client);
    await client.createSender("hints").sendMessages([{ body: "held" }, { body: "free" }]);
    await next(receiver);

    const peeked = await receiver.peekMessages(10);

    expect(peeked.map((message) => message.body)).toEqual(["held", "free"]);
    expect((await next(receiver)).body).toBe("free");
    expect(await receiver.peekMessages(10)).toEqual([]);
  });

  test("peeking goes on where it ended, 250 messages at a time, or from any sequence number", async () => {
    const { client } = await aNamespace();
    const receiver = aReceiver(client);
    const many = Array.from({ length: 600 }, (_, i) => ({ body: i }));
    await client.createSender("hints").sendMessages(many);

    const pages = [];
    for (let i = 0; i < 4; i++) pages.push(await receiver.peekMessages(300));
    const from = pages[0]?.[2]?.sequenceNumber;
    const [third] = await receiver.peekMessages(1, from ? { fromSequenceNumber: from } : {});

    expect(pages.map((page) => page.length)).toEqual([250, 250, 100, 0]);
    expect(pages.flat().map((message) => message.body)).toEqual(many.map(({ body }) => body));
    expect(third?.body).toBe(2);
  });

  test("more messages than a session's window pass through one receiver", async () => {
    const { client } = await aNamespace();
    const receiver = aReceiver(client);
    const many = Array.from({ length: 2500 }, (_, i) => ({ body: i }));
    await client.createSender("hints").sendMessages(many);

    const bodies: number[] = [];
    while (bodies.length < many.length) {
      const messages = await receiver.receiveMessages(250, PATIENTLY);
      expect(messages).not.toEqual([]);
      await Promise.all(messages.map((message) => receiver.completeMessage(message)));
      bodies.push(...messages.map((message) => message.body));
    }

    expect(bodies).toEqual(many.map((message) => message.body));
  });
});

describe("receive and delete", () => {
  const deleting = (client: ServiceBusClient) =>
    client.createReceiver("hints", { receiveMode: "receiveAndDelete" });

  test("a message is gone when it arrives, in order, and needs no settling", async () => {
    const { client } = await aNamespace();
    const receiver = deleting(client);
    await client.createSender("hints").sendMessages([{ body: "one" }, { body: "two" }, { body: "three" }]);

    const first = await receiver.receiveMessages(2, PATIENTLY);

    expect(first.map((message) => message.body)).toEqual(["one", "two"]);
    expect(first[0]?.deliveryCount).toBe(0);
    expect(first[0]?.lockedUntilUtc).toBeUndefined();
    expect((await receiver.peekMessages(10)).map((message) => message.body)).toEqual(["three"]);
    await expect(receiver.completeMessage(first[0] as ServiceBusReceivedMessage)).rejects.toThrow(
      "not supported in 'receiveAndDelete'",
    );
  });

  test("a subscriber gets more than a session's window of messages, each once", async () => {
    const { client } = await aNamespace();
    const many = Array.from({ length: 2500 }, (_, i) => ({ body: i }));
    const bodies: number[] = [];
    const done = Promise.withResolvers<void>();
    deleting(client).subscribe(
      {
        processMessage: async ({ body }) => {
          if (bodies.push(body) === many.length) done.resolve();
        },
        processError: async ({ error }) => done.reject(error),
      },
      { maxConcurrentCalls: 20 },
    );

    await client.createSender("hints").sendMessages(many);
    await done.promise;

    expect(bodies).toEqual(many.map(({ body }) => body));
    expect(await aReceiver(client).peekMessages(1)).toEqual([]);
  });

  test("it competes with a receiver that locks; neither gets the other's", async () => {
    const { client } = await aNamespace();
    const locking = aReceiver(client);
    const receiver = deleting(client);
    await client.createSender("hints").sendMessages([{ body: "one" }, { body: "two" }]);

    const held = await next(locking);
    const deleted = await next(receiver);
    await locking.abandonMessage(held);

    expect([held.body, deleted.body]).toEqual(["one", "two"]);
    expect((await next(locking)).body).toBe("one");
    expect(await isEmpty(receiver)).toBe(true);
  });
});

describe("time to live", () => {
  test("a message that outlived it is dropped", async () => {
    const { bus, client } = await aNamespace({ DefaultMessageTimeToLive: "PT0.1S" });
    await client.createSender("hints").sendMessages({ body: "old" });

    // Each time from the start: a client goes on behind what it has peeked at, whichever of its receivers asks.
    const peekAnew = async () => {
      const other = new ServiceBusClient(bus.connectionString);
      const found = await aReceiver(other).peekMessages(1);
      await other.close();
      return found;
    };
    await expect.poll(peekAnew).toEqual([]);

    expect(await isEmpty(aReceiver(client))).toBe(true);
    expect(await isEmpty(aReceiver(client, "deadLetter"))).toBe(true);
  });

  test("or dead-lettered, when the queue is declared so", async () => {
    const { client } = await aNamespace({ DeadLetteringOnMessageExpiration: true });
    await client.createSender("hints").sendMessages({ body: "old", timeToLive: 50 });

    const dead = await next(aReceiver(client, "deadLetter"));

    expect(dead).toMatchObject({ body: "old", deadLetterReason: "TTLExpiredException" });
  });
});

describe("duplicate detection", () => {
  test("an id that was seen within the window is accepted and dropped, whoever sends it", async () => {
    const { bus, client } = await aNamespace({ RequiresDuplicateDetection: true });
    const sender = client.createSender("hints");
    const receiver = aReceiver(client);

    await sender.sendMessages({ body: "first", messageId: "same" });
    await receiver.completeMessage(await next(receiver));
    await sender.sendMessages({ body: "again", messageId: "same" });
    await sender.sendMessages([{ body: "in a batch", messageId: "same" }]);
    await bus.send("hints", { body: "inside", messageId: "same" });
    await sender.sendMessages({ body: "other", messageId: "other" });

    expect((await next(receiver)).body).toBe("other");
    expect(await isEmpty(receiver)).toBe(true);
  });

  test("an id may be used again when the window is over", async () => {
    const { client } = await aNamespace({
      RequiresDuplicateDetection: true,
      DuplicateDetectionHistoryTimeWindow: "PT0.2S",
    });
    const sender = client.createSender("hints");
    const receiver = aReceiver(client);
    await sender.sendMessages({ body: "first", messageId: "same" });
    await receiver.completeMessage(await next(receiver));

    const sendAgain = async () => {
      await sender.sendMessages({ body: "second", messageId: "same" });
      return (await receiver.peekMessages(1)).map((message) => message.body);
    };

    await expect.poll(sendAgain).toEqual(["second"]);
  });

  test("a queue without it takes the same id twice", async () => {
    const { client } = await aNamespace();
    const sender = client.createSender("hints");
    const receiver = aReceiver(client);

    await sender.sendMessages({ body: "first", messageId: "same" });
    await sender.sendMessages({ body: "second", messageId: "same" });

    expect([(await next(receiver)).body, (await next(receiver)).body]).toEqual(["first", "second"]);
  });
});
