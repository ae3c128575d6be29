import { describe, expect, test } from "vitest";
import { EventType, historyEvent } from "../../../../infra/local/durable-task/core/history.ts";
import { df } from "../../../contract/durable-task/app.ts";
import { MINUTE, tell } from "./teller.ts";

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const quick = { activityMs: 1_000, untilMs: 100 * DAY };

const note = df.app.activity("note", { handler: () => "noted" });
const fails = df.app.activity("fails", {
  handler: () => {
    throw new Error("no such cluster");
  },
});

const inMs = (ctx: { df: { currentUtcDateTime: Date } }, ms: number) =>
  new Date(ctx.df.currentUtcDateTime.getTime() + ms);

df.app.orchestration("leavesTimerOpen", function* (ctx) {
  const timer = ctx.df.createTimer(inMs(ctx, HOUR));
  yield ctx.df.Task.any([ctx.df.waitForExternalEvent("go"), timer]);
  return "done";
});
df.app.orchestration("cancelsTimer", function* (ctx) {
  const timer = ctx.df.createTimer(inMs(ctx, HOUR));
  yield ctx.df.Task.any([ctx.df.waitForExternalEvent("go"), timer]);
  timer.cancel();
  return "done";
});
df.app.orchestration("throwsWithTimerOpen", function* (ctx) {
  const timer = ctx.df.createTimer(inMs(ctx, HOUR));
  yield ctx.df.Task.any([ctx.df.waitForExternalEvent("go"), timer]);
  throw new Error("refused");
});

describe("an orchestration whose code has ended", () => {
  test.each([
    ["cancelsTimer", { status: "Completed", output: "done", endedAt: MINUTE }],
    ["leavesTimerOpen", { status: "Completed", output: "done", endedAt: HOUR }],
    [
      "throwsWithTimerOpen",
      {
        status: "Failed",
        output: "Orchestrator function 'throwsWithTimerOpen' failed: refused",
        endedAt: HOUR,
      },
    ],
  ])("%s: ends when no task is open", async (name, expected) => {
    const told = await tell(name, [{ at: MINUTE, event: "go" }], quick);

    expect(told).toMatchObject(expected);
  });
});

df.app.orchestration("child", function* () {
  return yield note();
});
df.app.orchestration("callsChild", function* (ctx) {
  return yield ctx.df.callSubOrchestrator("child");
});
df.app.orchestration("callsNote", function* () {
  return yield note();
});

const scheduled = (name: string, id: number) => (at: number) => [
  historyEvent(at, { EventType: EventType.TaskScheduled, Name: name, Version: "", Input: null }, id),
];
const createdChild = (Name: string, id: number) => (at: number) => [
  historyEvent(
    at,
    { EventType: EventType.SubOrchestrationInstanceCreated, Name, Version: "", InstanceId: "c", Input: null },
    id,
  ),
];
const createdTimer = (id: number) => (at: number) => [
  historyEvent(at, { EventType: EventType.TimerCreated, FireAt: new Date(at + HOUR).toISOString() }, id),
];

describe("an orchestration whose history was made by other code fails as non-deterministic", () => {
  test.each([
    ["another activity", scheduled("forget", 0), "instead scheduled an activity task named 'note'"],
    [
      "an activity too many",
      scheduled("note", 1),
      "sequence ID 1 and name 'note' (version ''), but the current replay",
    ],
    [
      "a timer in the place of an activity",
      createdTimer(0),
      "instead produced a ScheduleTaskOrchestratorAction action",
    ],
  ])("%s", async (_case, past, text) => {
    const told = await tell("callsNote", [], { ...quick, past });

    expect(told).toMatchObject({ status: "Failed", activities: [] });
    expect(told.output).toMatch(
      /^Non-Deterministic workflow detected: A previous execution of this orchestration /,
    );
    expect(told.output).toContain(text);
  });

  test.each([
    [
      "another one",
      createdChild("other", 0),
      "instead scheduled a sub-orchestration task with name child at this",
    ],
    [
      "one too many",
      createdChild("child", 1),
      "(version '', instance ID 'c'), but the current replay execution",
    ],
    [
      "one in the place of an activity",
      createdChild("child", 0),
      "produced a ScheduleTaskOrchestratorAction",
      "callsNote",
    ],
  ])("a sub-orchestration: %s", async (_case, past, text, name = "callsChild") => {
    const told = await tell(name, [], { ...quick, past });

    expect(told.status).toBe("Failed");
    expect(told.output).toMatch(
      /^Non-Deterministic workflow detected: A previous execution of this orchestration scheduled a sub-orchestration /,
    );
    expect(told.output).toContain(text);
  });

  test("but the case of an activity's name does not matter", async () => {
    const told = await tell("callsNote", [], { ...quick, past: scheduled("NOTE", 0), untilMs: 0 });

    expect(told.status).toBe("Running");
  });
});

