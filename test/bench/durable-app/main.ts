import { app } from "@azure/functions";
import * as df from "durable-functions";

/**
 * The app of the durable bench. It tells the bench by IPC what an app would tell people or another system: that a
 * workflow is about to wait for its event, and that its last activity ran.
 */
const tell = (kind: "waits" | "ends", id: string): void => void process.send?.({ kind, id });

df.app.activity("step", { handler: (n: unknown) => n });
df.app.activity("lastBeforeEvent", { handler: (id: unknown) => tell("waits", String(id)) });
df.app.activity("last", { handler: (id: unknown) => tell("ends", String(id)) });

/** Three activities, an event, two activities. */
df.app.orchestration("workflow", function* (context) {
  yield context.df.callActivity("step", 1);
  yield context.df.callActivity("step", 2);
  yield context.df.callActivity("lastBeforeEvent", context.df.instanceId);
  yield context.df.waitForExternalEvent("go");
  yield context.df.callActivity("step", 4);
  yield context.df.callActivity("last", context.df.instanceId);
});

df.app.orchestration("waiting", function* (context) {
  yield context.df.waitForExternalEvent("go");
});

const startedAtMs: number[] = [];
df.app.activity("stamp", { handler: () => void startedAtMs.push(performance.now()) });
df.app.activity("tellStamps", {
  handler: () => void process.send?.({ kind: "stamps", startedAtMs: startedAtMs.splice(0) }),
});

/** As many activities as asked for, one after the other: each sees a history that is four events longer. */
df.app.orchestration("chain", function* (context) {
  const length = Number(context.df.getInput());
  for (let n = 0; n < length; n++) yield context.df.callActivity("stamp");
  yield context.df.callActivity("tellStamps");
});

app.http("urls", {
  route: "urls/{id}",
  extraInputs: [df.input.durableClient()],
  handler: (request, context) => ({
    jsonBody: df.getClient(context).createHttpManagementPayload(request.params.id ?? ""),
  }),
});

app.http("usage", {
  handler: () => {
    const { user, system } = process.cpuUsage();
    const { rss } = process.memoryUsage();
    return { jsonBody: { cpuMs: (user + system) / 1_000, residentMib: rss / 2 ** 20 } };
  },
});
