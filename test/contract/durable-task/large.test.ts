import { expect, test } from "vitest";
import { df } from "./app.ts";
import { aHub, finished } from "./hub.ts";

const MEGABYTES_5 = 5 * 1024 * 1024;
const large = (letter: string) => letter.repeat(MEGABYTES_5);

const echo = df.app.activity("echo", { handler: (input: unknown) => input });
df.app.orchestration("child", function* (context) {
  return yield echo(context.df.getInput());
});
df.app.orchestration("carries", function* (context) {
  const child = yield context.df.callSubOrchestrator("child", context.df.getInput());
  context.df.setCustomStatus(child);
  const event = yield context.df.waitForExternalEvent("go");
  return { child, event };
});

test("5 MB go through as input, activity, child, custom status, event and output, and are shown by the API", async () => {
  const { client, call } = await aHub();

  const id = await client.startNew("carries", { instanceId: "one", input: { text: large("a") } });
  await expect
    .poll(async () => (await client.getStatus(id)).customStatus !== null, { interval: 200 })
    .toBe(true);
  await client.raiseEvent(id, "go", large("b"));
  const status = await finished(client, id);
  const shown = await call("GET", "instances/one?showHistory=true&showHistoryOutput=true");

  const { historyEvents } = (await shown.json()) as { historyEvents: object[] };
  expect(status.runtimeStatus).toBe("Completed");
  expect(status.customStatus).toEqual({ text: large("a") });
  expect(status.output).toEqual({ child: { text: large("a") }, event: large("b") });
  expect(historyEvents.at(-1)).toMatchObject({ Result: { event: large("b") } });
});