df.app.orchestration("waitsTenDays", function* (ctx) {
  yield ctx.df.createTimer(inMs(ctx, 10 * DAY));
  return yield note();
});
df.app.orchestration("cancelsTenDays", function* (ctx) {
  const timer = ctx.df.createTimer(inMs(ctx, 10 * DAY));
  yield ctx.df.Task.any([ctx.df.waitForExternalEvent("go"), timer]);
  timer.cancel();
  return yield note();
});

describe("a timer of more than six days", () => {
  test("is a chain of three-day timers", async () => {
    const told = await tell("waitsTenDays", [], quick);

    expect(told).toMatchObject({ status: "Completed", output: "noted", endedAt: 10 * DAY + 1_000 });
    const fired = told.history.filter(({ EventType: type }) => type === EventType.TimerFired);
    expect(fired).toMatchObject([{ TimerId: 0 }, { TimerId: 1 }, { TimerId: 2 }, { TimerId: 3 }]);
  });

  test("can be cancelled before its first piece fires", async () => {
    const told = await tell("cancelsTenDays", [{ at: DAY, event: "go" }], quick);

    expect(told).toMatchObject({ status: "Completed", output: "noted", endedAt: DAY + 1_000 });
  });

  test("that is cancelled later fails the orchestration, as in Azure", async () => {
    const told = await tell("cancelsTenDays", [{ at: 4 * DAY, event: "go" }], quick);

    expect(told.status).toBe("Failed");
    expect(told.output).toMatch(/^Non-Deterministic workflow detected: /);
  });
});

df.app.orchestration("failsAtOnce", function* () {
  yield note();
  throw new Error("refused");
});
df.app.orchestration("throwsNothingUseful", function* () {
  yield note();
  throw new Error("");
});
df.app.orchestration("catches", function* () {
  try {
    yield fails();
  } catch (error) {
    return error instanceof Error ? error.message : "?";
  }
  return "not reached";
});
df.app.orchestration("callsMissing", function* (ctx) {
  return yield ctx.df.callActivity("missing");
});
df.app.orchestration("retriesForALimitedTime", function* () {
  const options = new df.RetryOptions(60_000, 10);
  options.retryTimeoutInMilliseconds = 90_000;
  return yield fails().withRetry(options);
});
df.app.orchestration("retriesWithBackoff", function* () {
  const options = new df.RetryOptions(60_000, 5);
  options.backoffCoefficient = 2;
  options.maxRetryIntervalInMilliseconds = 3 * MINUTE;
  return yield fails().withRetry(options);
});

describe("failures", () => {
  test("what the orchestrator throws becomes the output", async () => {
    const told = await tell("failsAtOnce", [], quick);

    expect(told).toMatchObject({
      status: "Failed",
      output: "Orchestrator function 'failsAtOnce' failed: refused",
    });
  });

  test("an error without a message fails the instance with another cause, as in Azure, and the log says so", async () => {
    const told = await tell("throwsNothingUseful", [], quick);

    expect(told.status).toBe("Failed");
    expect(told.output).toMatch(/^Non-Deterministic workflow detected: /);
    expect(told.findings.map(({ detector }) => detector)).toEqual(["throw-without-message"]);
  });

  test("an activity's failure reaches the orchestrator with reason and details", async () => {
    const told = await tell("catches", [], quick);

    expect(told.output).toMatch(
      /^Activity function 'fails' failed: {2}no such cluster \n \{.*no such cluster.*\}$/s,
    );
  });

  test("an unknown activity fails the orchestration", async () => {
    const told = await tell("callsMissing", [], quick);

    expect(told).toMatchObject({
      status: "Failed",
      output:
        "Orchestrator function 'callsMissing' failed: The function 'missing' doesn't exist, is disabled, or is not an activity function.",
    });
  });

  test("a retry timeout that elapses hangs the orchestration, as in Azure", async () => {
    const told = await tell("retriesForALimitedTime", [], quick);

    expect(told).toMatchObject({ status: "Running", activities: ["fails", "fails", "fails"] });
  });

  test("delays between attempts grow to their maximum; the last attempt is followed by a timer that fires at once", async () => {
    const told = await tell("retriesWithBackoff", [], { ...quick, activityMs: 0 });

    expect(told).toMatchObject({ status: "Failed", endedAt: (1 + 2 + 3 + 3) * MINUTE });
    const created = told.history.filter(({ EventType: type }) => type === EventType.TimerCreated);
    expect(created.map(({ EventId }) => EventId)).toEqual([1, 3, 5, 7, 9]);
  });
});

