import { expect, test, vi } from "vitest";
import type { DurableFunctions } from "../../../infra/local/durable-task/contract.ts";
import { SOON } from "../patience.ts";
import { df, realFunctions } from "./app.ts";
import { aHub, finished, reached } from "./hub.ts";

/** Counts the calls that run at once, and holds them back until it is opened. */
class Gate {
  readonly #running = new Map<string, number>();
  now = 0;
  mostAtOnce = 0;
  mostOfOneKey = 0;
  open = (): void => undefined;
  readonly #opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });

  async pass<T>(key: string, work: () => Promise<T>): Promise<T> {
    this.#count(key, 1);
    try {
      await this.#opened;
      return await work();
    } finally {
      this.#count(key, -1);
    }
  }

  #count(key: string, change: number): void {
    const ofKey = (this.#running.get(key) ?? 0) + change;
    this.#running.set(key, ofKey);
    this.now += change;
    this.mostOfOneKey = Math.max(this.mostOfOneKey, ofKey);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.now);
  }
}

const work = df.app.activity("work", { handler: (n: number) => n });

df.app.orchestration("busy", function* (context) {
  const numbers = yield context.df.Task.all([1, 2, 3, 4].map((n) => work(n)));
  const ticks = [];
  for (let n = 0; n < 3; n++) ticks.push(yield context.df.waitForExternalEvent("tick"));
  return [...numbers, ...ticks];
});

test("episodes of one instance never overlap, and no more run at once than the options allow", async () => {
  const episodes = new Gate();
  const activities = new Gate();
  const functions: DurableFunctions = {
    ...realFunctions,
    orchestrate: (name, trigger) =>
      episodes.pass(JSON.parse(trigger).instanceId, () => realFunctions.orchestrate(name, trigger)),
    runActivity: (name, id, input) => activities.pass(name, () => realFunctions.runActivity(name, id, input)),
  };
  const { client } = await aHub({ functions });

  const ids = await Promise.all(Array.from({ length: 30 }, () => client.startNew("busy")));
  await Promise.all(ids.flatMap((id) => [1, 2, 3].map((n) => client.raiseEvent(id, "tick", n))));
  await vi.waitFor(() => expect(episodes.mostAtOnce).toBe(5), SOON);
  episodes.open();
  await vi.waitFor(() => expect(activities.mostAtOnce).toBe(10), SOON);
  activities.open();
  const statuses = await Promise.all(ids.map((id) => finished(client, id)));

  expect(new Set(statuses.map(({ runtimeStatus }) => runtimeStatus))).toEqual(new Set(["Completed"]));
  expect(episodes.mostOfOneKey).toBe(1);
  expect(episodes.mostAtOnce).toBe(5);
  expect(activities.mostAtOnce).toBe(10);
});

df.app.orchestration("asksOnce", function* () {
  return yield work(1);
});

test("a result that comes when its instance was terminated and started anew is dropped", async () => {
  const first = new Gate();
  const second = new Gate();
  const gates = [first, second];
  const results = [{ json: '"old"' }, { json: '"new"' }];
  let calls = 0;
  const functions: DurableFunctions = {
    ...realFunctions,
    runActivity: (name) => {
      const call = calls++;
      const result = async () => ({ ok: true as const, returnValue: results[call] });
      return gates[call]?.pass(name, result) ?? result();
    },
  };
  const { client } = await aHub({ functions });
  await client.startNew("asksOnce", { instanceId: "one" });
  await vi.waitFor(() => expect(first.mostAtOnce).toBe(1), SOON);
  await client.terminate("one", "start over");
  await reached(client, "one", "Terminated");
  await client.startNew("asksOnce", { instanceId: "one" });
  await vi.waitFor(() => expect(second.mostAtOnce).toBe(1), SOON);

  first.open();
  await vi.waitFor(() => expect(first.now).toBe(0), SOON);
  second.open();
  const status = await reached(client, "one", "Completed");

  expect(status.output).toBe("new");
});
