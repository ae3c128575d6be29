import { describe, expect, test } from "vitest";
import { df } from "./app.ts";
import { DIFFERENCES, expected } from "./differences.ts";
import { aHub, finished, reached } from "./hub.ts";

// biome-ignore lint/correctness/useYield: an orchestrator may end without waiting
df.app.orchestration("echo", function* (context) {
  return context.df.getInput();
});
df.app.orchestration("waits", function* (context) {
  const event = context.df.waitForExternalEvent("go");
  context.df.setCustomStatus({ waiting: true });
  return yield event;
});
// biome-ignore lint/correctness/useYield: an orchestrator may fail without waiting
df.app.orchestration("breaks", function* () {
  throw new Error("refused");
});
const echo = df.app.activity("echoes", { handler: (input: unknown) => ({ got: input ?? "nothing" }) });
df.app.orchestration("passesOn", function* (context) {
  return yield echo(context.df.getInput());
});

df.app.orchestration("waitsLong", function* (context) {
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 3_600_000));
});

const JSON_POST = { headers: { "content-type": "application/json" } };

describe("starting", () => {
  test("answers 202 with the management URLs and where to look", async () => {
    const { call } = await aHub();

    const response = await call("POST", "orchestrators/waits/one");

    expect(response.status).toBe(202);
    expect(response.headers.get("retry-after")).toBe("10");
    const links = (await response.json()) as Record<string, string>;
    expect(Object.keys(links)).toEqual([
      "id",
      "statusQueryGetUri",
      "sendEventPostUri",
      "terminatePostUri",
      "purgeHistoryDeleteUri",
      "restartPostUri",
      "suspendPostUri",
      "resumePostUri",
    ]);
    expect(links).toMatchObject({ id: "one" });
    expect(response.headers.get("location")).toBe(links.statusQueryGetUri);
    expect(links.sendEventPostUri).toMatch(
      /\/runtime\/webhooks\/durabletask\/instances\/one\/raiseEvent\/\{eventName\}\?taskHub=TestHub\w*&connection=Storage&code=secret$/,
    );
  });

  test("gives an id where none is given", async () => {
    const { client } = await aHub();

    const id = await client.startNew("echo", { input: "x" });

    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(await finished(client, id)).toMatchObject({ output: "x" });
  });

  test("is refused with 409 while an instance with the id runs", async () => {
    const { client } = await aHub();
    await client.startNew("waits", { instanceId: "one" });

    const again = client.startNew("waits", { instanceId: "one" });

    await expect(again).rejects.toThrow(/status code: 409.*already exists/);
  });

  test("by many at once with one id is granted, and one of them runs; a later one is refused", async () => {
    const { client, call } = await aHub();

    const responses = await Promise.all(
      Array.from({ length: 10 }, () => call("POST", "orchestrators/waits/one")),
    );
    await reached(client, "one", "Running");
    const later = await call("POST", "orchestrators/waits/one");
    await client.raiseEvent("one", "go", "once");

    const { least, most } = expected(DIFFERENCES.startsAtOnce);
    const accepted = responses.filter(({ status }) => status === 202).length;
    expect(accepted).toBeGreaterThanOrEqual(least);
    expect(accepted).toBeLessThanOrEqual(most);
    expect(responses.filter(({ status }) => status === 409)).toHaveLength(10 - accepted);
    expect(later.status).toBe(409);
    expect(await finished(client, "one")).toMatchObject({ runtimeStatus: "Completed", output: "once" });
  });

  test("replaces a finished instance, its history too", async () => {
    const { client, lastHistory } = await aHub();
    await client.startNew("echo", { instanceId: "one", input: 1 });
    await finished(client, "one");

    await client.startNew("echo", { instanceId: "one", input: 2 });
    expect(await finished(client, "one")).toMatchObject({ output: 2 });

    expect(lastHistory("one").length).toBe(2);
  });

  test("of an unknown orchestrator is accepted, and the instance fails", async () => {
    const { client } = await aHub();

    const id = await client.startNew("nobody");

    expect(await finished(client, id)).toMatchObject({
      runtimeStatus: "Failed",
      output: expect.stringContaining(
        "The function 'nobody' doesn't exist, is disabled, or is not an orchestrator function.",
      ),
    });
  });

  test.each([
    ["an id with an @ in front", "@one", expected(DIFFERENCES.strangeId)],
    ["an id of 101 characters", "x".repeat(101), expected(DIFFERENCES.strangeId)],
    ["an id with a control character", "a%01b", expected(DIFFERENCES.strangeId)],
    ["an id with a question mark", "a%3Fb", expected(DIFFERENCES.strangeId)],
    ["a path that is no UTF-8", "%ff", expected(DIFFERENCES.brokenPath)],
  ])("is answered as the engine does it: %s", async (_case, id, status) => {
    const { call } = await aHub();

    const response = await call("POST", `orchestrators/echo/${id}`, JSON_POST);

    expect(response.status).toBe(status);
    if (status === 400) expect(await response.json()).toEqual({ Message: expect.any(String) });
  });

  test("is a 500 where the body is no JSON", async () => {
    const { call } = await aHub();

    const response = await call("POST", "orchestrators/echo/one", { ...JSON_POST, body: "{" });

    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      Message: "Something went wrong while processing your request",
      ExceptionMessage: expect.any(String),
      ExceptionType: expect.stringMatching(/^Newtonsoft\.Json\./),
      StackTrace: expect.stringMatching(/^ {3}at /),
    });
  });

  test("takes a plus in an id for a blank, also an encoded one", async () => {
    const { client, call } = await aHub();

    const started = await call("POST", "orchestrators/echo/a+b", JSON_POST);
    await finished(client, "a b");
    const found = await call("GET", "instances/a%2Bb");

    expect(await started.json()).toMatchObject({ id: "a b" });
    expect(await found.json()).toMatchObject({ instanceId: "a b" });
  });

  test("passes inputs on as they were given", async () => {
    const { client } = await aHub();
    const inputs = ["text", "5", { a: [1] }, 5, null];

    const ids = await Promise.all(inputs.map((input) => client.startNew("passesOn", { input })));
    const outputs = await Promise.all(ids.map(async (id) => (await finished(client, id)).output));

    expect(outputs).toEqual([
      { got: "text" },
      { got: "5" },
      { got: { a: [1] } },
      { got: 5 },
      { got: "nothing" },
    ]);
  });
});

