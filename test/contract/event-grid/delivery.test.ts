import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  type EventGridOptions,
  type EventSubscription,
  type GridEvent,
  type QueueMessage,
  startEventGrid,
} from "../../../infra/local/event-grid/index.ts";
import { VirtualClock } from "../../../infra/local/kit/virtual-clock.ts";
import { aWebhook } from "./webhook.ts";

const SOURCE = "00000000-0000-4000-8000-000000000002";

const anEvent = (id: string, subscription = SOURCE): GridEvent => ({
  id,
  topic: `/subscriptions/${subscription}`,
  subject: `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints/pe`,
  eventType: "Microsoft.Resources.ResourceWriteSuccess",
  eventTime: "2026-11-22T10:00:00.0000000Z",
  data: { operationName: "Microsoft.Network/privateEndpoints/write" },
  dataVersion: "2",
  metadataVersion: "1",
});

/** An Event Grid that waits milliseconds where the real one waits minutes, and ends with the test. */
function aGrid(subscriptions: EventSubscription[], options: Partial<EventGridOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "event-grid-"));
  const start = () =>
    startEventGrid({
      file: join(folder, "events.db"),
      subscriptions,
      retryDelaysMs: [20],
      log: () => undefined,
      ...options,
    });
  let grid = start();
  onTestFinished(async () => {
    await grid.close();
    rmSync(folder, { recursive: true });
  });
  return {
    publish: (...events: GridEvent[]) => grid.publish(events),
    deadLetters: () => grid.deadLetters(),
    unrest: () => grid.unrest(),
    async restart() {
      await grid.close();
      grid = start();
    },
  };
}

const ids = (received: { body: [{ id: string }] }[]) => received.map(({ body: [event] }) => event.id).sort();

describe("a webhook subscription", () => {
  test("in EventGridSchema: one handshake, then an array of one with Event Grid's headers", async () => {
    const webhook = await aWebhook();
    const grid = aGrid([
      { name: "intake", schema: "EventGridSchema", destination: { kind: "webhook", url: webhook.url } },
    ]);

    grid.publish(anEvent("1"), anEvent("2"));

    await expect.poll(() => webhook.received).toHaveLength(2);
    expect(webhook.handshakes).toEqual(["SubscriptionValidation"]);
    expect(ids(webhook.received as never)).toEqual(["1", "2"]);
    const [first] = webhook.received;
    expect(first?.body).toEqual([anEvent(first?.body[0].id)]);
    expect(first?.headers).toMatchObject({
      "aeg-event-type": "Notification",
      "aeg-subscription-name": "INTAKE",
      "aeg-delivery-count": "0",
      "content-type": "application/json; charset=utf-8",
    });
  });

  test("in CloudEventSchemaV1_0: OPTIONS, then a single object", async () => {
    const webhook = await aWebhook();
    const grid = aGrid([
      { name: "intake", schema: "CloudEventSchemaV1_0", destination: { kind: "webhook", url: webhook.url } },
    ]);

    grid.publish(anEvent("1"));

    await expect.poll(() => webhook.received).toHaveLength(1);
    const { id, topic, subject, eventType, eventTime, data } = anEvent("1");
    expect(webhook.handshakes).toEqual(["OPTIONS"]);
    expect(webhook.received[0]).toMatchObject({
      headers: { "content-type": "application/cloudevents+json; charset=utf-8" },
      body: { id, source: topic, subject, type: eventType, time: eventTime, data, specversion: "1.0" },
    });
  });

  test("gets nothing before its handshake succeeded, and everything after", async () => {
    const webhook = await aWebhook();
    webhook.willing = false;
    const grid = aGrid([
      { name: "intake", schema: "EventGridSchema", destination: { kind: "webhook", url: webhook.url } },
    ]);
    grid.publish(anEvent("1"));
    await expect.poll(() => webhook.handshakes.length).toBeGreaterThan(0);
    expect(webhook.received).toEqual([]);

    webhook.willing = true;

    await expect.poll(() => ids(webhook.received as never)).toEqual(["1"]);
  });

  test("that fails or cuts the line is tried again until it takes the event", async () => {
    const webhook = await aWebhook();
    webhook.answers.push(500, 404, "cut");
    const grid = aGrid([
      { name: "intake", schema: "EventGridSchema", destination: { kind: "webhook", url: webhook.url } },
    ]);

    grid.publish(anEvent("1"));

    await expect.poll(() => webhook.received).toHaveLength(4);
    expect(webhook.received.map(({ headers }) => headers["aeg-delivery-count"])).toEqual([
      "0",
      "1",
      "2",
      "2",
    ]);
    expect(grid.deadLetters()).toEqual([]);
  });

  test("that is being restarted loses nothing, and Event Grid's own restart neither", async () => {
    const webhook = await aWebhook();
    const grid = aGrid([
      { name: "intake", schema: "EventGridSchema", destination: { kind: "webhook", url: webhook.url } },
    ]);
    await expect.poll(() => webhook.handshakes).toHaveLength(1);
    await webhook.down();
    const events = Array.from({ length: 40 }, (_, index) => anEvent(String(index)));
    grid.publish(...events);

    await grid.restart();
    await webhook.up();

    await expect.poll(() => new Set(ids(webhook.received as never)).size).toBe(40);
  });

  test("that will never take an event: the event is kept as a dead letter with the reason", async () => {
    const webhook = await aWebhook();
    webhook.answers.push(400);
    const grid = aGrid([
      { name: "intake", schema: "EventGridSchema", destination: { kind: "webhook", url: webhook.url } },
    ]);

    grid.publish(anEvent("bad"), anEvent("good"));

    await expect.poll(() => grid.deadLetters()).toHaveLength(1);
    expect(grid.deadLetters()[0]).toMatchObject({
      subscription: "intake",
      reason: "NotRetriable",
      attempts: 1,
      lastOutcome: "HTTP 400",
    });
    await expect.poll(() => webhook.received).toHaveLength(2);
  });
});

