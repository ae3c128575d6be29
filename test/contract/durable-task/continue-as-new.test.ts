import { expect, test } from "vitest";
import { df } from "./app.ts";
import { DIFFERENCES, expected } from "./differences.ts";
import { duringContinuation } from "./during-continuation.ts";
import { aHub, finished, reached } from "./hub.ts";

const HOUR_MS = 3_600_000;
const SECONDS_MS = 2_000;

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
df.app.orchestration("keepsTimerOpen", function* (context) {
  if (context.df.getInput<{ again?: boolean }>()?.again === true) return "again";
  const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + SECONDS_MS));
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

test("one execution follows the other, and one history is left", async () => {
  const { client, lastHistory } = await aHub();

  const id = await client.startNew("countsDown", { instanceId: "many", input: 20 });

  expect(await finished(client, id)).toMatchObject({ output: "done", input: 0, customStatus: { left: 0 } });
  expect(lastHistory(id).length).toBeLessThan(5);
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
  const { client, lastHistory } = await aHub();
  const id = await client.startNew("leavesWorkBehind", { input: 0 });
  await reached(client, id, "Running");
  await client.raiseEvent(id, "next", 1);
  await expect.poll(async () => (await client.getStatus(id)).input).toBe(1);
  await reached(client, id, "Running");

  await client.raiseEvent(id, "end", "over");

  expect(await finished(client, id)).toMatchObject({ output: "over" });
  expect(lastHistory(id).filter((event) => "TimerId" in event || "FireAt" in event)).toEqual([]);
});

test("an event that is raised while the old execution ends reaches the new one", async () => {
  const functions = duringContinuation(() => hub.client.raiseEvent("one", "next", "late"));
  const hub = await aHub({ functions });
  await hub.client.startNew("collects", { instanceId: "one" });
  await hub.client.raiseEvent("one", "next", "early");
  await expect.poll(async () => (await hub.client.getStatus("one")).input).toEqual(["early", "late"]);

  await hub.client.raiseEvent("one", "next", "end");

  expect(await finished(hub.client, "one")).toMatchObject({ output: ["early", "late"] });
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
    output: expect.stringMatching(expected(DIFFERENCES.throwAfterContinueAsNew)),
  });
});

test("an execution whose timer is open continues when the timer has fired", async () => {
  const { client } = await aHub();
  // The timer is set later than that, whenever somebody sees it run.
  const startedAt = Date.now();
  const id = await client.startNew("keepsTimerOpen");
  await reached(client, id, "Running");

  await client.raiseEvent(id, "next", 1);

  expect(await finished(client, id)).toMatchObject({ output: "again" });
  expect(Date.now() - startedAt).toBeGreaterThan(SECONDS_MS / 2);
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
