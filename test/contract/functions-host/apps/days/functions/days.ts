import { app } from "@azure/functions";
import * as df from "durable-functions";

const DAY_MS = 86_400_000;
/** When people were reminded, by whom the reminder is about; and when the timer fired. */
const reminders = new Map<string, Date[]>();
const mornings: Date[] = [];

df.app.orchestration("ask", function* (context) {
  const end = context.df.currentUtcDateTime.getTime() + 30 * DAY_MS;
  const decision = context.df.waitForExternalEvent("decision");
  while (!decision.isCompleted) {
    const now = context.df.currentUtcDateTime.getTime();
    if (now >= end) return "expired";
    const reminder = context.df.createTimer(new Date(Math.min(now + DAY_MS, end)));
    yield context.df.Task.any([decision, reminder]);
    if (!reminder.isCompleted) reminder.cancel();
    else yield context.df.callActivity("remind", context.df.instanceId);
  }
  return decision.result;
});

df.app.activity("remind", {
  handler: (id: string) => void reminders.set(id, [...(reminders.get(id) ?? []), new Date()]),
});

df.app.orchestration("hang", function* (context) {
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + DAY_MS));
  yield context.df.callActivity("neverEnds");
});
df.app.activity("neverEnds", { handler: () => new Promise(() => undefined) });

app.timer("morning", { schedule: "0 0 6 * * *", handler: () => void mornings.push(new Date()) });

app.post("start", {
  route: "{orchestrator:alpha}/{id}",
  extraInputs: [df.input.durableClient()],
  handler: async ({ params }, context) => {
    await df.getClient(context).startNew(params.orchestrator ?? "", { instanceId: params.id ?? "" });
    return { status: 202 };
  },
});

app.post("decide", {
  route: "ask/{id}/decision",
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    await df.getClient(context).raiseEvent(request.params.id ?? "", "decision", await request.json());
    return { status: 202 };
  },
});

app.get("read", {
  route: "ask/{id}",
  extraInputs: [df.input.durableClient()],
  handler: async ({ params: { id = "" } }, context) => {
    const { runtimeStatus, output, lastUpdatedTime } = await df.getClient(context).getStatus(id);
    const reminded = reminders.get(id) ?? [];
    return { jsonBody: { runtimeStatus, output, lastUpdatedTime, reminded } };
  },
});

app.get("mornings", { handler: () => ({ jsonBody: mornings }) });

app.get("dates", {
  handler: () => {
    const date = new Date();
    return {
      jsonBody: {
        now: Date.now(),
        constructed: date.getTime(),
        called: Date.parse(Date()),
        given: new Date(0).toISOString(),
        parts: new Date(2026, 0, 1).getFullYear(),
        isDate: date instanceof Date && date.constructor === Date,
      },
    };
  },
});
