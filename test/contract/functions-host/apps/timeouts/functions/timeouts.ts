import { setTimeout as wait } from "node:timers/promises";
import { app } from "@azure/functions";
import * as df from "durable-functions";

const forEver = () => new Promise<never>(() => undefined);
const firstTimes = new Set<string>();
const isFirstTime = (name: string) => !firstTimes.has(name) && firstTimes.add(name);

app.timer("timer", {
  schedule: "0 0 3 1 1 *",
  handler: (_timer, context) => {
    context.log("timer runs");
    return isFirstTime("timer") ? forEver() : context.log("timer ends");
  },
});

app.serviceBusQueue("queue", {
  queueName: "work",
  connection: "%CONNECTION%",
  handler: (_message, context) => {
    context.log(`delivery ${String(context.triggerMetadata?.deliveryCount)}`);
    return isFirstTime("queue") ? forEver() : undefined;
  },
});

app.eventGrid("event", { handler: forEver });

df.app.activity("hangs", { handler: forEver });
df.app.orchestration("callsHanging", function* (context) {
  return yield context.df.callActivity("hangs");
});

let atOnce = 0;
const twoAtOnce = Promise.withResolvers<void>();
df.app.activity("counts", {
  handler: async () => {
    const now = ++atOnce;
    if (now === 2) twoAtOnce.resolve();
    await twoAtOnce.promise;
    // Time for a third one to begin.
    await wait(50);
    atOnce--;
    return now;
  },
});
df.app.orchestration("versioned", function* (context) {
  const counts: number[] = yield context.df.Task.all(
    [1, 2, 3, 4, 5].map(() => context.df.callActivity("counts")),
  );
  return { version: context.df.version, most: Math.max(...counts) };
});

app.post("start", {
  route: "start/{name}",
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    const instanceId = await client.startNew(request.params.name ?? "");
    return client.createCheckStatusResponse(request, instanceId);
  },
});
