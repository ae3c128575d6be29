import { expect, test, vi } from "vitest";
import { isAlive } from "../../infra/local/supervisor/endpoints.ts";
import { aHub, freshFile } from "../contract/durable-task/hub.ts";
import { REFUSED } from "../fixtures/storage-limits.ts";
import { startApp } from "./process.ts";

const AT_ONCE = { timeout: 5_000, interval: 20 };
/** The least that the extension allows, as in host.json, and a while for the next look at the queue. */
const COMES_AGAIN = { timeout: 90_000, interval: 200 };
const START = { method: "POST", headers: { "content-type": "application/json" } };

interface Shown {
  readonly runtimeStatus: string;
  readonly output: unknown;
  readonly historyEvents: readonly { readonly EventType: string }[];
}

async function shown(url: string): Promise<Shown> {
  const response = await fetch(`${url}instances/one?showHistory=true`);
  return (await response.json()) as Shown;
}

test("a killed app takes its host with it at once; what it was at has not failed, and goes on within 90 s", async () => {
  const file = freshFile();
  const app = await startApp(file);
  await fetch(`${app.url}orchestrators/waitsForWork/one`, START);
  await app.runs;
  await vi.waitFor(async () => expect((await shown(app.url)).runtimeStatus).toBe("Running"), AT_ONCE);
  const hosts = app.hosts();
  expect(hosts).toHaveLength(1);

  await app.kill();

  await vi.waitFor(() => expect(hosts.filter(isAlive)).toEqual([]), AT_ONCE);
  const next = await startApp(file, "done");
  const { runtimeStatus, historyEvents } = await shown(next.url);
  expect(runtimeStatus).toBe("Running");
  expect(historyEvents.map(({ EventType }) => EventType)).toEqual(["ExecutionStarted", "TaskScheduled"]);
  await vi.waitFor(async () => expect((await shown(next.url)).runtimeStatus).toBe("Completed"), COMES_AGAIN);
  expect(await shown(next.url)).toMatchObject({ output: "done" });
}, 120_000);

test.each(REFUSED)("the extension does not start with a %s of %s", async (setting, value) => {
  const hub = aHub({ options: { storageProvider: { [setting]: value } } });

  await expect(hub).rejects.toThrow(/^System\.\w+Exception/);
});
