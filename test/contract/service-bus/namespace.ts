import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ServiceBusClient,
  type ServiceBusClientOptions,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from "@azure/service-bus";
import { expect, onTestFinished } from "vitest";
import { type Clock, systemClock } from "../../../infra/local/kit/clock.ts";
import { parseQueues, type ServiceBus, startServiceBus } from "../../../infra/local/service-bus/index.ts";
import { PATIENCE_MS } from "../patience.ts";

/** The SDK's own values (3 retries of 30 s) would let a broken broker hang for longer than a test may take. */
const RETRY = { maxRetries: 2, retryDelayInMs: 100, timeoutInMs: 15_000 };

/** A message that is there comes at once. */
export const PATIENTLY = { maxWaitTimeInMs: PATIENCE_MS };

/** Short, because every test that expects nothing waits for all of it. */
const BRIEFLY = { maxWaitTimeInMs: 300 };

const KEY = "a key for tests";

type RetryOptions = NonNullable<ServiceBusClientOptions["retryOptions"]>;

/** A file that is gone when the test is over. */
export function aFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "service-bus-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "bus.db");
}

/** The SDK's client, closed when the test is over. */
export function aClient(connectionString: string, retryOptions: RetryOptions = RETRY): ServiceBusClient {
  const client = new ServiceBusClient(connectionString, { retryOptions });
  onTestFinished(() => client.close());
  return client;
}

/** A namespace with one queue, `hints`, and a client of it. Both are closed when the test is over. */
export async function aNamespace(
  properties: object = {},
  clock: Clock = systemClock,
): Promise<{ bus: ServiceBus; client: ServiceBusClient }> {
  const queues = parseQueues({ Queues: [{ Name: "hints", Properties: properties }] });
  const errors: string[] = [];
  const log = (level: "info" | "error", message: string) => void (level === "error" && errors.push(message));
  const bus = await startServiceBus({ file: aFile(), port: 0, queues, key: KEY, clock, log });
  onTestFinished(async () => {
    await bus.close();
    expect(errors).toEqual([]);
  });
  return { bus, client: aClient(bus.connectionString) };
}

/** The next message; fails when none comes. */
export async function next(receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage> {
  const [message] = await receiver.receiveMessages(1, PATIENTLY);
  if (!message) throw new Error("no message came");
  return message;
}

/** Receives without renewing locks behind the test's back. */
export function aReceiver(client: ServiceBusClient, subQueueType?: "deadLetter"): ServiceBusReceiver {
  return client.createReceiver("hints", {
    maxAutoLockRenewalDurationInMs: 0,
    ...(subQueueType ? { subQueueType } : {}),
  });
}

/** Whether the queue has nothing to give right now. */
export async function isEmpty(receiver: ServiceBusReceiver): Promise<boolean> {
  return (await receiver.receiveMessages(1, BRIEFLY)).length === 0;
}
