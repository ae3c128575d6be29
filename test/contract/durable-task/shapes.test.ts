import { describe, expect, test } from "vitest";
import { EventType, type HistoryEvent } from "../../../infra/local/durable-task/core/history.ts";
import { df } from "./app.ts";
import { aHub, finished } from "./hub.ts";

const NAMES = Object.fromEntries(Object.entries(EventType).map(([name, type]) => [type, name]));

/** One word per event: its type, its own id if it has one, and the id of the task it ends. */
function outline(history: readonly HistoryEvent[]): string[] {
  return history.map((event) => {
    const ends =
      "TaskScheduledId" in event ? event.TaskScheduledId : "TimerId" in event ? event.TimerId : undefined;
    const own = event.EventId === -1 ? "" : ` #${event.EventId}`;
    return `${NAMES[event.EventType]}${own}${ends === undefined ? "" : ` of #${ends}`}`;
  });
}

const double = df.app.activity("double", { handler: (n: number) => n * 2 });
const attempts = new Map<string, number>();
const flaky = df.app.activity("flaky", {
  handler: ({ key, failures }: { key: string; failures: number }) => {
    const attempt = (attempts.get(key) ?? 0) + 1;
    attempts.set(key, attempt);
    if (attempt <= failures) throw new Error(`failure ${attempt}`);
    return `attempt ${attempt}`;
  },
});

df.app.orchestration("chain", function* (context) {
  const first = yield double(context.df.getInput());
  const second = yield double(first);
  return yield double(second);
});

test("a chain of activities hands each result to the next", async () => {
  const { client, lastHistory } = await aHub();

  const id = await client.startNew("chain", { instanceId: "chain-1", input: 5 });
  const status = await finished(client, id);

  expect(status).toMatchObject({ runtimeStatus: "Completed", input: 5, output: 40 });
  expect(outline(lastHistory(id))).toEqual([
    "OrchestratorStarted",
    "ExecutionStarted",
    "TaskScheduled #0",
    "OrchestratorCompleted",
    "OrchestratorStarted",
    "TaskCompleted of #0",
    "TaskScheduled #1",
    "OrchestratorCompleted",
    "OrchestratorStarted",
    "TaskCompleted of #1",
    "TaskScheduled #2",
    "OrchestratorCompleted",
    "OrchestratorStarted",
    "TaskCompleted of #2",
  ]);
});

df.app.orchestration("fanOut", function* (context) {
  const numbers = context.df.getInput<number[]>() ?? [];
  return yield context.df.Task.all(numbers.map((n) => double(n)));
});

test("a fan-out schedules all activities in one episode and gathers the results in order", async () => {
  const { client, lastHistory } = await aHub();

  const id = await client.startNew("fanOut", { instanceId: "fan-out-1", input: [1, 2, 3] });
  const status = await finished(client, id);

  expect(status).toMatchObject({ runtimeStatus: "Completed", output: [2, 4, 6] });
  const history = outline(lastHistory(id));
  expect(history.slice(0, 6)).toEqual([
    "OrchestratorStarted",
    "ExecutionStarted",
    "TaskScheduled #0",
    "TaskScheduled #1",
    "TaskScheduled #2",
    "OrchestratorCompleted",
  ]);
  expect(history.filter((line) => line.startsWith("TaskCompleted")).sort()).toEqual([
    "TaskCompleted of #0",
    "TaskCompleted of #1",
    "TaskCompleted of #2",
  ]);
});

df.app.orchestration("retrying", function* (context) {
  const retry = new df.RetryOptions(1, 3);
  return yield flaky(context.df.getInput()).withRetry(retry);
});

test("an activity that fails twice succeeds in its third attempt, every attempt and delay with an id of its own", async () => {
  const { client, lastHistory } = await aHub();

  const id = await client.startNew("retrying", {
    instanceId: "retry-1",
    input: { key: "retry-1", failures: 2 },
  });
  const status = await finished(client, id);

  expect(status).toMatchObject({ runtimeStatus: "Completed", output: "attempt 3" });
  expect(outline(lastHistory(id)).filter((line) => !line.startsWith("Orchestrator"))).toEqual([
    "ExecutionStarted",
    "TaskScheduled #0",
    "TaskFailed of #0",
    "TimerCreated #1",
    "TimerFired of #1",
    "TaskScheduled #2",
    "TaskFailed of #2",
    "TimerCreated #3",
    "TimerFired of #3",
    "TaskScheduled #4",
    "TaskCompleted of #4",
  ]);
});

test("an activity that fails in every attempt fails the orchestration after one more timer that fires at once", async () => {
  const { client, lastHistory } = await aHub();

  const id = await client.startNew("retrying", {
    instanceId: "retry-2",
    input: { key: "retry-2", failures: 9 },
  });
  const status = await finished(client, id);

  expect(status.runtimeStatus).toBe("Failed");
  expect(status.output).toMatch(
    /^Orchestrator function 'retrying' failed: Activity function 'flaky' failed: {2}failure 3 \n /,
  );
  expect(outline(lastHistory(id)).filter((line) => !line.startsWith("Orchestrator"))).toEqual([
    "ExecutionStarted",
    "TaskScheduled #0",
    "TaskFailed of #0",
    "TimerCreated #1",
    "TimerFired of #1",
    "TaskScheduled #2",
    "TaskFailed of #2",
    "TimerCreated #3",
    "TimerFired of #3",
    "TaskScheduled #4",
    "TaskFailed of #4",
    "TimerCreated #5",
    "TimerFired of #5",
  ]);
});

df.app.orchestration("eventOrTimer", function* (context) {
  const { waitMs } = context.df.getInput<{ waitMs: number }>() ?? { waitMs: 0 };
  const event = context.df.waitForExternalEvent("go");
  const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + waitMs));
  const first = yield context.df.Task.any([event, timer]);
  if (first === timer) return "too late";
  timer.cancel();
  return event.result;
});

describe("event or timer", () => {
  test("the event comes first: the timer is cancelled and does not keep the instance running", async () => {
    const { client, lastHistory } = await aHub();

    const id = await client.startNew("eventOrTimer", { instanceId: "event-1", input: { waitMs: 3_600_000 } });
    await client.raiseEvent(id, "go", { by: "ana" });
    const status = await finished(client, id);

    expect(status).toMatchObject({ runtimeStatus: "Completed", output: { by: "ana" } });
    expect(outline(lastHistory(id)).at(-1)).toBe("EventRaised");
  });

  test("the timer comes first", async () => {
    const { client, lastHistory } = await aHub();

    const id = await client.startNew("eventOrTimer", { instanceId: "timer-1", input: { waitMs: 10 } });
    const status = await finished(client, id);

    expect(status).toMatchObject({ runtimeStatus: "Completed", output: "too late" });
    expect(outline(lastHistory(id))).toEqual([
      "OrchestratorStarted",
      "ExecutionStarted",
      "TimerCreated #0",
      "OrchestratorCompleted",
      "OrchestratorStarted",
      "TimerFired of #0",
    ]);
  });
});
