import { join } from "node:path";
import { ServiceBusClient } from "@azure/service-bus";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { parseQueues } from "../../../infra/local/service-bus/config.ts";
import { type ServiceBus, startServiceBus } from "../../../infra/local/service-bus/index.ts";
import { appFolder, newFolder, PATIENCE_MS, type RunningHost, runHost } from "./host.ts";

let bus: ServiceBus;
let host: RunningHost;

beforeAll(async () => {
  bus = await startServiceBus({
    file: join(newFolder(), "broker.sqlite"),
    port: 0,
    queues: parseQueues({ Queues: [{ Name: "work" }] }),
    key: "a key of this test",
    log: () => undefined,
  });
  // The setting may also stand below AzureWebJobs, and its name may itself come from a setting.
  const env = { HUB: "Hub", CONNECTION: "ServiceBus", AzureWebJobsServiceBus: bus.connectionString };
  host = await runHost(appFolder("timeouts"), { env });
});
afterAll(async () => {
  await host.end("SIGKILL");
  await bus.close();
});

const post = (path: string, body = "{}", headers = {}) =>
  fetch(`${host.url}${path}`, { method: "POST", body, headers });

interface Status {
  runtimeStatus: string;
  output: unknown;
}

async function outcomeOf(orchestrator: string): Promise<Status> {
  const links = (await (await post(`/api/start/${orchestrator}`)).json()) as { statusQueryGetUri: string };
  return vi.waitUntil(
    async () => {
      const status = (await (await fetch(links.statusQueryGetUri)).json()) as Status;
      return /Completed|Failed/.test(status.runtimeStatus) && status;
    },
    { timeout: PATIENCE_MS },
  );
}

describe.concurrent("a function that exceeds functionTimeout", () => {
  test("lets its timer go on", async () => {
    await host.admin("functions/timer", "{}");
    await host.writes(
      /error \[timer\] Failed after \d+ ms .*Timeout value of 5 s \(functionTimeout in host.json\)/,
    );

    await host.admin("functions/timer", "{}");

    await host.writes(/timer ends/);
  });

  test("gives its message back, so that it comes again", async ({ expect }) => {
    const client = new ServiceBusClient(bus.connectionString);
    const sender = client.createSender("work");

    await sender.sendMessages({ body: "x" });

    await host.writes(/\[queue\] delivery 1\n(.*\n)*.*error \[queue\].*Timeout(.*\n)*.*\[queue\] delivery 2/);
    const peeker = new ServiceBusClient(bus.connectionString);
    await expect
      .poll(async () => (await peeker.createReceiver("work").peekMessages(1)).length, {
        timeout: PATIENCE_MS,
      })
      .toBe(0);
    await client.close();
    await peeker.close();
  });

  test("makes Event Grid send its event again", async ({ expect }) => {
    const path = "/runtime/webhooks/eventgrid?functionName=event";

    const response = await post(path, '[{"id":"e-1","data":{}}]', { "aeg-event-type": "Notification" });

    expect(response.status).toBe(500);
  });

  test("fails the activity that its orchestrator waits for", async ({ expect }) => {
    const { runtimeStatus, output } = await outcomeOf("callsHanging");

    expect(runtimeStatus).toBe("Failed");
    expect(output).toContain("Activity function 'hangs' failed");
  });
});

test("orchestrations get host.json's default version, and its limit of activities at once", async () => {
  const { runtimeStatus, output } = await outcomeOf("versioned");

  expect({ runtimeStatus, output }).toEqual({
    runtimeStatus: "Completed",
    output: { version: "2.1", most: 2 },
  });
});
