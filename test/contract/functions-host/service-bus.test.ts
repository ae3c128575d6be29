import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ServiceBusClient } from "@azure/service-bus";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AppFunction } from "../../../infra/local/functions-host/app.ts";
import { QueueListener } from "../../../infra/local/functions-host/service-bus/listener.ts";
import { systemClock } from "../../../infra/local/kit/clock.ts";
import { appFolder, newFolder, PATIENCE_MS, type RunningHost, runHost } from "./host.ts";

/** As broker.ts declares it. */
const LOCK_MS = 6_000;
const PATIENT = { timeout: PATIENCE_MS };
const file = join(newFolder(), "broker.sqlite");
let process: ChildProcess;
let broker: { port: number; connectionString: string };
let client: ServiceBusClient;
let host: RunningHost;

const startHost = () => runHost(appFolder("queue"), { env: { Bus: broker.connectionString, QUEUE: "work" } });

async function startBroker(port: number): Promise<void> {
  process = fork(join(import.meta.dirname, "broker.ts"), [file, String(port)], { execArgv: [] });
  const [message] = await once(process, "message");
  broker = message as typeof broker;
}

async function killBroker(): Promise<void> {
  const ended = once(process, "exit");
  process.kill("SIGKILL");
  await ended;
}

beforeAll(async () => {
  await startBroker(0);
  client = new ServiceBusClient(broker.connectionString, {
    retryOptions: { maxRetries: 10, retryDelayInMs: 100 },
  });
  host = await startHost();
});
afterAll(async () => {
  await host.end("SIGKILL");
  await client.close();
  await killBroker();
});

const send = async (
  queue: string,
  ...messages: { body: unknown; messageId: string; [property: string]: unknown }[]
) => {
  const sender = client.createSender(queue);
  await sender.sendMessages(messages);
  await sender.close();
};

/** Lets the function that works on this message of `slow` or `patient` come to its end. */
const release = async (name: string) => {
  const { ok } = await fetch(`${host.url}/api/release/${name}`, { method: "POST" });
  expect(ok).toBe(true);
};

/** How many messages a queue holds, locked ones included. A client remembers how far it has peeked, so take a new one. */
const waiting = async (queue: string, options: { subQueueType?: "deadLetter" } = {}) => {
  const peeker = new ServiceBusClient(broker.connectionString);
  const messages = await peeker.createReceiver(queue, options).peekMessages(100);
  await peeker.close();
  return messages.length;
};

describe("a message reaches the function", () => {
  test.each<[string, unknown, string]>([
    ["an object", { a: [1] }, 'object {"a":[1]}'],
    ["a number", 5, "number 5"],
    ["text", "plain ü", 'string "plain ü"'],
    ["UTF-8 bytes", Buffer.from('{"c":3}'), 'object {"c":3}'],
    ["other bytes", Buffer.from([0xff, 0xfe]), "bytes fffe"],
  ])("%s", async (name, body, expected) => {
    await send("work", { body, messageId: name });

    const line = await host.writes(new RegExp(`\\[take\\] took .*"messageId":"${name}".*`));

    expect(line).toContain(`took ${expected}`);
  });

  test("with its metadata", async () => {
    await send("work", {
      body: "m",
      messageId: "meta",
      subject: "s",
      applicationProperties: { kind: "k", n: 1 },
    });

    const line = await host.writes(/took string "m" .*/);

    expect(line).toContain(
      '{"messageId":"meta","deliveryCount":1,"subject":"s","applicationProperties":{"kind":"k","n":1}}',
    );
  });
});

test("a function that returns completes the message; one that throws gets it again at once", async () => {
  await send("work", { body: { failsUntil: 2 }, messageId: "flaky" });

  await host.writes(/"messageId":"flaky","deliveryCount":2/);

  await expect.poll(() => waiting("work"), PATIENT).toBe(0);
  expect(host.output()).toMatch(/error \[take\].*not before delivery 2/);
});

test("a message that never succeeds goes to the dead-letter queue, which a function can read too", async () => {
  await send("work", { body: { failsUntil: 99 }, messageId: "hopeless" });

  await host.writes(/"messageId":"hopeless","deliveryCount":3/);

  await host.writes(/\[bury\] buried object {"failsUntil":99}/);
  await expect.poll(() => waiting("work", { subQueueType: "deadLetter" }), PATIENT).toBe(0);
});

test("locks are renewed for as long as a function runs", async () => {
  await send("slow", { body: { name: "long", ms: 1.5 * LOCK_MS }, messageId: "long" });

  await host.writes(/done long/);

  await expect.poll(() => waiting("slow"), PATIENT).toBe(0);
  expect(host.output().match(/slow long/g)).toHaveLength(1);
});

test("no more than maxConcurrentCalls run at once", async () => {
  const names = ["one", "two", "three", "four", "five", "six"];
  await send("slow", ...names.map((name) => ({ body: { name }, messageId: name })));

  await host.writes("3 at once");
  // A fourth would have been there before a message that is sent now.
  await send("work", { body: "meanwhile", messageId: "meanwhile" });
  await host.writes('took string "meanwhile"');
  for (const name of names) await release(name);

  for (const name of names) await host.writes(`done ${name}`);
  await expect.poll(() => waiting("slow"), PATIENT).toBe(0);
  expect(host.output()).not.toContain("4 at once");
});

test("a broker that is killed and comes back is used again", async () => {
  await killBroker();
  await startBroker(broker.port);

  await send("work", { body: "after the kill", messageId: "after" });

  await host.writes(/took string "after the kill"/);
  await expect.poll(() => waiting("work"), PATIENT).toBe(0);
});

test("a message whose function ended while the broker was away is settled when it is back", async () => {
  await send("patient", { body: { name: "kept" }, messageId: "kept" });
  await host.writes(/slow kept/);
  await killBroker();
  await release("kept");
  await host.writes(/done kept/);

  await startBroker(broker.port);

  await expect.poll(() => waiting("patient"), PATIENT).toBe(0);
  expect(host.output().match(/slow kept/g), host.output()).toHaveLength(1);
});

test("a message whose host was killed comes again when its lock has run out", async () => {
  await send("slow", { body: { name: "orphan" }, messageId: "orphan" });
  await host.writes(/slow orphan/);
  await host.end("SIGKILL");

  host = await startHost();
  await release("orphan");

  await host.writes(/done orphan/);
  await expect.poll(() => waiting("slow"), PATIENT).toBe(0);
});

test("the host ends when what it was doing is settled", async () => {
  await send("slow", { body: { name: "last", ms: 500 }, messageId: "last" });
  await host.writes(/slow last/);

  const { code } = await host.end("SIGTERM");

  expect(code).toBe(0);
  expect(host.output()).toContain("done last");
  expect(await waiting("slow")).toBe(0);
});

test("a listener that is stopped while it still connects reports no trouble", async () => {
  const reports: string[] = [];
  const listener = new QueueListener({
    fn: { name: "early" } as AppFunction,
    invoke: () => Promise.reject(new Error("nothing is to be invoked")),
    clock: systemClock,
    log: (_level, message) => reports.push(message),
    connectionString: broker.connectionString,
    queueName: "work",
    completes: true,
    binary: false,
    maxConcurrentCalls: 1,
    maxLockRenewalMs: 0,
  });

  listener.start();
  await listener.stop();

  expect(reports).toEqual([]);
});