describe("a queue subscription", () => {
  test("sends one event per message, with Event Grid's properties and a message id that is stable", async () => {
    const sent: QueueMessage[] = [];
    let refuse = true;
    const send = async (message: QueueMessage) => {
      sent.push(message);
      if (refuse) throw new Error("queue is full");
    };
    const grid = aGrid([
      { name: "to-queue", schema: "EventGridSchema", destination: { kind: "queue", send } },
    ]);
    grid.publish(anEvent("1"));
    await expect.poll(() => sent).toHaveLength(1);

    refuse = false;

    await expect.poll(() => sent).toHaveLength(2);
    expect(JSON.parse(sent[1]?.body ?? "")).toEqual(anEvent("1"));
    expect(sent[1]).toMatchObject({
      messageId: sent[0]?.messageId,
      applicationProperties: { "aeg-event-type": "Notification", "aeg-output-event-id": "1" },
    });
  });
});

describe("who gets which event", () => {
  test("each subscription gets each event of its sources once, in any case; without sources it gets all", async () => {
    const all: string[] = [];
    const some: string[] = [];
    const into = (list: string[]) => ({
      kind: "queue" as const,
      send: async ({ messageId }: QueueMessage) => void list.push(messageId),
    });
    const grid = aGrid([
      { name: "all", schema: "EventGridSchema", destination: into(all) },
      {
        name: "some",
        schema: "EventGridSchema",
        sourceSubscriptions: ["ABCDEF00-0000-4000-8000-000000000000"],
        destination: into(some),
      },
    ]);

    grid.publish(anEvent("1"), anEvent("2", "abcdef00-0000-4000-8000-000000000000"));

    await expect.poll(() => [all.sort(), some]).toEqual([["1", "2"], ["2"]]);
  });

  test("an event that is published again while it is on its way is not doubled", async () => {
    const sent: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const send = async ({ messageId }: QueueMessage) => {
      sent.push(messageId);
      await promise;
    };
    const grid = aGrid([{ name: "q", schema: "EventGridSchema", destination: { kind: "queue", send } }]);

    grid.publish(anEvent("1"));
    grid.publish(anEvent("1"), anEvent("2"));
    resolve();

    await expect.poll(() => sent).toEqual(["1", "2"]);
  });
});

test("waits in the time that it is given: a retry of an hour comes when the hour was put forward", async () => {
  const webhook = await aWebhook();
  webhook.answers.push(503);
  const clock = new VirtualClock();
  const grid = aGrid(
    [{ name: "intake", schema: "EventGridSchema", destination: { kind: "webhook", url: webhook.url } }],
    { clock, retryDelaysMs: [3_600_000] },
  );
  clock.watch(grid.unrest);
  grid.publish(anEvent("1"));
  await expect.poll(() => webhook.received).toHaveLength(1);

  await clock.follow(3_599_000);
  const before = webhook.received.length;
  await clock.follow(3_601_000);

  await expect.poll(() => webhook.received).toHaveLength(2);
  expect(before).toBe(1);
});
