import { expect, test } from "vitest";
import { VirtualClock } from "../../../../infra/local/kit/virtual-clock.ts";
import { HandClock } from "../../../fixtures/hand-clock.ts";
import { df } from "../app.ts";
import { aHub, aHubInTime, finished, reached } from "../hub.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MORE_THAN_PATIENCE_MS = 60_000;

let reminded = 0;
const remind = df.app.activity("remindDaily", { handler: () => void reminded++ });

df.app.orchestration("remindsForAMonth", function* (context) {
  for (let day = 0; day < 30; day++) {
    yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + DAY_MS));
    yield remind();
  }
  return context.df.currentUtcDateTime;
});

test("a month of daily reminders passes without waiting for it, and the history tells the virtual time", async () => {
  reminded = 0;
  const { client, clock, lastHistory } = await aHubInTime();
  const startedAt = clock.now();
  const id = await client.startNew("remindsForAMonth");

  await clock.advance(31 * DAY_MS);

  const { output, createdTime } = await finished(client, id);
  expect(reminded).toBe(30);
  expect(Date.parse(String(output)) - startedAt).toBeGreaterThanOrEqual(30 * DAY_MS);
  expect(Date.parse(String(output)) - startedAt).toBeLessThan(30 * DAY_MS + HOUR_MS);
  expect(Math.abs(Date.parse(String(createdTime)) - startedAt)).toBeLessThan(HOUR_MS);
  expect(Date.parse(lastHistory(id).at(-1)?.Timestamp ?? "")).toBeGreaterThan(startedAt + 30 * DAY_MS);
});

df.app.orchestration("waitsLong", function* (context) {
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 20 * DAY_MS));
  return "done";
});

test("a timer that the SDK cuts into pieces comes due like any other", async () => {
  const { client, clock } = await aHubInTime();
  const id = await client.startNew("waitsLong");

  await clock.advance(19 * DAY_MS);
  const before = await client.getStatus(id);
  await clock.advance(DAY_MS + HOUR_MS);

  expect(before.runtimeStatus).toBe("Running");
  expect(await client.getStatus(id)).toMatchObject({ runtimeStatus: "Completed", output: "done" });
});

df.app.activity("failsTwice", {
  handler: (id: string) => {
    const left = failuresLeft.get(id) ?? 0;
    failuresLeft.set(id, left - 1);
    if (left > 0) throw new Error("not yet");
    return "at last";
  },
});
const failuresLeft = new Map<string, number>();

df.app.orchestration("retriesHourly", function* (context) {
  const options = new df.RetryOptions(HOUR_MS, 5);
  return yield context.df.callActivityWithRetry("failsTwice", options, context.df.instanceId);
});

test("the pauses between retries pass as well", async () => {
  const { client, clock } = await aHubInTime();
  failuresLeft.set("one", 2);
  await client.startNew("retriesHourly", { instanceId: "one" });

  await clock.advance(2.5 * HOUR_MS);

  expect(await client.getStatus("one")).toMatchObject({ runtimeStatus: "Completed", output: "at last" });
});

df.app.orchestration("asksForADay", function* (context) {
  const answer = context.df.waitForExternalEvent("answer");
  const expiry = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + DAY_MS));
  yield context.df.Task.any([answer, expiry]);
  if (!expiry.isCompleted) expiry.cancel();
  return answer.isCompleted ? answer.result : "expired";
});

test.each<[string, number, string]>([
  ["before the deadline is taken", DAY_MS - HOUR_MS, "yes"],
  ["after the deadline comes too late", DAY_MS + HOUR_MS, "expired"],
])("an event %s", async (_when, afterMs, output) => {
  const { client, clock } = await aHubInTime();
  await client.startNew("asksForADay", { instanceId: "one" });

  await clock.advance(afterMs);
  await client.raiseEvent("one", "answer", "yes");
  await clock.advance(0);

  expect(await client.getStatus("one")).toMatchObject({ runtimeStatus: "Completed", output });
});

test("a hub is idle when all that is left waits for time or for somebody outside", async () => {
  const { client, isIdle } = await aHub();
  await client.startNew("asksForADay", { instanceId: "one" });
  await client.startNew("remindsForAMonth", { instanceId: "two" });

  await Promise.all(["one", "two"].map((id) => reached(client, id, "Running")));

  await expect.poll(isIdle).toBe(true);
});

test("a call that starts an instance and waits for its end lets the time pass", async () => {
  const { client, clock, call } = await aHubInTime();
  const reply = call("POST", "orchestrators/asksForADay/waited?timeout=172800&pollingInterval=3600");
  await reached(client, "waited", "Running");

  await clock.advance(1.5 * DAY_MS);

  expect(await (await reply).json()).toBe("expired");
});

df.app.orchestration("retriesInOddPauses", function* (context) {
  const options = new df.RetryOptions(1_001, 4);
  options.backoffCoefficient = 1.5;
  return yield context.df.callActivityWithRetry("failsTwice", options, context.df.instanceId);
});

test("pauses between retries are whole milliseconds, so the clock stays at whole ones", async () => {
  const stops: number[] = [];
  const clock = new VirtualClock({ onAdvance: (aheadMs) => void stops.push(aheadMs) });
  const { client, isIdle } = await aHub({ options: { clock } });
  clock.watch(() => (isIdle() ? [] : ["the hub works"]));
  failuresLeft.set("odd", 3);
  await client.startNew("retriesInOddPauses", { instanceId: "odd" });

  await clock.advance(10_000);

  expect(await client.getStatus("odd")).toMatchObject({ runtimeStatus: "Completed" });
  expect(stops.length).toBeGreaterThan(3);
  expect(stops.filter((aheadMs) => !Number.isInteger(aheadMs))).toEqual([]);
});

const begun = Promise.withResolvers<void>();
const released = Promise.withResolvers<void>();
const hangs = df.app.activity("hangs", {
  async handler() {
    begun.resolve();
    await released.promise;
  },
});
df.app.orchestration("hangsAfterADay", function* (context) {
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + DAY_MS));
  yield hangs();
});

test("an activity that never ends stops the clock where it is, and the error says what goes on", async () => {
  const machine = new HandClock();
  const { client, clock, isIdle } = await aHubInTime({}, machine);
  await client.startNew("hangsAfterADay", { instanceId: "one" });
  const startedAt = clock.now();

  const advance = clock.advance(3 * DAY_MS);
  await begun.promise;
  machine.pass(MORE_THAN_PATIENCE_MS);

  await expect(advance).rejects.toThrow("the hub works");
  expect(isIdle()).toBe(false);
  expect(clock.now() - startedAt).toBe(DAY_MS + MORE_THAN_PATIENCE_MS);

  released.resolve();
  await clock.advance(2 * DAY_MS);
  expect(await client.getStatus("one")).toMatchObject({ runtimeStatus: "Completed" });
});
