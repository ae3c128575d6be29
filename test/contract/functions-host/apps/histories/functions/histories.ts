import { app } from "@azure/functions";
import * as df from "durable-functions";

const DAY_MS = 24 * 3_600_000;

const double = df.app.activity("double", { handler: (n: number) => n * 2 });
const attempts = new Map<string, number>();
function failFirst(key: string, failures: number): string {
  const attempt = (attempts.get(key) ?? 0) + 1;
  attempts.set(key, attempt);
  if (attempt <= failures) throw new Error(`failure ${attempt}`);
  return `attempt ${attempt}`;
}
const flaky = df.app.activity("flaky", {
  handler: ({ key, failures }: { key: string; failures: number }) => failFirst(key, failures),
});
const retry = () => new df.RetryOptions(1, 3);

df.app.orchestration("chain", function* (context) {
  const first = yield double(context.df.getInput());
  return yield double(first);
});
df.app.orchestration("fanOut", function* (context) {
  return yield context.df.Task.all([double(1), double(2)]);
});
df.app.orchestration("retrying", function* (context) {
  return yield flaky({ key: context.df.instanceId, failures: context.df.getInput() }).withRetry(retry());
});
df.app.orchestration("eventOrTimer", function* (context) {
  const event = context.df.waitForExternalEvent("go");
  const wait = Number(context.df.getInput());
  const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + wait));
  const first = yield context.df.Task.any([event, timer]);
  if (first === timer) return "too late";
  timer.cancel();
  return yield double(event.result);
});
df.app.orchestration("child", function* (context) {
  const got = yield double(context.df.getInput());
  return { got, parent: context.df.parentInstanceId };
});
df.app.orchestration("parent", function* (context) {
  const given = yield context.df.callSubOrchestrator("child", 1, "child-of-parent");
  const generated = yield context.df.callSubOrchestrator("child", 2);
  return [given, generated];
});
// biome-ignore lint/correctness/useYield: an orchestrator may end without waiting
df.app.orchestration("flakyChild", function* (context) {
  return failFirst(String(context.df.parentInstanceId), Number(context.df.getInput()));
});
df.app.orchestration("retryingParent", function* (context) {
  return yield context.df.callSubOrchestratorWithRetry("flakyChild", retry(), context.df.getInput());
});
df.app.orchestration("counts", function* (context) {
  const count = Number(context.df.getInput());
  const next = yield double(count);
  if (next >= 8) return next;
  context.df.continueAsNew(next);
});
df.app.orchestration("sleeps", function* (context) {
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 10 * DAY_MS));
  return yield double(1);
});

const extraInputs = [df.input.durableClient()];

app.post("start", {
  route: "start/{name}/{id}",
  extraInputs,
  handler: async (request, context) => {
    const { name = "", id = "" } = request.params;
    const input = await request.json();
    return { body: await df.getClient(context).startNew(name, { instanceId: id, input }) };
  },
});

app.post("raise", {
  route: "raise/{name}/{id}",
  extraInputs,
  handler: async (request, context) => {
    const { name = "", id = "" } = request.params;
    await df.getClient(context).raiseEvent(id, name, await request.json());
    return { status: 202 };
  },
});

app.get("status", {
  route: "status/{id}",
  extraInputs,
  handler: async ({ params: { id = "" } }, context) => ({
    body: (await df.getClient(context).getStatus(id)).runtimeStatus,
  }),
});
