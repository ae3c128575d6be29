/** A process to be killed: a task hub on the given file. Writes its URL, then a line for everything it runs. */
import { df, realFunctions } from "../app.ts";
import { serveHub } from "../server.ts";

const attempts = new Map<string, number>();
const assess = df.app.activity("assess", { handler: (id: string) => `${id} assessed` });
const flaky = df.app.activity("flaky", {
  handler: (id: string) => {
    const attempt = (attempts.get(id) ?? 0) + 1;
    attempts.set(id, attempt);
    if (attempt % 3 !== 0) throw new Error("not yet");
    return "applied";
  },
});

df.app.orchestration("apply", function* (context) {
  const { id, round } = context.df.getInput<{ id: string; round: number }>() ?? { id: "", round: 0 };
  const applied = yield flaky(id).withRetry(new df.RetryOptions(5, 50));
  if (round === 2) return applied;
  return context.df.continueAsNew({ id, round: round + 1 });
});

df.app.orchestration("approve", function* (context) {
  const id = context.df.instanceId;
  const assessed = yield assess(id);
  const decision = context.df.waitForExternalEvent("decision");
  const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 3_600_000));
  yield context.df.Task.any([decision, timer]);
  timer.cancel();
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 20));
  const both = yield context.df.Task.all([assess(`${id}a`), assess(`${id}b`)]);
  const applied = yield context.df.callSubOrchestrator("apply", { id, round: 1 });
  return { assessed, decision: decision.result, both, applied };
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const { rpcBaseUrl } = await serveHub({
  file: process.argv[2] ?? "",
  functions: {
    ...realFunctions,
    orchestrate(name, trigger) {
      say("episode");
      return realFunctions.orchestrate(name, trigger);
    },
    runActivity(name, instanceId, input) {
      say("activity");
      return realFunctions.runActivity(name, instanceId, input);
    },
  },
  log: (level, message) => {
    if (level === "error") process.stderr.write(`${message}\n`);
  },
});
say(rpcBaseUrl);