describe("starting and waiting", () => {
  const WAIT = "timeout=50&pollingInterval=0.01";

  test.each([
    ["its output", "echo", '"x"', 200, "x"],
    ["the status of a failed one", "breaks", "", 200, { runtimeStatus: "Failed" }],
  ])("answers with %s when the instance has ended", async (_case, name, body, status, expected) => {
    const { call } = await aHub();

    const response = await call("POST", `orchestrators/${name}/one?${WAIT}`, { ...JSON_POST, body });

    expect(response.status).toBe(status);
    const answer: unknown = await response.json();
    if (typeof expected === "string") expect(answer).toBe(expected);
    else expect(answer).toMatchObject(expected);
  });

  test("answers as without waiting when the time is over", async () => {
    const { call } = await aHub();

    const response = await call("POST", "orchestrators/waits/one?timeout=0.05&pollingInterval=0.01");

    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ id: "one" });
  });
});

const TOO_LONG = "Total timeout 1 should be bigger than retry timeout 2";

describe.each([
  ["starting", "orchestrators/waits/one", { Message: TOO_LONG }],
  [
    "restarting",
    "instances/two/restart",
    {
      Message: "InstanceId does not match a valid orchestration instance.",
      ExceptionMessage: TOO_LONG,
      ExceptionType: "System.ArgumentException",
      StackTrace: expect.stringMatching(/^ {3}at /),
    },
  ],
])("%s with an interval longer than the time to wait", (_how, path, refusal) => {
  test("is refused with 400, and the instance runs all the same", async () => {
    const { client, call } = await aHub();
    await client.startNew("echo", { instanceId: "two" });
    await finished(client, "two");

    const response = await call("POST", `${path}?timeout=1&pollingInterval=2`);

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual(refusal);
    expect(await client.getStatusAll()).toHaveLength(2);
  });
});

