import { describe, expect, test } from "vitest";
import type { Versioning } from "../../../infra/local/durable-task/contract.ts";
import { df } from "./app.ts";
import { aHub, finished, freshFile, reached } from "./hub.ts";

df.app.orchestration("tellsVersion", function* (context) {
  const child = yield context.df.callSubOrchestrator("child");
  const named = yield context.df.callSubOrchestrator("child", undefined, undefined, "0.9");
  return [context.df.version, child, named];
});
// biome-ignore lint/correctness/useYield: an orchestrator may end without waiting
df.app.orchestration("child", function* (context) {
  return context.df.version;
});
df.app.orchestration("waits", function* (context) {
  yield context.df.waitForExternalEvent("go");
  return context.df.version;
});
df.app.orchestration("callsChild", function* (context) {
  try {
    return yield context.df.callSubOrchestrator("child", undefined, undefined, context.df.getInput<string>());
  } catch (error) {
    return error instanceof Error ? error.message : "?";
  }
});

const version = (defaultVersion: string, rest: Partial<Versioning> = {}): { versioning: Versioning } => ({
  versioning: { defaultVersion, matchStrategy: "CurrentOrOlder", failureStrategy: "Reject", ...rest },
});

test("new instances and children get the default version unless their caller names one", async () => {
  const { client } = await aHub({ options: version("1.0") });

  const id = await client.startNew("tellsVersion");
  const older = await client.startNew("tellsVersion", { version: "0.5" });

  expect(await finished(client, id)).toMatchObject({ output: ["1.0", "1.0", "0.9"] });
  expect(await finished(client, older)).toMatchObject({ output: ["0.5", "1.0", "0.9"] });
});

test("without versions the code sees an empty one, and what has a version waits", async () => {
  const { client } = await aHub();

  const id = await client.startNew("callsChild");
  const newer = await client.startNew("child", { version: "0.9" });

  expect(await finished(client, id)).toMatchObject({ output: "" });
  expect((await client.getStatus(newer)).runtimeStatus).toBe("Pending");
});

const AGREE = "Completed";
const DIFFER = "Failed";

describe("an instance's version and the worker's", () => {
  test.each<[Versioning["matchStrategy"], string, string, string]>([
    ["None", "9.0", "1.0", AGREE],
    ["Strict", "1.0", "1.0", AGREE],
    ["Strict", "0.9", "1.0", DIFFER],
    ["CurrentOrOlder", "1.0", "1.0", AGREE],
    ["CurrentOrOlder", "0.9", "1.0", AGREE],
    ["CurrentOrOlder", "", "1.0", AGREE],
    ["CurrentOrOlder", "1.9", "1.10", AGREE],
    ["CurrentOrOlder", "1.10", "1.9", DIFFER],
    ["CurrentOrOlder", "1.0", "", DIFFER],
    ["CurrentOrOlder", "1.0.0", "1.0", DIFFER],
    ["CurrentOrOlder", "beta", "Beta", AGREE],
    ["CurrentOrOlder", "beta", "alpha", DIFFER],
  ])("%s: '%s' for a worker of '%s': %s", async (matchStrategy, instance, worker, status) => {
    const { client, call } = await aHub({
      options: version(worker, { matchStrategy, failureStrategy: "Fail" }),
    });

    await call("POST", `orchestrators/child/one?version=${instance}`);

    expect((await finished(client, "one")).runtimeStatus).toBe(status);
  });
});

test("a rejected instance waits, and goes on under a worker that matches", async () => {
  const file = freshFile();
  const old = await aHub({ file, options: version("1.0") });
  await old.client.startNew("waits", { instanceId: "newer", version: "2.0" });
  await old.client.startNew("child", { instanceId: "other" });
  await finished(old.client, "other");
  expect((await old.client.getStatus("newer")).runtimeStatus).toBe("Pending");
  await old.stop();

  const { client } = await aHub({ file, options: version("2.0") });
  await reached(client, "newer", "Running");
  await client.raiseEvent("newer", "go", 1);

  expect(await finished(client, "newer")).toMatchObject({ output: "2.0" });
});

test("an instance of another version that fails tells why, and its parent learns it too", async () => {
  const { client } = await aHub({ options: version("1.0", { failureStrategy: "Fail" }) });

  const id = await client.startNew("callsChild", { instanceId: "p", input: "2.0" });

  expect((await finished(client, id)).output).toContain(
    "Orchestration version did not comply with Worker Versioning",
  );
  const [child] = (await client.getStatusAll()).filter(({ name }) => name === "child");
  expect(child).toMatchObject({
    runtimeStatus: "Failed",
    output: "VersionMismatch: Orchestration version did not comply with Worker Versioning",
  });
});

test("a restarted process keeps the versions of what waits", async () => {
  const file = freshFile();
  const before = await aHub({ file, options: version("1.0") });
  await before.client.startNew("waits", { instanceId: "one" });
  await reached(before.client, "one", "Running");
  await before.stop();

  const { client } = await aHub({ file, options: version("2.0") });
  await client.raiseEvent("one", "go", 1);

  expect(await finished(client, "one")).toMatchObject({ output: "1.0" });
});
