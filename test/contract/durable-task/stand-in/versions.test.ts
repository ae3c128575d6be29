import { expect, test } from "vitest";
import type { Versioning } from "../../../../infra/local/durable-task/contract.ts";
import { df } from "../app.ts";
import { aHub, finished } from "../hub.ts";

// biome-ignore lint/correctness/useYield: an orchestrator may end without waiting
df.app.orchestration("child", function* (context) {
  return context.df.version;
});

const VERSIONING: Versioning = {
  defaultVersion: "1.0",
  matchStrategy: "CurrentOrOlder",
  failureStrategy: "Reject",
};

test("a rejected instance leaves its hub idle, and is logged once", async () => {
  const { client, log, isIdle } = await aHub({ options: { versioning: VERSIONING } });
  await client.startNew("child", { instanceId: "newer", version: "2.0" });
  await client.startNew("child", { instanceId: "other" });
  await finished(client, "other");

  expect(isIdle()).toBe(true);
  expect(log.filter((line) => line.includes("newer"))).toEqual([
    expect.stringMatching(/^warning: Instance newer waits: its version '2\.0' does not match defaultVersion/),
  ]);
});

test("one of another version that fails has the framework's details in its history", async () => {
  const { client, history } = await aHub({
    options: { versioning: { ...VERSIONING, failureStrategy: "Fail" } },
  });

  await client.startNew("child", { instanceId: "newer", version: "2.0" });
  await finished(client, "newer");

  expect(history("newer").at(-2)).toMatchObject({
    Result: null,
    FailureDetails: { ErrorType: "VersionMismatch", IsNonRetriable: true },
  });
});
