import { describe, expect, test } from "vitest";
import { df } from "./app.ts";
import { aHub, finished, reached } from "./hub.ts";

/** Names of what is broken at the moment, and how often each activity ran. */
const broken = new Set<string>();
const runs = new Map<string, number>();

const step = df.app.activity("step", {
  handler: (name: string) => {
    runs.set(name, (runs.get(name) ?? 0) + 1);
    if (broken.has(name)) throw new Error(`${name} is broken`);
    return `${name} done`;
  },
});

df.app.orchestration("steps", function* (context) {
  const id = context.df.instanceId;
  const first = yield step(`${id}-first`);
  const second = yield step(`${id}-second`);
  return [first, second];
});
df.app.orchestration("parent", function* (context) {
  const id = context.df.instanceId;
  const first = yield step(`${id}-first`);
  const child = yield context.df.callSubOrchestrator("steps", undefined, `${id}-child`);
  return [first, child];
});
// biome-ignore lint/correctness/useYield: an orchestrator may fail without waiting
df.app.orchestration("throws", function* () {
  throw new Error("refused");
});
df.app.orchestration("retries", function* (context) {
  return yield step(context.df.instanceId).withRetry(new df.RetryOptions(1, 2));
});

test("a rewound instance runs the activity that failed again, and nothing else", async () => {
  const { client, lastHistory } = await aHub();
  broken.add("a-second");
  await client.startNew("steps", { instanceId: "a" });
  expect(await finished(client, "a")).toMatchObject({ runtimeStatus: "Failed" });

  broken.delete("a-second");
  await client.rewind("a", "it was repaired");

  expect(await reached(client, "a", "Completed")).toMatchObject({
    output: ["a-first done", "a-second done"],
  });
  expect([runs.get("a-first"), runs.get("a-second")]).toEqual([1, 2]);
  const generic = lastHistory("a").filter(({ EventType: type }) => type === 17);
  // The start of the failed activity, its failure, the instance's end, and the message that woke it.
  expect(generic).toMatchObject([
    { EventId: 1, Data: null },
    { EventId: -1, Data: null },
    { EventId: 2, Data: null },
    { EventId: -1, Data: "it was repaired" },
  ]);
});

test("a rewound instance that fails again may be rewound again", async () => {
  const { client } = await aHub();
  broken.add("b-first");
  await client.startNew("steps", { instanceId: "b" });
  await finished(client, "b");
  await client.rewind("b", "too early");
  await reached(client, "b", "Failed");

  broken.delete("b-first");
  await client.rewind("b", "now");

  expect(await reached(client, "b", "Completed")).toMatchObject({
    output: ["b-first done", "b-second done"],
  });
});

test("with a failed child the child goes on where it failed, and then its parent", async () => {
  const { client, lastHistory } = await aHub();
  broken.add("p-child-second");
  await client.startNew("parent", { instanceId: "p" });
  expect(await finished(client, "p")).toMatchObject({ runtimeStatus: "Failed" });

  broken.delete("p-child-second");
  await client.rewind("p", "it was repaired");

  expect(await reached(client, "p", "Completed")).toMatchObject({
    output: ["p-first done", ["p-child-first done", "p-child-second done"]],
  });
  expect(await client.getStatus("p-child")).toMatchObject({ runtimeStatus: "Completed" });
  expect([runs.get("p-first"), runs.get("p-child-first"), runs.get("p-child-second")]).toEqual([1, 1, 2]);
  expect(lastHistory("p").filter(({ EventType: type }) => type === 7)).toHaveLength(1);
});

test("a parent whose failed child was purged cannot be rewound", async () => {
  const { client, call } = await aHub();
  broken.add("q-child-second");
  await client.startNew("parent", { instanceId: "q" });
  await finished(client, "q");
  await client.purgeInstanceHistory("q-child");

  const response = await call("POST", "instances/q/rewind?reason=x");

  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    Message: "One or more of the arguments submitted is incorrect",
    ExceptionType: "System.ArgumentOutOfRangeException",
  });
});

test("an orchestrator that throws of itself throws again", async () => {
  const { client, lastHistory } = await aHub();
  await client.startNew("throws", { instanceId: "t" });
  await finished(client, "t");
  const before = lastHistory("t").length;

  await client.rewind("t", "again");
  await reached(client, "t", "Failed");

  expect(lastHistory("t").length).toBeGreaterThan(before);
});

test("timers cannot be rewound, so an activity with retries fails for good, as in Azure", async () => {
  const { client } = await aHub();
  broken.add("r");
  await client.startNew("retries", { instanceId: "r" });
  await finished(client, "r");

  broken.delete("r");
  await client.rewind("r", "it was repaired");

  await expect
    .poll(async () => (await client.getStatus("r")).output)
    .toMatch(
      /^Non-Deterministic workflow detected: A previous execution of this orchestration scheduled a timer/,
    );
});

describe("is refused", () => {
  test("for an instance that has not failed with 412, and for a missing one with 404", async () => {
    const { client, call } = await aHub();
    await client.startNew("steps", { instanceId: "done" });
    await finished(client, "done");

    const done = await call("POST", "instances/done/rewind?reason=x");
    const missing = await call("POST", "instances/missing/rewind?reason=x");

    expect([done.status, missing.status]).toEqual([412, 404]);
    await expect(client.rewind("done", "x")).rejects.toThrow(
      'This orchestration has status Completed, but only orchestrations in the "Failed" state can be rewound.',
    );
    await expect(client.rewind("missing", "x")).rejects.toThrow(
      'No orchestration with instance ID "$missing" found.',
    );
  });
});
