import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ServiceBusClient, ServiceBusSender } from "@azure/service-bus";
import { describe, expect, onTestFinished, test } from "vitest";
import { aClient, aFile, aReceiver, next } from "./namespace.ts";

const BROKER = fileURLToPath(new URL("broker-process.ts", import.meta.url));
const KILLS = 4;
const SENDS_BETWEEN_KILLS = 150;
const PRODUCERS = 5;
const RETRY_PAUSE_MS = 50;

/** A send that was in flight when the broker died hangs until this timeout. */
const IMPATIENT = { maxRetries: 0, retryDelayInMs: 50, timeoutInMs: 1000 };

interface BrokerProcess {
  readonly connectionString: string;
  kill(): Promise<void>;
  /** Starts again on the same file and port. */
  start(): Promise<void>;
}

/** A broker in a process of its own. Whatever runs when the test is over is killed. */
async function aBrokerProcess(lockDuration: string): Promise<BrokerProcess> {
  const file = aFile();
  let child: ChildProcess;
  let address = { port: 0, connectionString: "" };
  const start = async () => {
    child = fork(BROKER, [file, String(address.port), lockDuration], { execArgv: [] });
    [address] = await once(child, "message");
  };
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };
  await start();
  onTestFinished(kill);
  return { connectionString: address.connectionString, kill, start };
}

/** Sends until the broker has acknowledged: a client must, because a send that fails may or may not have happened. */
async function sendUntilAcknowledged(sender: ServiceBusSender, messageId: string): Promise<void> {
  for (;;) {
    try {
      await sender.sendMessages({ body: messageId, messageId });
      return;
    } catch {
      await setTimeout(RETRY_PAUSE_MS);
    }
  }
}

interface Handled {
  /** Delivered at least once. Some are completed without our knowing: the broker died before it could say so. */
  readonly handled: ReadonlySet<string>;
  /** Delivered although their completion had been acknowledged. */
  readonly deliveredAfterwards: readonly string[];
}

/** Completes everything it is given. */
function completeEverything(client: ServiceBusClient): Handled {
  const handled = new Set<string>();
  const completed = new Set<string>();
  const deliveredAfterwards: string[] = [];
  const receiver = client.createReceiver("hints");
  receiver.subscribe(
    {
      async processMessage(message) {
        const id = String(message.messageId);
        handled.add(id);
        if (completed.has(id)) deliveredAfterwards.push(id);
        await receiver.completeMessage(message);
        completed.add(id);
      },
      // Lost connections and lost locks are what this test makes; what counts is what was acknowledged.
      processError: async () => undefined,
    },
    { maxConcurrentCalls: 10, autoCompleteMessages: false },
  );
  return { handled, deliveredAfterwards };
}

describe("kill -9 at any moment", () => {
  test("no acknowledged send is lost, no acknowledged completion is undone", {
    timeout: 90_000,
  }, async () => {
    const broker = await aBrokerProcess("PT2S");
    const client = aClient(broker.connectionString, IMPATIENT);
    const { handled, deliveredAfterwards } = completeEverything(client);
    const acknowledged = new Set<string>();
    const goals = new Map<number, () => void>();
    const sent = (count: number) => new Promise<void>((resolve) => goals.set(count, resolve));
    const total = KILLS * SENDS_BETWEEN_KILLS + SENDS_BETWEEN_KILLS;
    const checkpoints = Array.from({ length: KILLS }, (_, i) => sent((i + 1) * SENDS_BETWEEN_KILLS));

    let started = 0;
    const producers = Array.from({ length: PRODUCERS }, async () => {
      const sender = client.createSender("hints");
      while (started < total) {
        const id = `m${started++}`;
        await sendUntilAcknowledged(sender, id);
        acknowledged.add(id);
        goals.get(acknowledged.size)?.();
      }
    });
    for (const checkpoint of checkpoints) {
      await checkpoint;
      await broker.kill();
      await broker.start();
    }
    await Promise.all(producers);

    await expect.poll(() => [...acknowledged].filter((id) => !handled.has(id))).toEqual([]);
    expect(acknowledged.size).toBe(total);
    expect(deliveredAfterwards).toEqual([]);
  });

  test("a message that was being handled comes back, and its attempt counts", async () => {
    const broker = await aBrokerProcess("PT1S");
    const before = aClient(broker.connectionString);
    await before.createSender("hints").sendMessages({ body: "kills whoever handles it", messageId: "m1" });
    await next(aReceiver(before));

    await broker.kill();
    await broker.start();
    const again = await next(aReceiver(aClient(broker.connectionString)));

    expect(again).toMatchObject({ body: "kills whoever handles it", deliveryCount: 1 });
  });

  test("what was received and deleted never comes again", async () => {
    const broker = await aBrokerProcess("PT1S");
    const before = aClient(broker.connectionString);
    await before.createSender("hints").sendMessages([
      { body: "taken", messageId: "m1" },
      { body: "left", messageId: "m2" },
    ]);
    await next(before.createReceiver("hints", { receiveMode: "receiveAndDelete" }));

    await broker.kill();
    await broker.start();

    const left = await aReceiver(aClient(broker.connectionString)).peekMessages(10);
    expect(left.map((message) => message.body)).toEqual(["left"]);
  });

  test("what waits, what is dead-lettered and which ids were seen survive it", async () => {
    const broker = await aBrokerProcess("PT30S");
    const before = aClient(broker.connectionString);
    const receiver = aReceiver(before);
    const sender = before.createSender("hints");
    await sender.sendMessages({ body: "dead", messageId: "m1" });
    await receiver.deadLetterMessage(await next(receiver), {
      deadLetterReason: "because",
      deadLetterErrorDescription: "",
    });
    await sender.sendMessages({ body: "waits", messageId: "m2" });

    await broker.kill();
    await broker.start();
    const after = aClient(broker.connectionString);
    await after.createSender("hints").sendMessages({ body: "again", messageId: "m1" });

    expect((await aReceiver(after).peekMessages(10)).map((message) => message.body)).toEqual(["waits"]);
    expect(await next(aReceiver(after, "deadLetter"))).toMatchObject({
      body: "dead",
      deadLetterReason: "because",
    });
  });
});
