import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { HistoryEvent } from "../../../infra/local/durable-task/core/history.ts";
import { historyIn } from "../durable-task/hub.ts";
import { appFolder, PATIENCE_MS, type RunningHost, runHost } from "./host.ts";

const DAY_MS = 24 * 3_600_000;

let host: RunningHost;
beforeAll(async () => {
  host = await runHost(appFolder("histories"), { args: ["--virtual-clock", "--strict"] });
});
afterAll(() => host.end("SIGKILL"));

const post = async (path: string, body: unknown): Promise<void> => {
  const response = await fetch(`${host.url}${path}`, { method: "POST", body: JSON.stringify(body) });
  expect(response.ok, await response.text()).toBe(true);
};

/** Waits until the instance has one of these statuses. */
const reached = (id: string, ...statuses: string[]) =>
  vi.waitFor(
    async () => expect(statuses).toContain(await (await fetch(`${host.url}/api/status/${id}`)).text()),
    { timeout: PATIENCE_MS, interval: 5 },
  );
const finished = (id: string) => reached(id, "Completed", "Failed");

const eventsOf = (id: string): HistoryEvent[] => historyIn(join(host.dataDir, "task-hub.sqlite"), id);

/**
 * The histories below are written by hand from the contract: the ids are taken in the order of invocation, the frames
 * are one OrchestratorStarted and one OrchestratorCompleted an episode, and what is of no task has EventId -1.
 * @see DurableTask.Core/History/EventType.cs for the numbers
 */
const TYPES: Record<number, string> = {
  0: "ExecutionStarted",
  1: "ExecutionCompleted",
  4: "TaskScheduled",
  5: "TaskCompleted",
  6: "TaskFailed",
  7: "SubOrchestrationInstanceCreated",
  8: "SubOrchestrationInstanceCompleted",
  9: "SubOrchestrationInstanceFailed",
  10: "TimerCreated",
  11: "TimerFired",
  12: "OrchestratorStarted",
  13: "OrchestratorCompleted",
  15: "EventRaised",
};
const STATUSES: Record<number, string> = { 1: "Completed", 3: "Failed", 5: "Terminated" };

/** `TYPE #EventId NAME of #TASK = RESULT`, what there is of it; an EventId of -1 is left out. */
function lines(history: readonly HistoryEvent[]): string[] {
  return history.map((event) => {
    const words = [TYPES[event.EventType] ?? `event type ${event.EventType}`];
    if (event.EventId !== -1) words.push(`#${event.EventId}`);
    if ("Name" in event) words.push(event.Name);
    if ("TaskScheduledId" in event) words.push(`of #${event.TaskScheduledId}`);
    if ("TimerId" in event) words.push(`of #${event.TimerId}`);
    if ("OrchestrationStatus" in event) words.push(STATUSES[event.OrchestrationStatus] ?? "?");
    if ("Result" in event) words.push(`= ${event.Result}`);
    return words.join(" ");
  });
}

/** Runs one instance to its end. @returns its history, a line an event */
async function historyOf(name: string, input: unknown = null, id = name): Promise<string[]> {
  await post(`/api/start/${name}/${id}`, input);
  await finished(id);
  return lines(eventsOf(id));
}

test("a chain", async () => {
  const history = await historyOf("chain", 5);

  expect(history).toEqual([
    "OrchestratorStarted",
    "ExecutionStarted chain",
    "TaskScheduled #0 double",
    "OrchestratorCompleted",
    "OrchestratorStarted",
    "TaskCompleted of #0 = 10",
    "TaskScheduled #1 double",
    "OrchestratorCompleted",
    "OrchestratorStarted",
    "TaskCompleted of #1 = 20",
    "ExecutionCompleted #2 Completed = 20",
    "OrchestratorCompleted",
  ]);
});

test("a fan-out", async () => {
  const history = await historyOf("fanOut");

  expect(history.slice(0, 5)).toEqual([
    "OrchestratorStarted",
    "ExecutionStarted fanOut",
    "TaskScheduled #0 double",
    "TaskScheduled #1 double",
    "OrchestratorCompleted",
  ]);
  // The two results come in one episode or in two, in any order.
  expect(history.filter((line) => line.startsWith("TaskCompleted")).sort()).toEqual([
    "TaskCompleted of #0 = 2",
    "TaskCompleted of #1 = 4",
  ]);
  expect(history.slice(-2)).toEqual(["ExecutionCompleted #2 Completed = [2,4]", "OrchestratorCompleted"]);
});

