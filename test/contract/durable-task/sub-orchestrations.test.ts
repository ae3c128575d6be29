import { describe, expect, test } from "vitest";
import { df } from "./app.ts";
import { DIFFERENCES, expected } from "./differences.ts";
import { aHub, finished, reached } from "./hub.ts";

const work = df.app.activity("work", { handler: (input: unknown) => input });

df.app.orchestration("child", function* (context) {
  const { fail, wait } = context.df.getInput<{ fail?: string; wait?: boolean }>() ?? {};
  yield work("begun");
  if (wait === true) return yield context.df.waitForExternalEvent("go");
  if (fail !== undefined) throw new Error(fail);
  return { id: context.df.instanceId, parent: context.df.parentInstanceId, input: context.df.getInput() };
});
df.app.orchestration("parent", function* (context) {
  const { id, ...input } = context.df.getInput<{ id?: string }>() ?? {};
  return yield context.df.callSubOrchestrator("child", input, id);
});
df.app.orchestration("catches", function* (context) {
  try {
    return yield context.df.callSubOrchestrator("child", context.df.getInput());
  } catch (error) {
    return error instanceof Error ? error.message : "?";
  }
});
df.app.orchestration("retries", function* (context) {
  return yield context.df.callSubOrchestratorWithRetry(
    "child",
    new df.RetryOptions(1, 2),
    context.df.getInput(),
  );
});
df.app.orchestration("passesText", function* (context) {
  const { input } = (yield context.df.callSubOrchestrator("child", "text")) as { input: unknown };
  return input;
});
df.app.orchestration("callsUnknown", function* (context) {
  return yield context.df.callSubOrchestrator("nobody");
});
df.app.orchestration("callsItself", function* (context) {
  return yield context.df.callSubOrchestrator("child", undefined, context.df.instanceId.toUpperCase());
});
df.app.orchestration("fansOut", function* (context) {
  const ids = Array.from({ length: 20 }, (_, index) => `${context.df.instanceId}-${index}`);
  const done = yield context.df.Task.all(ids.map((id) => context.df.callSubOrchestrator("child", {}, id)));
  return done.map(({ id }: { id: string }) => id);
});
df.app.orchestration("callsTwins", function* (context) {
  const call = (n: number) => context.df.callSubOrchestrator("child", { n }, "twin");
  return yield context.df.Task.all([call(1), call(2)]);
});
df.app.orchestration("leavesChildBehind", function* (context) {
  const child = context.df.callSubOrchestrator("child", { wait: true }, "left-behind");
  const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 10));
  yield context.df.Task.any([child, timer]);
  return "not waiting";
});

test("a child knows its parent and gets its input as it was given; the parent gets its output", async () => {
  const { client } = await aHub();

  const id = await client.startNew("parent", { instanceId: "p", input: { id: "c", n: [1] } });
  const text = await client.startNew("passesText");

  expect(await finished(client, id)).toMatchObject({
    output: { id: "c", parent: "p", input: { n: [1] } },
  });
  expect(await finished(client, text)).toMatchObject({ output: "text" });
  expect(await client.getStatus("c")).toMatchObject({ name: "child", runtimeStatus: "Completed" });
});

test("twenty children at once give their outputs in the order of the calls", async () => {
  const { client } = await aHub();

  const id = await client.startNew("fansOut", { instanceId: "many" });

  const { output } = await finished(client, id);
  expect(output).toEqual(Array.from({ length: 20 }, (_, index) => `many-${index}`));
  expect(await client.getStatusAll()).toHaveLength(21);
});

describe("a child that fails", () => {
  test("shows its parent reason and details, and both end as Failed", async () => {
    const { client } = await aHub();

    const caught = await client.startNew("catches", { input: { fail: "no quota" } });
    const failed = await client.startNew("parent", { input: { id: "c", fail: "no quota" } });

    const text = /^Orchestrator function 'child' failed: no quota \n Message: no quota, StackTrace: /;
    expect((await finished(client, caught)).output).toMatch(text);
    const { runtimeStatus, output } = await finished(client, failed);
    expect(runtimeStatus).toBe("Failed");
    expect(output).toMatch(
      /^Orchestrator function 'parent' failed: Orchestrator function 'child' failed: no quota \n /,
    );
    expect(await client.getStatus("c")).toMatchObject({
      runtimeStatus: "Failed",
      output: "Orchestrator function 'child' failed: no quota",
    });
  });

  test("is called so often as the options say, each time as a new instance", async () => {
    const { client } = await aHub();

    const id = await client.startNew("retries", { input: { fail: "no quota" } });

    expect((await finished(client, id)).runtimeStatus).toBe("Failed");
    const children = (await client.getStatusAll()).filter(({ name }) => name === "child");
    expect(children.map(({ runtimeStatus }) => runtimeStatus)).toEqual(["Failed", "Failed"]);
  });

  test("by termination fails a parent as non-deterministic: the SDK cannot read what has no details", async () => {
    const { client } = await aHub();
    await client.startNew("parent", { instanceId: "p", input: { id: "c", wait: true } });
    await reached(client, "c", "Running");

    await client.terminate("c", "enough");

    expect(await finished(client, "p")).toMatchObject({
      runtimeStatus: "Failed",
      output: expect.stringMatching(
        /^Non-Deterministic workflow detected: A previous execution of this orchestration scheduled a sub-orchestration/,
      ),
    });
  });
});

