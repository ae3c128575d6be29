import { expect, test } from "vitest";
import type { TestMessage } from "../../../shared/notify/trial.ts";
import { NINE } from "../../fixtures/builders.ts";
// First: it stands in for the worker, which the real packages look for when they are loaded.
import { df } from "../durable-task/app.ts";
import { aHub } from "../durable-task/hub.ts";
import { inMemory } from "./in-memory-app.ts";

const { createApp } = await import("../../../functions/kit/app.ts");
const { topicTrial } = await import("../../../functions/kit/topic.ts");
const { registerTryTopic } = await import("../../../functions/try-topic.ts");

const TOPIC = "https://topic.westeurope-1.eventgrid.azure.net/api/events";
const app = await createApp({ ...inMemory, EventGridOut__topicEndpointUri: TOPIC });
registerTryTopic(() => app, { EventGridOut__topicEndpointUri: TOPIC } as never);

const TEST: TestMessage = { id: "test-6f1d2b7a-0c7e-4b42-9d0b-0a4c4f6f3a11", at: NINE };

/** How a function ends that left something for the host to put out. */
const hostThat = (putsOut: () => Promise<object>) => df.app.activity("putTestOut", { handler: putsOut });

test("what the host put out is told as that, and no more is claimed", async () => {
  const { context } = await aHub();

  expect(await topicTrial(context).sendTest(TEST)).toEqual({
    result: "unknown",
    sentence: `The host put it out, and the topic took it. Which subscriptions got it only Event Grid knows: look for ${TEST.id} at one of them.`,
  });
});

test("what the host could not put out is refused, and none of its words are told", async () => {
  hostThat(async () => {
    throw new Error("\u001b[2JThe topic answered 403 for s3cret");
  });
  const { context } = await aHub();

  expect(await topicTrial(context).sendTest(TEST)).toEqual({
    result: "refused",
    sentence:
      "The host could not put it out; its log says why. Compare EventGridOut__topicEndpointUri with the topic's endpoint, and look whether the app's identity has the role EventGrid Data Sender there.",
  });
});

test("what takes the host too long is unknown", async () => {
  const { promise, resolve } = Promise.withResolvers<object>();
  hostThat(() => promise);
  const { context } = await aHub();

  const tried = await topicTrial(context, { times: 4, everyMs: 25 }).sendTest(TEST);
  resolve({});

  expect(tried).toEqual({
    result: "unknown",
    sentence: `The host has not put it out within 0.1 s. Look into the app's log for ${TEST.id}.`,
  });
});

test("what Durable does not show yet is told from what goes wrong, by the SDK's own words", async () => {
  const { client } = await aHub();
  const { hasStatus } = await import("../../../functions/kit/orchestrations.ts");

  const error: unknown = await client.getStatus("try-nothing").catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(Error);
  expect([hasStatus(error, 404), hasStatus(error, 409), hasStatus(new Error("500"), 404)]).toEqual([
    true,
    false,
    false,
  ]);
});
