import { describe, expect, test } from "vitest";
import { df } from "../app.ts";
import { aHub, finished, reached } from "../hub.ts";

df.app.orchestration("mindsCase", function* (ctx) {
  for (;;) yield ctx.df.Task.any([ctx.df.waitForExternalEvent("Go"), ctx.df.waitForExternalEvent("tick")]);
});
df.app.orchestration("callsRunning", function* (ctx) {
  return yield ctx.df.callSubOrchestrator("mindsCase", undefined, "busy");
});

describe("a hub", () => {
  test("warns once per instance and detector", async () => {
    const { client, log } = await aHub();
    for (const id of ["one", "two"]) {
      await client.startNew("mindsCase", { instanceId: id });
      for (let n = 0; n < 3; n++) await client.raiseEvent(id, "go", n);
      await client.terminate(id, "over");
      await finished(client, id);
    }

    expect(log.filter((line) => line.startsWith("warning"))).toEqual([
      expect.stringMatching(/^warning: Instance one: Event 'go' is lost/),
      expect.stringMatching(/^warning: Instance two: Event 'go' is lost/),
    ]);
  });

  test("that is strict fails the instance at once, and says why", async () => {
    const { client, log } = await aHub({ options: { strict: true } });
    await client.startNew("mindsCase", { instanceId: "one" });
    await client.startNew("mindsCase", { instanceId: "busy" });
    await reached(client, "busy", "Running");

    await client.raiseEvent("one", "go", 1);
    await client.startNew("callsRunning", { instanceId: "two" });

    expect((await finished(client, "one")).output).toMatch(/^Event 'go' is lost/);
    expect((await finished(client, "two")).output).toMatch(
      /^Sub-orchestration 'mindsCase' takes the place of the instance with the id 'busy'/,
    );
    expect(log.filter((line) => line.startsWith("error"))).toHaveLength(2);
  });
});
