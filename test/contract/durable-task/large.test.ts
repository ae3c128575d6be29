import { expect, test } from "vitest";
import { df } from "./app.ts";
import { aHub, finished } from "./hub.ts";

/** The extension carries it all through blobs. */
const LONG_MS = 180_000;
const MEGABYTES_5 = 5 * 1024 * 1024;
const large = (letter: string) => letter.repeat(MEGABYTES_5);

const echo = df.app.activity("echo", { handler: (input: unknown) => input });
df.app.orchestration("child", function* (context) {
  return yield echo(context.df.getInput());
});
df.app.orchestration("carries", function* (context) {
  const child = yield context.df.callSubOrchestrator("child", context.df.getInput());
  context.df.setCustomStatus("called");
  const event = yield context.df.waitForExternalEvent("go");
  return { child, event };
});

test(
  "5 MB go through as input, activity, child, event and output, and are shown by the API",
  async () => {
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
    expect(status.output).toEqual({ child: { text: large("a") }, event: large("b") });
    expect(historyEvents.at(-1)).toMatchObject({ Result: { event: large("b") } });
  },
  LONG_MS,
);

// biome-ignore lint/correctness/useYield: an orchestrator may end without waiting
df.app.orchestration("tellsMuch", function* (context) {
  context.df.setCustomStatus("x".repeat(context.df.getInput<number>() ?? 0));
  return "done";
});

// Of UTF-16, with the quotes of JSON.
const MOST_CHARACTERS = 8 * 1024 - 2;

test.each([
  [MOST_CHARACTERS, "Completed", "done"],
  [
    20_000,
    "Failed",
    "Orchestrator function 'tellsMuch' failed: The UTF-16 size of the JSON-serialized payload must not exceed 16 KB. " +
      "The current payload size is 39 KB.",
  ],
])("a custom status of %i characters: %s", async (characters, runtimeStatus, output) => {
  const { client } = await aHub();

  const id = await client.startNew("tellsMuch", { input: characters });

  expect(await finished(client, id)).toMatchObject({ runtimeStatus, output });
});
