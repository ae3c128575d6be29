import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { expect, test, vi } from "vitest";
import type { DurableFunctions } from "../../../infra/local/durable-task/contract.ts";
import { HandClock } from "../../fixtures/hand-clock.ts";
import { SOON } from "../patience.ts";
import { df, realFunctions } from "./app.ts";
import { aHub, aHubInTime, finished, freshFile, reached } from "./hub.ts";

const HOUR_MS = 3_600_000;

const slow = df.app.activity("slow", { handler: (input: unknown) => input });

// biome-ignore lint/correctness/useYield: an orchestrator may end without waiting
df.app.orchestration("countsDown", function* (context) {
  const left = Number(context.df.getInput());
  context.df.setCustomStatus({ left });
  if (left === 0) return "done";
  return context.df.continueAsNew(left - 1);
});
df.app.orchestration("collects", function* (context) {
  const seen = context.df.getInput<unknown[]>() ?? [];
  const event = yield context.df.waitForExternalEvent("next");
  if (event === "end") return seen;
  return context.df.continueAsNew([...seen, event]);
});
df.app.orchestration("listensTwice", function* (context) {
  const round = Number(context.df.getInput());
  const event = context.df.waitForExternalEvent(round === 0 ? "next" : "early");
  if (round === 1) {
    const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 200));
    yield context.df.Task.any([event, timer]);
    if (!timer.isCompleted) timer.cancel();
    return event.isCompleted ? event.result : "nothing";
  }
  yield event;
  return context.df.continueAsNew(1);
});
df.app.orchestration("leavesWorkBehind", function* (context) {
  const round = Number(context.df.getInput());
  if (round === 1) return yield context.df.waitForExternalEvent("end");
  const event = context.df.waitForExternalEvent("next");
  const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + HOUR_MS));
  yield context.df.Task.any([event, timer]);
  timer.cancel();
  return context.df.continueAsNew(1);
});
// biome-ignore lint/correctness/useYield: an orchestrator may fail without waiting
df.app.orchestration("throwsAfterwards", function* (context) {
  context.df.continueAsNew(1);
  throw new Error("changed its mind");
});
df.app.orchestration("hasStatusOnce", function* (context) {
  if (context.df.getInput() === 1) return yield context.df.waitForExternalEvent("end");
  context.df.setCustomStatus("set before");
  return context.df.continueAsNew(1);
});
df.app.orchestration("cancelsThenCalls", function* (context) {
  if (context.df.getInput() === 1) return yield slow("a result");
  const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + HOUR_MS));
  yield context.df.Task.any([context.df.waitForExternalEvent("next"), timer]);
  if (!timer.isCompleted) timer.cancel();
  return context.df.continueAsNew(1);
});
df.app.orchestration("keepsTimerOpen", function* (context) {
  if (context.df.getInput() === "again") return "again";
  const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + HOUR_MS));
  yield context.df.Task.any([context.df.waitForExternalEvent("next"), timer]);
  return context.df.continueAsNew({ again: true });
});
// biome-ignore lint/correctness/useYield: an orchestrator may end without waiting
df.app.orchestration("continuesWithText", function* (context) {
  if (context.df.getInput() !== "first") return context.df.getInput();
  return context.df.continueAsNew("second");
});
df.app.orchestration("child", function* (context) {
  const rounds = Number(context.df.getInput());
  yield slow(rounds);
  if (rounds === 0) return { parent: context.df.parentInstanceId };
  return context.df.continueAsNew(rounds - 1);
});
df.app.orchestration("parent", function* (context) {
  return yield context.df.callSubOrchestrator("child", 3, "c");
});

test("a thousand executions of one instance leave one history, and the file does not grow with them", async () => {
  const file = freshFile();
  const { client, history, stop } = await aHub({ file });
  const first = await client.startNew("countsDown", { instanceId: "warm-up", input: 100 });
  await finished(client, first);
  const before = statSync(file).size + statSync(`${file}-wal`).size;

  const id = await client.startNew("countsDown", { instanceId: "many", input: 1000 });

  const status = await finished(client, id);
  expect(status).toMatchObject({ output: "done", input: 0, customStatus: { left: 0 } });
  expect(history(id)).toHaveLength(5);
  await stop();
  expect(statSync(file).size - before).toBeLessThan(100_000);
});

test("events raised while one execution follows the other are neither lost nor reordered", async () => {
  const { client } = await aHub();
  const id = await client.startNew("collects", { instanceId: "one" });

  for (let n = 0; n < 50; n++) await client.raiseEvent(id, "next", n);
  await client.raiseEvent(id, "next", "end");

  const { output } = await finished(client, id);
  expect(output).toEqual(Array.from({ length: 50 }, (_, n) => n));
});

