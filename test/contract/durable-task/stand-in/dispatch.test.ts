import { expect, test } from "vitest";
import type { DurableFunctions } from "../../../../infra/local/durable-task/contract.ts";
import { df, realFunctions } from "../app.ts";
import { aHub, finished } from "../hub.ts";

const work = df.app.activity("work", { handler: (n: number) => n });

df.app.orchestration("asksOnce", function* () {
  return yield work(1);
});

test("an episode or activity that the host could not run is tried again", async () => {
  let refusals = 2;
  const refuseOnce = async () => {
    if (refusals-- > 0) throw new Error("the host is not ready");
  };
  const functions: DurableFunctions = {
    ...realFunctions,
    orchestrate: async (name, trigger) => {
      if (refusals === 2) await refuseOnce();
      return realFunctions.orchestrate(name, trigger);
    },
    runActivity: async (name, id, input) => {
      await refuseOnce();
      return realFunctions.runActivity(name, id, input);
    },
  };
  const { client, log } = await aHub({ functions });

  const id = await client.startNew("asksOnce");
  const status = await finished(client, id);

  expect(status).toMatchObject({ runtimeStatus: "Completed", output: 1 });
  expect(log.filter((line) => line.includes("the host is not ready")).length).toBe(2);
});

df.app.orchestration("breaksLater", function* () {
  yield work(1);
  throw new Error("refused");
});

test("an instance that fails leaves a line in the log", async () => {
  const { client, log } = await aHub();

  await client.startNew("breaksLater", { instanceId: "one" });
  await finished(client, "one");

  expect(log).toEqual([`error: Instance one failed: "Orchestrator function 'breaksLater' failed: refused"`]);
});