test.each(["callsUnknown", "callsItself"])("a call that cannot be does not succeed: %s", async (name) => {
  const { client } = await aHub();

  const id = await client.startNew(name, { instanceId: "it" });

  const status = expected(DIFFERENCES.impossibleChild);
  expect(await reached(client, id, status)).toMatchObject({ runtimeStatus: status });
});

describe("a child's id", () => {
  test("that a running instance has: the child takes its place, and the caller gets the child's output", async () => {
    const { client } = await aHub();
    await client.startNew("child", { instanceId: "c", input: { wait: true } });
    await reached(client, "c", "Running");

    await client.startNew("parent", { instanceId: "p", input: { id: "c", n: 1 } });

    expect(await finished(client, "p")).toMatchObject({ output: { id: "c", parent: "p", input: { n: 1 } } });
    expect(await client.getStatus("c")).toMatchObject({ runtimeStatus: "Completed", input: { n: 1 } });
  });

  test("that two calls of one yield have", async () => {
    const { client } = await aHub();
    const { status, output } = expected(DIFFERENCES.twins);

    await client.startNew("callsTwins", { instanceId: "p" });
    await finished(client, "twin");
    const parent = await reached(client, "p", status);

    expect((parent.output as { input: object }[] | null)?.map(({ input }) => input) ?? null).toEqual(output);
  });

  test("that a finished instance has is free again", async () => {
    const { client } = await aHub();
    await client.startNew("child", { instanceId: "c" });
    await finished(client, "c");

    await client.startNew("parent", { instanceId: "p", input: { id: "c" } });

    expect(await finished(client, "p")).toMatchObject({ output: { id: "c", parent: "p" } });
  });
});

describe("what ends a parent leaves its children alone:", () => {
  test("termination", async () => {
    const { client } = await aHub();
    await client.startNew("parent", { instanceId: "p", input: { id: "c", wait: true } });
    await reached(client, "c", "Running");

    await client.terminate("p", "enough");
    await finished(client, "p");
    await client.raiseEvent("c", "go", "done");

    expect(await finished(client, "c")).toMatchObject({ runtimeStatus: "Completed", output: "done" });
    expect(await client.getStatus("p")).toMatchObject({ runtimeStatus: "Terminated", output: "enough" });
  });

  test("purging", async () => {
    const { client } = await aHub();
    await client.startNew("parent", { instanceId: "p", input: { id: "c" } });
    await finished(client, "p");

    await client.purgeInstanceHistory("p");

    expect((await client.getStatusAll()).map(({ instanceId }) => instanceId)).toEqual(["c"]);
  });
});

test("a parent that does not wait for its child ends when the child has ended", async () => {
  const { client } = await aHub();
  const id = await client.startNew("leavesChildBehind");
  await reached(client, "left-behind", "Running");

  const before = await client.getStatus(id);
  await client.raiseEvent("left-behind", "go", 1);

  expect(before.runtimeStatus).toBe("Running");
  expect(await finished(client, id)).toMatchObject({ runtimeStatus: "Completed", output: "not waiting" });
});

test("the status shows a child's call: its start while it runs, its end with the start's time after that", async () => {
  const { client, call } = await aHub();
  await client.startNew("parent", { instanceId: "p", input: { id: "c", wait: true } });
  await reached(client, "c", "Running");
  const shown = async () => {
    const response = await call("GET", "instances/p?showHistory=true&showHistoryOutput=true");
    return ((await response.json()) as { historyEvents: object[] }).historyEvents;
  };

  const before = await shown();
  await client.raiseEvent("c", "go", { n: 1 });
  await finished(client, "p");
  const after = await shown();

  const Timestamp = expect.any(String);
  const started = {
    EventType: "ExecutionStarted",
    FunctionName: "parent",
    Timestamp,
    Input: expect.any(String),
    Correlation: null,
    GenerateNewTrace: false,
    Generation: 0,
    ParentTraceContext: null,
    ScheduledStartTime: null,
  };
  expect(before).toEqual([
    started,
    {
      EventType: "SubOrchestrationInstanceCreated",
      Timestamp,
      Name: "child",
      InstanceId: "c",
      ClientSpanId: null,
      Input: null,
      Tags: null,
    },
  ]);
  expect(after).toEqual([
    started,
    {
      EventType: "SubOrchestrationInstanceCompleted",
      Timestamp,
      FunctionName: "child",
      ScheduledTime: expect.any(String),
      InstanceId: "c",
      Input: null,
      Result: { n: 1 },
    },
    {
      EventType: "ExecutionCompleted",
      Timestamp,
      OrchestrationStatus: "Completed",
      Result: { n: 1 },
      FailureDetails: null,
    },
  ]);
});