df.app.orchestration("callsHttp", function* (ctx) {
  return yield ctx.df.callHttp({ method: "GET", url: "https://example.com" });
});
df.app.orchestration("signals", function* (ctx) {
  ctx.df.signalEntity(new df.EntityId("counter", "1"), "add");
  yield note();
});
df.app.orchestration("callsEntity", function* (ctx) {
  return yield ctx.df.callEntity(new df.EntityId("counter", "1"), "get");
});
df.app.orchestration("locks", function* (ctx) {
  return yield ctx.df.lock(new df.EntityId("counter", "1"));
});

const ENTITIES =
  "this stand-in has no durable entities. Keep the state in an orchestration or in a database, and change it in activities.";

test.each([
  ["callsHttp", "callHttp: this stand-in does not make HTTP calls itself. Make the call in an activity."],
  ["signals", `signalEntity: ${ENTITIES}`],
  ["callsEntity", `callEntity: ${ENTITIES}`],
  ["locks", `lock: ${ENTITIES}`],
])("a feature that this stand-in lacks fails the orchestration with its name: %s", async (name, sentence) => {
  const told = await tell(name, [], quick);

  expect(told).toMatchObject({
    status: "Failed",
    output: `Orchestrator function '${name}' failed: ${sentence}`,
  });
});

df.app.orchestration("waitsFor", function* (ctx) {
  return yield ctx.df.waitForExternalEvent("Decision");
});

test("an event whose name differs in case is lost, as in Azure, and the log says so", async () => {
  const told = await tell("waitsFor", [{ at: MINUTE, event: "decision" }], quick);

  expect(told.status).toBe("Running");
  expect(told.findings.map(({ detector }) => detector)).toContain("event-name-case");
});

df.app.orchestration("waitsForTwo", function* (ctx) {
  yield note();
  const first = yield ctx.df.waitForExternalEvent("go");
  const second = yield ctx.df.waitForExternalEvent("go");
  return [first, second];
});

test("events that come before their wait are kept in their order", async () => {
  const incidents = [
    { at: 0, event: "go", data: 1 },
    { at: 1, event: "go", data: 2 },
  ];

  const told = await tell("waitsForTwo", incidents, quick);

  expect(told).toMatchObject({ status: "Completed", output: [1, 2] });
});

df.app.orchestration("abandonsAWait", function* (ctx) {
  yield ctx.df.Task.any([ctx.df.waitForExternalEvent("go"), ctx.df.createTimer(inMs(ctx, MINUTE))]);
  yield ctx.df.waitForExternalEvent("go");
  return yield note();
});

test("of several waits for one event the newest is served, so an abandoned one does no harm", async () => {
  const told = await tell("abandonsAWait", [{ at: 5 * MINUTE, event: "go" }], quick);

  expect(told).toMatchObject({ status: "Completed", output: "noted", endedAt: 5 * MINUTE + 1_000 });
});

df.app.orchestration("notesAfterEvent", function* (ctx) {
  yield ctx.df.waitForExternalEvent("go");
  return yield note();
});

describe("a suspended orchestration", () => {
  test("holds back what it asked for in the same episode, until it is resumed", async () => {
    const told = await tell(
      "notesAfterEvent",
      [
        { at: MINUTE, event: "go" },
        { at: MINUTE, command: "suspend" },
        { at: 9 * MINUTE, command: "resume" },
      ],
      quick,
    );

    expect(told).toMatchObject({ status: "Completed", activities: ["note"], endedAt: 9 * MINUTE + 1_000 });
  });

  test("takes its events when it is resumed", async () => {
    const told = await tell(
      "notesAfterEvent",
      [
        { at: MINUTE, command: "suspend" },
        { at: 2 * MINUTE, command: "suspend" },
        { at: 3 * MINUTE, event: "go" },
        { at: 9 * MINUTE, command: "resume" },
      ],
      quick,
    );

    expect(told).toMatchObject({ status: "Completed", activities: ["note"], endedAt: 9 * MINUTE + 1_000 });
  });
});