describe("restarting", () => {
  test("may wait for the end, too", async () => {
    const { client, call } = await aHub();
    await client.startNew("echo", { instanceId: "one", input: "x" });
    await finished(client, "one");

    const response = await call("POST", "instances/one/restart?timeout=50&pollingInterval=0.01");

    expect([response.status, await response.json()]).toEqual([200, "x"]);
  });

  test("starts the same orchestrator with the same input, under a new id unless told otherwise", async () => {
    const { client, call } = await aHub();
    await client.startNew("echo", { instanceId: "one", input: { a: 1 } });
    await finished(client, "one");

    const anew = (await (await call("POST", "instances/one/restart")).json()) as { id: string };
    const same = await call("POST", "instances/one/restart?restartWithNewInstanceId=false");

    expect(anew.id).not.toBe("one");
    expect(await finished(client, anew.id)).toMatchObject({ name: "echo", output: { a: 1 } });
    expect(await same.json()).toMatchObject({ id: "one" });
    expect(await finished(client, "one")).toMatchObject({ output: { a: 1 } });
  });

  test("under its own id is refused while the instance runs", async () => {
    const { client, call } = await aHub();
    await client.startNew("waits", { instanceId: "one" });

    const response = await call("POST", "instances/one/restart?restartWithNewInstanceId=false");

    expect(response.status).toBe(409);
    expect(await response.json()).toEqual({
      Message: "A non-terminal instance with this instance ID already exists.",
      ExceptionMessage: expect.stringMatching(
        /^An Orchestration instance with the status \w+ already exists\.$/,
      ),
      ExceptionType: "DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException",
      StackTrace: expect.stringMatching(/^ {3}at /),
    });
  });

  test("what is not there is refused with what was thrown", async () => {
    const { call } = await aHub();

    const response = await call("POST", "instances/nobody/restart");

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      Message: "InstanceId does not match a valid orchestration instance.",
      ExceptionType: "System.ArgumentException",
    });
  });
});

describe("events", () => {
  test("an event raised right after the start is not lost", async () => {
    const { client } = await aHub();

    const id = await client.startNew("waits");
    await client.raiseEvent(id, "go", { n: 1 });

    expect(await finished(client, id)).toMatchObject({ output: { n: 1 } });
  });

  test("an event without data is refused with 400 when the SDK raises it; null is data", async () => {
    const { client } = await aHub();
    const id = await client.startNew("waits");

    const without = client.raiseEvent(id, "go", undefined);

    await expect(without).rejects.toThrow(/status code: 400.*Invalid JSON content/);
    await client.raiseEvent(id, "go", null);
    expect(await finished(client, id)).toMatchObject({ runtimeStatus: "Completed", output: null });
  });

  test("an event for nobody is refused with 404, one for a finished instance with 410", async () => {
    const { client, call } = await aHub();
    await client.startNew("echo", { instanceId: "done" });
    await finished(client, "done");

    const toNobody = await call("POST", "instances/nobody/raiseEvent/go", { ...JSON_POST, body: "1" });
    const toFinished = await call("POST", "instances/done/raiseEvent/go", { ...JSON_POST, body: "1" });

    expect([toNobody.status, toFinished.status]).toEqual([404, 410]);
    await expect(client.raiseEvent("nobody", "go", 1)).rejects.toThrow("No instance with ID 'nobody' found.");
    await expect(client.raiseEvent("done", "go", 1)).resolves.toBeUndefined();
  });

  const thrown = {
    ExceptionMessage: expect.any(String),
    ExceptionType: "Newtonsoft.Json.JsonReaderException",
    StackTrace: expect.any(String),
  };
  test.each([
    ["text/plain", "1", { Message: "Only application/json request content is supported" }],
    ["application/json; charset=utf-8", "{", { Message: "Invalid JSON content", ...thrown }],
  ])("a body of type %s with %s is refused with 400", async (type, body, refusal) => {
    const { client, call } = await aHub();
    await client.startNew("waits", { instanceId: "one" });

    const response = await call("POST", "instances/one/raiseEvent/go", {
      headers: { "content-type": type },
      body,
    });

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual(refusal);
  });
});

