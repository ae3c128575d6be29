import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";
import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../../infra/local/kit/virtual-clock.ts";
import { aNamespace, aReceiver, isEmpty, next } from "./namespace.ts";

type Settle = (receiver: ServiceBusReceiver, message: ServiceBusReceivedMessage) => Promise<void>;

const WAYS: [string, Settle][] = [
  ["completed", (receiver, message) => receiver.completeMessage(message)],
  ["abandoned", (receiver, message) => receiver.abandonMessage(message)],
  ["dead-lettered", (receiver, message) => receiver.deadLetterMessage(message)],
];

describe("settling a message", () => {
  test("a completed message is gone", async () => {
    const { client } = await aNamespace();
    const receiver = aReceiver(client);
    await client.createSender("hints").sendMessages({ body: "x" });

    await receiver.completeMessage(await next(receiver));

    expect(await receiver.peekMessages(1)).toEqual([]);
  });

  test("an abandoned message comes back at its old place, counted, with the properties it was given", async () => {
    const { client } = await aNamespace();
    const receiver = aReceiver(client);
    await client
      .createSender("hints")
      .sendMessages([
        { body: "first", applicationProperties: { kept: "as sent", changed: 1 } },
        { body: "second" },
      ]);

    await receiver.abandonMessage(await next(receiver), { changed: 2, why: "busy" });
    const again = await next(receiver);

    expect(again).toMatchObject({
      body: "first",
      deliveryCount: 1,
      applicationProperties: { kept: "as sent", changed: 2, why: "busy" },
    });
  });

  test("a dead-lettered message waits in the dead-letter queue with its reason, to be completed there", async () => {
    const { client } = await aNamespace();
    const receiver = aReceiver(client);
    const deadLetters = aReceiver(client, "deadLetter");
    await client.createSender("hints").sendMessages({ body: "bad", messageId: "m1" });

    await receiver.deadLetterMessage(await next(receiver), {
      deadLetterReason: "not JSON",
      deadLetterErrorDescription: "unexpected token",
      seenBy: "intake",
    });
    const dead = await next(deadLetters);

    expect(dead).toMatchObject({
      body: "bad",
      messageId: "m1",
      deliveryCount: 0,
      deadLetterReason: "not JSON",
      deadLetterErrorDescription: "unexpected token",
      applicationProperties: { seenBy: "intake" },
    });
    await deadLetters.completeMessage(dead);
    expect(await deadLetters.peekMessages(1)).toEqual([]);
    expect(await isEmpty(receiver)).toBe(true);
  });

  test("a message whose delivery failed as often as allowed is dead-lettered", async () => {
    const { client } = await aNamespace({ MaxDeliveryCount: 2 });
    const receiver = aReceiver(client);
    await client.createSender("hints").sendMessages({ body: "poison" });

    await receiver.abandonMessage(await next(receiver));
    await receiver.abandonMessage(await next(receiver));

    expect(await next(aReceiver(client, "deadLetter"))).toMatchObject({
      body: "poison",
      deliveryCount: 2,
      deadLetterReason: "MaxDeliveryCountExceeded",
    });
  });

  test("a dead-letter queue counts but never gives up, and cannot be dead-lettered from", async () => {
    const { client } = await aNamespace({ MaxDeliveryCount: 1 });
    const receiver = aReceiver(client);
    const deadLetters = aReceiver(client, "deadLetter");
    await client.createSender("hints").sendMessages({ body: "poison" });
    await receiver.abandonMessage(await next(receiver));

    await deadLetters.abandonMessage(await next(deadLetters));
    const dead = await next(deadLetters);

    expect(dead.deliveryCount).toBe(2);
    await expect(deadLetters.deadLetterMessage(dead)).rejects.toThrow("InvalidOperationError");
  });

  test.each(WAYS)("a message can be %s after its link was closed, once", async (way, settle) => {
    const { client } = await aNamespace();
    const [closed, other] = [aReceiver(client), aReceiver(client)];
    await client.createSender("hints").sendMessages({ body: "x" });
    const message = await next(closed);
    await closed.close();

    await settle(other, message);

    await expect(settle(other, message)).rejects.toMatchObject({ code: "MessageLockLost" });
    const left = await other.peekMessages(1);
    const dead = await aReceiver(client, "deadLetter").peekMessages(1);
    expect({ left: left.map((one) => one.deliveryCount), dead: dead.length }).toEqual({
      left: way === "abandoned" ? [1] : [],
      dead: way === "dead-lettered" ? 1 : 0,
    });
  });
});

describe("locks", () => {
  test("a message whose lock expired is delivered again, and counted", async () => {
    const { client } = await aNamespace({ LockDuration: "PT0.5S" });
    await client.createSender("hints").sendMessages({ body: "x" });
    const held = await next(aReceiver(client));

    const again = await next(aReceiver(client));

    expect(again).toMatchObject({ body: "x", deliveryCount: 1 });
    expect(again.lockToken).not.toBe(held.lockToken);
  });

  test.each([
    ...WAYS,
    ["renewed", async (receiver, message) => void (await receiver.renewMessageLock(message))] satisfies [
      string,
      Settle,
    ],
  ])("a message cannot be %s with a lock that expired", async (_way, settle) => {
    const { client } = await aNamespace({ LockDuration: "PT0.5S" });
    const receiver = aReceiver(client);
    await client.createSender("hints").sendMessages({ body: "x" });
    const held = await next(receiver);
    await next(aReceiver(client));

    const settling = settle(receiver, held);

    await expect(settling).rejects.toMatchObject({ code: "MessageLockLost" });
  });

  test("locks that expire count towards the dead-letter queue", async () => {
    const { client } = await aNamespace({ LockDuration: "PT0.2S", MaxDeliveryCount: 2 });
    const receiver = aReceiver(client);
    await client.createSender("hints").sendMessages({ body: "poison" });

    await next(receiver);
    await next(receiver);

    expect(await next(aReceiver(client, "deadLetter"))).toMatchObject({
      deliveryCount: 2,
      deadLetterReason: "MaxDeliveryCountExceeded",
    });
  });

  test("a renewed lock ends later", async () => {
    const { client } = await aNamespace({ LockDuration: "PT5M" });
    const receiver = aReceiver(client);
    await client.createSender("hints").sendMessages({ body: "x" });
    const message = await next(receiver);
    const endsAt = message.lockedUntilUtc?.getTime() ?? Number.NaN;

    const renewed = await receiver.renewMessageLock(message);

    expect(renewed.getTime()).toBeGreaterThan(endsAt);
    await receiver.completeMessage(message);
  });
});

test("a lock runs out in the time that the namespace is given", async () => {
  const clock = new VirtualClock();
  const { client } = await aNamespace({ LockDuration: "PT5M" }, clock);
  const receiver = aReceiver(client);
  await client.createSender("hints").sendMessages({ body: "x" });
  const held = await next(receiver);
  const isHeld = await isEmpty(receiver);

  await clock.follow(301_000);

  expect(isHeld).toBe(true);
  expect(await next(receiver)).toMatchObject({ body: "x", deliveryCount: 1 });
  expect(held.lockedUntilUtc?.getTime()).toBeLessThan(clock.now());
});
