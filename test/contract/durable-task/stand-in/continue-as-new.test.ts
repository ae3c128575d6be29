import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { expect, test, vi } from "vitest";
import { HandClock } from "../../../fixtures/hand-clock.ts";
import { SOON } from "../../patience.ts";
import { df } from "../app.ts";
import { duringContinuation } from "../during-continuation.ts";
import { aHub, finished, freshFile, reached } from "../hub.ts";

const HOUR_MS = 3_600_000;

const slow = df.app.activity("slow", { handler: (input: unknown) => input });

// biome-ignore lint/correctness/useYield: an orchestrator may end without waiting
df.app.orchestration("countsDown", function* (context) {
  const left = Number(context.df.getInput());
  context.df.setCustomStatus({ left });
  if (left === 0) return "done";
  return context.df.continueAsNew(left - 1);
});
df.app.orchestration("cancelsThenCalls", function* (context) {
  if (context.df.getInput() === 1) return yield slow("a result");
  const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + HOUR_MS));
  yield context.df.Task.any([context.df.waitForExternalEvent("next"), timer]);
  if (!timer.isCompleted) timer.cancel();
  return context.df.continueAsNew(1);
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