const TWO_FAILURES = [
  "OrchestratorStarted",
  "ExecutionStarted retrying",
  "TaskScheduled #0 flaky",
  "OrchestratorCompleted",
  "OrchestratorStarted",
  "TaskFailed of #0",
  "TimerCreated #1",
  "OrchestratorCompleted",
  "OrchestratorStarted",
  "TimerFired of #1",
  "TaskScheduled #2 flaky",
  "OrchestratorCompleted",
  "OrchestratorStarted",
  "TaskFailed of #2",
  "TimerCreated #3",
  "OrchestratorCompleted",
  "OrchestratorStarted",
  "TimerFired of #3",
  "TaskScheduled #4 flaky",
  "OrchestratorCompleted",
  "OrchestratorStarted",
];

test("an activity that succeeds in its third attempt", async () => {
  const history = await historyOf("retrying", 2, "retry-twice");

  expect(history).toEqual([
    ...TWO_FAILURES,
    'TaskCompleted of #4 = "attempt 3"',
    'ExecutionCompleted #5 Completed = "attempt 3"',
    "OrchestratorCompleted",
  ]);
});

test("an activity whose attempts are used up: one more timer fires at once", async () => {
  const history = await historyOf("retrying", 9, "retry-exhausted");

  expect(history.slice(0, -2)).toEqual([
    ...TWO_FAILURES,
    "TaskFailed of #4",
    "TimerCreated #5",
    "OrchestratorCompleted",
    "OrchestratorStarted",
    "TimerFired of #5",
  ]);
  expect(history.at(-2)).toMatch(
    /^ExecutionCompleted #6 Failed = "Orchestrator function 'retrying' failed: Activity function 'flaky' failed: {2}failure 3 \\n /,
  );
});

test("an event before the timer", async () => {
  await post("/api/start/eventOrTimer/event", 3_600_000);
  await reached("event", "Running");
  await post("/api/raise/go/event", 5);
  await finished("event");

  expect(lines(eventsOf("event"))).toEqual([
    "OrchestratorStarted",
    "ExecutionStarted eventOrTimer",
    "TimerCreated #0",
    "OrchestratorCompleted",
    "OrchestratorStarted",
    "EventRaised go",
    "TaskScheduled #1 double",
    "OrchestratorCompleted",
    "OrchestratorStarted",
    "TaskCompleted of #1 = 10",
    "ExecutionCompleted #2 Completed = 10",
    "OrchestratorCompleted",
  ]);
});

test("the timer before the event", async () => {
  const history = await historyOf("eventOrTimer", 1, "timer");

  expect(history).toEqual([
    "OrchestratorStarted",
    "ExecutionStarted eventOrTimer",
    "TimerCreated #0",
    "OrchestratorCompleted",
    "OrchestratorStarted",
    "TimerFired of #0",
    'ExecutionCompleted #1 Completed = "too late"',
    "OrchestratorCompleted",
  ]);
});

test("sub-orchestrations, with an id and without", async () => {
  const history = await historyOf("parent");
  const events = eventsOf("parent");

  expect(history).toEqual([
    "OrchestratorStarted",
    "ExecutionStarted parent",
    "SubOrchestrationInstanceCreated #0 child",
    "OrchestratorCompleted",
    "OrchestratorStarted",
    'SubOrchestrationInstanceCompleted of #0 = {"got":2,"parent":"parent"}',
    "SubOrchestrationInstanceCreated #1 child",
    "OrchestratorCompleted",
    "OrchestratorStarted",
    'SubOrchestrationInstanceCompleted of #1 = {"got":4,"parent":"parent"}',
    'ExecutionCompleted #2 Completed = [{"got":2,"parent":"parent"},{"got":4,"parent":"parent"}]',
    "OrchestratorCompleted",
  ]);
  const [, started] = events;
  const { InstanceId, ExecutionId } =
    started && "OrchestrationInstance" in started ? started.OrchestrationInstance : {};
  expect(events.flatMap((event) => ("InstanceId" in event ? event.InstanceId : []))).toEqual([
    "child-of-parent",
    `${ExecutionId}:1`,
  ]);
  expect(lines(eventsOf("child-of-parent"))).toEqual([
    "OrchestratorStarted",
    "ExecutionStarted child",
    "TaskScheduled #0 double",
    "OrchestratorCompleted",
    "OrchestratorStarted",
    "TaskCompleted of #0 = 2",
    'ExecutionCompleted #1 Completed = {"got":2,"parent":"parent"}',
    "OrchestratorCompleted",
  ]);
  expect(eventsOf("child-of-parent")[1]).toMatchObject({
    OrchestrationInstance: { InstanceId: "child-of-parent" },
    ParentInstance: {
      Name: "parent",
      Version: "",
      TaskScheduleId: 0,
      OrchestrationInstance: { InstanceId, ExecutionId },
    },
  });
});