test.each([
  ["before the one that continues are dropped", ["early", "next"], "nothing"],
  ["after it, in one batch with it, are carried over", ["next", "early"], "early"],
])("unprocessed events that come %s", async (_case, names, heard) => {
  const { client } = await aHub();
  const id = await client.startNew("listensTwice", { input: 0 });
  await reached(client, id, "Running");
  await client.suspend(id, "pause");
  await reached(client, id, "Suspended");

  for (const name of names) await client.raiseEvent(id, name, name);
  await client.resume(id, "go on");

  expect(await finished(client, id)).toMatchObject({ output: heard });
});

test("what the old execution asked for does not reach the new one", async () => {
  const { client, history } = await aHub();
  const id = await client.startNew("leavesWorkBehind", { input: 0 });
  await reached(client, id, "Running");
  await client.raiseEvent(id, "next", 1);
  await expect.poll(async () => (await client.getStatus(id)).input).toBe(1);
  await reached(client, id, "Running");

  await client.raiseEvent(id, "end", "over");

  expect(await finished(client, id)).toMatchObject({ output: "over" });
  expect(history(id).filter((event) => "TimerId" in event || "FireAt" in event)).toEqual([]);
});

/** Lets something happen while the orchestrator runs in the episode that takes in an event called "next". */
function duringContinuation(does: () => Promise<unknown>): DurableFunctions {
  let isDone = false;
  return {
    ...realFunctions,
    async orchestrate(name, trigger) {
      const result = await realFunctions.orchestrate(name, trigger);
      if (isDone || !trigger.includes('"next"')) return result;
      isDone = true;
      await does();
      return result;
    },
  };
}

test("an event that is raised while the old execution ends reaches the new one", async () => {
  const functions = duringContinuation(() => hub.client.raiseEvent("one", "next", "late"));
  const hub = await aHub({ functions });
  await hub.client.startNew("collects", { instanceId: "one" });
  await hub.client.raiseEvent("one", "next", "early");
  await expect.poll(async () => (await hub.client.getStatus("one")).input).toEqual(["early", "late"]);

  await hub.client.raiseEvent("one", "next", "end");

  expect(await finished(hub.client, "one")).toMatchObject({ output: ["early", "late"] });
});

test("a cancelled timer that fires while the old execution ends is not taken for a task of the new one", async () => {
  const messages = () => {
    const database = new DatabaseSync(file, { readOnly: true });
    const { count } = { ...database.prepare("SELECT count(*) AS count FROM messages").get() };
    database.close();
    return count;
  };
  const file = freshFile();
  const clock = new HandClock();
  const functions = duringContinuation(async () => {
    clock.pass(HOUR_MS);
    await vi.waitFor(() => expect(messages()).toBe(2), SOON);
  });
  const { client } = await aHub({ file, functions, options: { clock } });
  await client.startNew("cancelsThenCalls", { instanceId: "one", input: 0 });
  await reached(client, "one", "Running");
  await client.raiseEvent("one", "next", 1);

  expect(await finished(client, "one")).toMatchObject({ output: "a result" });
});

test("the custom status stays until the new execution sets another", async () => {
  const { client } = await aHub();
  await client.startNew("hasStatusOnce", { instanceId: "one", input: 0 });
  await expect.poll(async () => (await client.getStatus("one")).input).toBe(1);

  expect(await client.getStatus("one")).toMatchObject({
    runtimeStatus: "Running",
    customStatus: "set before",
  });
});

test("an execution that throws after continueAsNew fails", async () => {
  const { client } = await aHub();

  const id = await client.startNew("throwsAfterwards");

  expect(await finished(client, id)).toMatchObject({
    runtimeStatus: "Failed",
    output: "Orchestrator function 'throwsAfterwards' failed: changed its mind",
  });
});

test("an execution whose timer is open continues when the timer has fired", async () => {
  const { client, clock } = await aHubInTime();
  const id = await client.startNew("keepsTimerOpen");
  await reached(client, id, "Running");

  await client.raiseEvent(id, "next", 1);
  await clock.advance(0);
  const { input } = await client.getStatus(id);
  await clock.advance(HOUR_MS);

  expect(input).not.toEqual({ again: true });
  expect((await client.getStatus(id)).input).toEqual({ again: true });
});

test("a text comes in quotes: the SDK makes JSON of it, and the extension once more", async () => {
  const { client } = await aHub();

  const id = await client.startNew("continuesWithText", { input: "first" });

  expect(await finished(client, id)).toMatchObject({ output: '"second"' });
});

test("a child that continues as new still answers its parent", async () => {
  const { client } = await aHub();

  const id = await client.startNew("parent", { instanceId: "p" });

  expect(await finished(client, id)).toMatchObject({ output: { parent: "p" } });
});
