import { execFileSync } from "node:child_process";
import { cpSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { ServiceBusClient } from "@azure/service-bus";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseQueues } from "../../../infra/local/service-bus/config.ts";
import { type ServiceBus, startServiceBus } from "../../../infra/local/service-bus/index.ts";
import { appFolder, newFolder, PATIENCE_MS, type RunningHost, runHost } from "./host.ts";

const MODULES = resolve(import.meta.dirname, "../../../node_modules");

/** The app's folder after `npm run build`, which is `tsc`. */
function built(name: string): string {
  const folder = newFolder();
  cpSync(appFolder(name), folder, { recursive: true });
  symlinkSync(MODULES, join(folder, "node_modules"));
  execFileSync(join(MODULES, ".bin/tsc"), { cwd: folder });
  return folder;
}

/** As `func init` and `func new` write it, in JavaScript and in TypeScript; nothing in it knows of this host. */
describe.each([
  ["JavaScript", () => appFolder("core-tools")],
  ["TypeScript", () => built("core-tools-typescript")],
])("an app made for Core Tools in %s runs unchanged", (_language, folder) => {
  let bus: ServiceBus;
  let client: ServiceBusClient;
  let host: RunningHost;

  beforeAll(async () => {
    bus = await startServiceBus({
      file: join(newFolder(), "broker.sqlite"),
      port: 0,
      queues: parseQueues({ Queues: [{ Name: "orders" }, { Name: "receipts" }] }),
      key: "a key of this test",
      log: () => undefined,
    });
    client = new ServiceBusClient(bus.connectionString);
    host = await runHost(folder(), { env: { ServiceBus: bus.connectionString } });
  });
  afterAll(async () => {
    await host.end("SIGKILL");
    await client.close();
    await bus.close();
  });

  test("its HTTP trigger answers", async () => {
    const byQuery = await fetch(`${host.url}/api/httpTrigger1?name=Ana`);
    const byBody = await fetch(`${host.url}/api/httpTrigger1`, { method: "POST", body: "Bo" });
    const byNothing = await fetch(`${host.url}/api/httpTrigger1`);

    expect(await Promise.all([byQuery, byBody, byNothing].map((response) => response.text()))).toEqual([
      "Hello, Ana!",
      "Hello, Bo!",
      "Hello, world!",
    ]);
    await host.writes(/info {2}\[httpTrigger1\] httpTrigger1 was asked for "http.*name=Ana"/);
  });

  test("its orchestration runs from the HTTP starter to its end", async () => {
    const response = await fetch(`${host.url}/api/orchestrators/durableHello1Orchestrator`, {
      method: "POST",
    });
    const { id, statusQueryGetUri } = (await response.json()) as { id: string; statusQueryGetUri: string };

    expect(response.status).toBe(202);
    await expect
      .poll(async () => (await fetch(statusQueryGetUri)).json(), { timeout: PATIENCE_MS })
      .toMatchObject({
        instanceId: id,
        name: "durableHello1Orchestrator",
        runtimeStatus: "Completed",
        output: ["Hello, Tokyo", "Hello, Seattle", "Hello, Cairo"],
      });
  });

  test("its timer fires by hand", async () => {
    const response = await host.admin("functions/timerTrigger1", '{"input":"test"}');

    expect(response.status).toBe(202);
    await host.writes(/\[timerTrigger1\] timerTrigger1 ran, next at \d{4}-.*Z\./);
  });

  test("its output sends a message, which its queue trigger takes and answers with another", async () => {
    const response = await fetch(`${host.url}/api/placeOrder`, { method: "POST", body: '{"order":7}' });

    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 202,
      body: { accepted: true },
    });
    await host.writes(/\[serviceBusQueueTrigger1\] serviceBusQueueTrigger1 took { order: 7 }/);
    const [receipt] = await client
      .createReceiver("receipts", { receiveMode: "receiveAndDelete" })
      .receiveMessages(1, { maxWaitTimeInMs: PATIENCE_MS });
    expect(receipt?.body).toEqual({ order: 7, at: expect.any(String) });
  });

  test("its queue trigger runs by hand", async () => {
    const response = await host.admin(
      "functions/serviceBusQueueTrigger1",
      JSON.stringify({ input: '{"order":8}' }),
    );

    expect(response.status).toBe(202);
    await host.writes(/serviceBusQueueTrigger1 took { order: 8 }/);
  });

  test("its HTTP functions do not run by hand", async () => {
    const response = await host.admin("functions/httpTrigger1", "{}");

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      message: "httpTrigger1 cannot be run by hand: its trigger is httpTrigger.",
    });
  });
});
