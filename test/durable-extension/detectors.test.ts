import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { df } from "../contract/durable-task/app.ts";
import { aHub, finished, type HubUnderTest, reached } from "../contract/durable-task/hub.ts";

/**
 * What the stand-in's detectors warn of does harm in the genuine extension: each test is the trap, and what comes of it. Not
 * shown: a timer of more than six days that is cancelled when three of them are over, which takes three days.
 */
const LONG_ENOUGH_MS = 5_000;

const attempts: string[] = [];
df.app.activity("fails", {
  handler: (id: string) => {
    attempts.push(id);
    throw new Error("not yet");
  },
});
df.app.activity("answers", { handler: () => "the answer" });

df.app.orchestration("yieldsTimerTwice", function* ({ df: context }) {
  const timer = context.createTimer(new Date(context.currentUtcDateTime.getTime() + 3_000));
  yield context.Task.any([context.waitForExternalEvent("one"), timer]);
  yield context.Task.any([context.waitForExternalEvent("two"), timer]);
  return yield context.callActivity("answers");
});
df.app.orchestration("mindsCase", function* ({ df: context }) {
  return yield context.waitForExternalEvent("Go");
});
df.app.orchestration("retriesForAWhile", function* ({ df: context }) {
  const options = new df.RetryOptions(400, 100);
  options.retryTimeoutInMilliseconds = 1_000;
  return yield context.callActivityWithRetry("fails", options, context.instanceId);
});
df.app.orchestration("throwsNothing", function* ({ df: context }) {
  if (context.getInput() === "later") yield context.callActivity("answers");
  throw new Error("");
});
df.app.orchestration("yieldsDoneTwice", function* ({ df: context }) {
  const task = context.callActivity("answers");
  yield context.Task.all([task]);
  yield context.Task.all([task]);
});

/** Still Running after a while in which nothing else could keep it from ending. */
async function hangs({ client }: HubUnderTest, id: string): Promise<void> {
  await reached(client, id, "Running");
  await sleep(LONG_ENOUGH_MS);
  expect((await client.getStatus(id)).runtimeStatus).toBe("Running");
}

test("a timer that is yielded twice gives a later activity the timer's result", async () => {
  const { client } = await aHub();
  const id = await client.startNew("yieldsTimerTwice");
  await reached(client, id, "Running");

  await client.raiseEvent(id, "one", 1);
  await client.raiseEvent(id, "two", 2);

  expect(await finished(client, id)).toMatchObject({ runtimeStatus: "Completed", output: null });
});

test("an event whose name differs in case from the one that is waited for is accepted and lost", async () => {
  const { client } = await aHub();
  const id = await client.startNew("mindsCase");
  await reached(client, id, "Running");

  await client.raiseEvent(id, "go", "lost");
  await sleep(LONG_ENOUGH_MS);
  await client.raiseEvent(id, "Go", "heard");

  expect(await finished(client, id)).toMatchObject({ output: "heard" });
});

test("retries whose time is over hang the instance, and no attempt follows", async () => {
  const hub = await aHub();
  const id = await hub.client.startNew("retriesForAWhile");

  await hangs(hub, id);
  const before = attempts.length;
  await sleep(2_000);

  expect(before).toBeGreaterThan(1);
  expect(attempts).toHaveLength(before);
  expect((await hub.client.getStatus(id)).runtimeStatus).toBe("Running");
});

test.each([
  [
    "at once",
    /^Orchestrator function 'throwsNothing' failed: One or more errors occurred\. \(Result: Failure\nException: /,
  ],
  [
    "later",
    /^Non-Deterministic workflow detected: A previous execution of this orchestration scheduled an activity task/,
  ],
])("a throw without a message fails the instance, and nothing tells why: %s", async (when, output) => {
  const { client } = await aHub();

  const id = await client.startNew("throwsNothing", { input: when });

  expect(await finished(client, id)).toMatchObject({
    runtimeStatus: "Failed",
    output: expect.stringMatching(output),
  });
});

test("an activity that is yielded again when it is done leaves the instance Running", async () => {
  const hub = await aHub();
  const id = await hub.client.startNew("yieldsDoneTwice");

  await hangs(hub, id);
});