test("a sub-orchestration that succeeds in its third attempt: every attempt is an instance of its own", async () => {
  const history = await historyOf("retryingParent", 2, "sub-retry-twice");
  const events = eventsOf("sub-retry-twice");

  expect(history).toEqual([
    "OrchestratorStarted",
    "ExecutionStarted retryingParent",
    "SubOrchestrationInstanceCreated #0 flakyChild",
    "OrchestratorCompleted",
    "OrchestratorStarted",
    "SubOrchestrationInstanceFailed of #0",
    "TimerCreated #1",
    "OrchestratorCompleted",
    "OrchestratorStarted",
    "TimerFired of #1",
    "SubOrchestrationInstanceCreated #2 flakyChild",
    "OrchestratorCompleted",
    "OrchestratorStarted",
    "SubOrchestrationInstanceFailed of #2",
    "TimerCreated #3",
    "OrchestratorCompleted",
    "OrchestratorStarted",
    "TimerFired of #3",
    "SubOrchestrationInstanceCreated #4 flakyChild",
    "OrchestratorCompleted",
    "OrchestratorStarted",
    'SubOrchestrationInstanceCompleted of #4 = "attempt 3"',
    'ExecutionCompleted #5 Completed = "attempt 3"',
    "OrchestratorCompleted",
  ]);
  expect(new Set(events.flatMap((event) => ("InstanceId" in event ? event.InstanceId : []))).size).toBe(3);
});

test("continue-as-new: a history of its own, and one OrchestratorCompleted before the first episode's work", async () => {
  const history = await historyOf("counts", 1);

  expect(history).toEqual([
    "OrchestratorStarted",
    "ExecutionStarted counts",
    "OrchestratorCompleted",
    "TaskScheduled #0 double",
    "OrchestratorCompleted",
    "OrchestratorStarted",
    "TaskCompleted of #0 = 8",
    "ExecutionCompleted #1 Completed = 8",
    "OrchestratorCompleted",
  ]);
  expect(eventsOf("counts")[1]).toMatchObject({ Input: "4" });
});

test("a timer of ten days: pieces of three days, and the rest", async () => {
  await post("/api/start/sleeps/sleeps", null);
  await host.admin("clock", '{"advance":"11.00:00:00"}');
  await finished("sleeps");

  const history = eventsOf("sleeps");
  const piece = (id: number) => [
    `TimerCreated #${id}`,
    "OrchestratorCompleted",
    "OrchestratorStarted",
    `TimerFired of #${id}`,
  ];
  expect(lines(history)).toEqual([
    "OrchestratorStarted",
    "ExecutionStarted sleeps",
    ...piece(0),
    ...piece(1),
    ...piece(2),
    ...piece(3),
    "TaskScheduled #4 double",
    "OrchestratorCompleted",
    "OrchestratorStarted",
    "TaskCompleted of #4 = 2",
    "ExecutionCompleted #5 Completed = 2",
    "OrchestratorCompleted",
  ]);
  const start = Date.parse(history[0]?.Timestamp ?? "");
  const dueDays = history.flatMap((event) =>
    "FireAt" in event && !("TimerId" in event) ? Math.round((Date.parse(event.FireAt) - start) / DAY_MS) : [],
  );
  expect(dueDays).toEqual([3, 6, 9, 10]);
});