describe("status", () => {
  test("of a running instance is 202 with custom status, of a finished one 200, of a missing one 404", async () => {
    const { client, call } = await aHub();
    await client.startNew("waits", { instanceId: "runs", input: { a: 1 } });
    await client.startNew("echo", { instanceId: "done", input: "x" });
    await finished(client, "done");
    await reached(client, "runs", "Running");

    const running = await call("GET", "instances/runs");
    const done = await call("GET", "instances/done?showInput=false");
    const missing = await call("GET", "instances/missing");

    expect([running.status, done.status, missing.status]).toEqual([202, 200, 404]);
    expect(running.headers.get("retry-after")).toBe("5");
    expect(await running.json()).toEqual({
      name: "waits",
      instanceId: "runs",
      runtimeStatus: "Running",
      input: { a: 1 },
      customStatus: { waiting: true },
      output: null,
      createdTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      lastUpdatedTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    expect(await done.json()).toMatchObject({ runtimeStatus: "Completed", input: null, output: "x" });
  });

  test("of a failed instance is 500 only for who asks for that", async () => {
    const { client, call } = await aHub();
    await client.startNew("breaks", { instanceId: "bad" });
    await finished(client, "bad");

    const plain = await call("GET", "instances/bad");
    const strict = await call("GET", "instances/bad?returnInternalServerErrorOnFailure=true");

    expect([plain.status, strict.status]).toEqual([200, 500]);
  });

  test("shows the history on request, a task's start folded into its end", async () => {
    const { client, call } = await aHub();
    await client.startNew("passesOn", { instanceId: "one", input: "x" });
    await finished(client, "one");

    const shown = await call("GET", "instances/one?showHistory=true&showHistoryOutput=true");

    const Timestamp = expect.any(String);
    const historyEvents = [
      { EventType: "ExecutionStarted", Timestamp, FunctionName: "passesOn", Input: '"x"' },
      {
        EventType: "TaskCompleted",
        Timestamp,
        FunctionName: "echoes",
        ScheduledTime: expect.any(String),
        Result: { got: "x" },
      },
      { EventType: "ExecutionCompleted", Timestamp, OrchestrationStatus: "Completed", Result: { got: "x" } },
    ];
    expect(await shown.json()).toMatchObject({ historyEvents });
  });

  test("shows timers, suspensions and what goes on in the history, and hides inputs and outputs on request", async () => {
    const { client, call } = await aHub();
    await client.startNew("waitsLong", { instanceId: "one", input: 1 });
    await reached(client, "one", "Running");
    await client.raiseEvent("one", "go", { n: 1 });
    await client.suspend("one", "pause");
    await reached(client, "one", "Suspended");
    await client.terminate("one", "enough");
    await finished(client, "one");

    const shown = await call("GET", "instances/one?showHistory=true&showInput=false");

    const { historyEvents } = (await shown.json()) as { historyEvents: object[] };
    const Timestamp = expect.any(String);
    expect(historyEvents).toEqual([
      {
        EventType: "ExecutionStarted",
        Timestamp,
        FunctionName: "waitsLong",
        Correlation: null,
        GenerateNewTrace: false,
        Generation: 0,
        ParentTraceContext: null,
        ScheduledStartTime: null,
      },
      { EventType: "TimerCreated", Timestamp, FireAt: expect.any(String) },
      { EventType: "EventRaised", Timestamp, Name: "go", ParentTraceContext: null },
      { EventType: "ExecutionSuspended", Timestamp, Reason: "pause" },
      { EventType: "ExecutionTerminated", Timestamp },
      {
        EventType: "ExecutionCompleted",
        Timestamp,
        OrchestrationStatus: "Terminated",
        FailureDetails: null,
      },
    ]);
  });

  test("lists in pages until all are seen, and by status and time of creation", async () => {
    const { client, call } = await aHub();
    const ids = Array.from({ length: 205 }, (_, index) => `i-${String(index).padStart(3, "0")}`);
    await Promise.all(ids.map((instanceId) => client.startNew("waits", { instanceId })));
    await client.startNew("echo", { instanceId: "done" });
    await finished(client, "done");

    const all = await client.getStatusAll();
    const completed = await client.getStatusBy({ runtimeStatus: [df.OrchestrationRuntimeStatus.Completed] });
    const later = await client.getStatusBy({ createdTimeFrom: new Date(Date.now() + 60_000) });
    const unread = await call("GET", "instances/?runtimeStatus=completed,Done");
    const firstPage = await call("GET", "instances/?top=2&instanceIdPrefix=i-01");

    expect(all.map(({ instanceId }) => instanceId)).toEqual(["done", ...ids]);
    expect(completed.map(({ instanceId }) => instanceId)).toEqual(["done"]);
    expect(later).toEqual([]);
    expect(await unread.json()).toHaveLength(100);
    expect(await firstPage.json()).toMatchObject([{ instanceId: "i-010" }, { instanceId: "i-011" }]);
    expect(firstPage.headers.get("x-ms-continuation-token")).not.toBeNull();
  });
});

describe("terminate, suspend, resume", () => {
  test("terminate ends an instance at once with the reason for its output", async () => {
    const { client, call } = await aHub();
    await client.startNew("waits", { instanceId: "one" });

    await client.terminate("one", "no longer needed");
    const status = await finished(client, "one");
    const again = await call("POST", "instances/one/terminate?reason=x");
    const nobody = await call("POST", "instances/nobody/terminate?reason=x");

    expect(status).toMatchObject({ runtimeStatus: "Terminated", output: "no longer needed" });
    expect([again.status, nobody.status]).toEqual([410, 404]);
  });

  test.each([
    ["suspend", "suspended", "Suspended"],
    ["resume", "running", "Running"],
  ])(
    "to %s a %s instance is a 500 that says the same to everyone, and beside it why",
    async (operation, _how, state) => {
      const { client, call } = await aHub();
      await client.startNew("waits", { instanceId: "one" });
      await reached(client, "one", "Running");
      if (operation === "suspend") await client.suspend("one", "pause");
      await reached(client, "one", state);

      const response = await call("POST", `instances/one/${operation}?reason=x`);

      expect(response.status).toBe(500);
      expect(await response.json()).toEqual({
        Message: "Something went wrong while processing your request",
        ExceptionMessage: `Cannot ${operation} the orchestration instance one because instance is in the ${state} state.`,
        ExceptionType: "System.InvalidOperationException",
        StackTrace: expect.stringMatching(/^ {3}at /),
      });
    },
  );

  test("a suspended instance keeps its events until it is resumed", async () => {
    const { client, call } = await aHub();
    await client.startNew("waits", { instanceId: "one" });
    await client.suspend("one", "pause");
    await reached(client, "one", "Suspended");

    const again = await call("POST", "instances/one/suspend?reason=x");
    await client.raiseEvent("one", "go", "late");
    await client.resume("one", "go on");
    const status = await finished(client, "one");
    const resumed = await call("POST", "instances/one/resume?reason=x");

    expect(again.status).toBe(500);
    expect(resumed.status).toBe(410);
    expect(status).toMatchObject({ runtimeStatus: "Completed", output: "late" });
  });
});

describe("purge", () => {
  test("removes a finished instance, refuses a running one, and does not know a missing one", async () => {
    const { client, call } = await aHub();
    await client.startNew("echo", { instanceId: "done" });
    await client.startNew("waits", { instanceId: "runs" });
    await finished(client, "done");

    const purged = await client.purgeInstanceHistory("done");
    const running = await call("DELETE", "instances/runs");

    expect(purged).toMatchObject({ instancesDeleted: 1 });
    expect(running.status).toBe(412);
    expect(await client.purgeInstanceHistory("done")).toMatchObject({ instancesDeleted: 0 });
    await expect(client.getStatus("done")).rejects.toThrow("404");
  });

  test("by time and status removes the finished instances of that time and status", async () => {
    const { client, call } = await aHub();
    const createdTimeFrom = new Date(Date.now() - 60_000);
    for (const id of ["a", "b"]) await client.startNew("echo", { instanceId: id });
    await client.startNew("breaks", { instanceId: "bad" });
    await client.startNew("waits", { instanceId: "runs" });
    await Promise.all(["a", "b", "bad"].map((id) => finished(client, id)));
    const { Completed, Failed, Running } = df.OrchestrationRuntimeStatus;

    const before = await client.purgeInstanceHistoryBy({
      createdTimeFrom: new Date(0),
      createdTimeTo: createdTimeFrom,
      runtimeStatus: [Completed],
    });
    const failed = await client.purgeInstanceHistoryBy({ createdTimeFrom, runtimeStatus: [Failed] });
    const rest = await client.purgeInstanceHistoryBy({
      createdTimeFrom,
      runtimeStatus: [Completed, Running],
    });
    const withoutFrom = await call("DELETE", "instances/?runtimeStatus=Completed");

    expect([before, failed, rest].map(({ instancesDeleted }) => instancesDeleted)).toEqual([0, 1, 2]);
    expect(withoutFrom.status).toBe(400);
    expect((await client.getStatusAll()).map(({ instanceId }) => instanceId)).toEqual(["runs"]);
  });

  test.each(["", "runtimeStatus=failed", "runtimeStatus=Running,Pending"])(
    "by time removes what runs, too, where '%s' names no status of finished ones, and its id can be started anew",
    async (statuses) => {
      const { client, call } = await aHub();
      await client.startNew("waits", { instanceId: "runs" });
      await reached(client, "runs", "Running");

      const purged = await call("DELETE", `instances/?createdTimeFrom=2000-01-01T00:00:00Z&${statuses}`);

      expect(await purged.json()).toEqual({ instancesDeleted: 1 });
      await expect(client.raiseEvent("runs", "go", null)).rejects.toThrow("No instance");
      await client.startNew("echo", { instanceId: "runs", input: "anew" });
      expect(await finished(client, "runs")).toMatchObject({ output: "anew" });
    },
  );
});

test.each([
  ["GET", "orchestrators/echo/one", 404],
  ["PUT", "instances/one", 404],
  ["POST", "instances", 404],
  ["GET", "nothing/here", 404],
  ["POST", "instances/one/dance", 404],
  ["POST", "instances/one/rewind?reason=x", 412],
  ["POST", "instances/bad/rewind?reason=x", 202],
  ["POST", "instances/nobody/rewind?reason=x", 404],
  ["POST", "instances/one/restart", 202],
  ["POST", "instances/nobody/restart", 400],
  ["GET", "entities/counter/1", expected(DIFFERENCES.entities)],
])("%s %s is answered with %i", async (method, path, status) => {
  const { client, call } = await aHub();
  await client.startNew("echo", { instanceId: "one" });
  await client.startNew("breaks", { instanceId: "bad" });
  await Promise.all([finished(client, "one"), finished(client, "bad")]);

  const response = await call(method, path);

  expect(response.status).toBe(status);
});

test("management URLs made by the client point to the app's public webhook", async () => {
  const { client } = await aHub();

  const links = client.createHttpManagementPayload("one");

  expect(links.statusQueryGetUri).toContain("/runtime/webhooks/durabletask/instances/one?taskHub=TestHub");
});

describe("the names in a query", () => {
  test("may be spelt in any case", async () => {
    const { client, call } = await aHub();
    await client.startNew("echo", { instanceId: "a", input: "x" });
    await client.startNew("waits", { instanceId: "b" });
    await finished(client, "a");
    await reached(client, "b", "Running");
    const listed = async (query: string) =>
      ((await (await call("GET", `instances/?${query}`)).json()) as { instanceId: string }[]).map(
        ({ instanceId }) => instanceId,
      );

    const lists = await Promise.all(
      [
        "RUNTIMESTATUS=Completed",
        "runtimestatus=Completed&runtimeStatus=Running",
        "TOP=1",
        "instanceidprefix=b",
        "createdtimefrom=2999-01-01T00:00:00Z",
        "CreatedTimeTo=2000-01-01T00:00:00Z",
      ].map(listed),
    );
    const shown = await call("GET", "instances/a?showinput=false&SHOWHISTORY=true");
    const waited = await call("POST", "orchestrators/echo?TimeOut=50&POLLINGINTERVAL=0.01", {
      ...JSON_POST,
      body: "1",
    });
    const same = await call("POST", "instances/a/restart?restartwithnewinstanceid=FALSE");

    expect(lists).toEqual([["a"], ["a", "b"], ["a"], ["b"], [], []]);
    expect(await shown.json()).toMatchObject({ input: null, historyEvents: expect.any(Array) });
    expect([waited.status, await waited.json()]).toEqual([200, 1]);
    expect(await same.json()).toMatchObject({ id: "a" });
  });

  test("of a reason and of a purge, too", async () => {
    const { client, call } = await aHub();
    await client.startNew("waits", { instanceId: "one" });

    await call("POST", "instances/one/terminate?REASON=over");
    const status = await finished(client, "one");
    const purged = await call(
      "DELETE",
      "instances/?CREATEDTIMEFROM=2000-01-01T00:00:00Z&RuntimeStatus=Terminated",
    );

    expect(status).toMatchObject({ output: "over" });
    expect(await purged.json()).toEqual({ instancesDeleted: 1 });
  });
});
