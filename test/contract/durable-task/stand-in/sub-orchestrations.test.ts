import { expect, test } from "vitest";
import { VirtualClock } from "../../../../infra/local/kit/virtual-clock.ts";
import { df } from "../app.ts";
import { aHub, finished } from "../hub.ts";

const work = df.app.activity("work", { handler: (input: unknown) => input });

df.app.orchestration("loops", function* (context) {
  const { name, left } = context.df.getInput<{ name: string; left: number }>() ?? { name: "", left: 0 };
  yield work(name);
  return left === 0 ? name : context.df.continueAsNew({ name, left: left - 1 });
});
df.app.orchestration("callsLoopers", function* (context) {
  const name = (letter: string) => ({ name: `${context.df.instanceId}-${letter}`, left: 2 });
  const loop = (letter: string) => context.df.callSubOrchestrator("loops", name(letter));
  const both = yield context.df.Task.all([loop("a"), loop("b")]);
  const retry = new df.RetryOptions(5, 3);
  return [...both, yield context.df.callSubOrchestratorWithRetry("loops", retry, name("c"))];
});

test.each([1, 2, 3])(
  "under chaos of seed %i parents and children come to the same end, and no detector speaks",
  async (chaosSeed) => {
    const clock = new VirtualClock();
    const { client, log, isIdle } = await aHub({ options: { clock, chaosSeed, strict: true } });
    clock.watch(() => (isIdle() ? [] : ["the hub works"]));
    const ids = Array.from({ length: 5 }, (_, index) => `troubled-${chaosSeed}-${index}`);

    for (const instanceId of ids) await client.startNew("callsLoopers", { instanceId });
    await clock.advance(10 * 60_000);
    const statuses = await Promise.all(ids.map((id) => finished(client, id)));

    expect(statuses.map(({ output }) => output)).toEqual(ids.map((id) => [`${id}-a`, `${id}-b`, `${id}-c`]));
    expect(log.filter((line) => /^warning: Instance/.test(line))).toEqual([]);
  },
);
