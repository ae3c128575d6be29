import { setTimeout as wait } from "node:timers/promises";
import {
  isServiceBusError,
  ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from "@azure/service-bus";
import type { Clock } from "../../kit/clock.ts";
import type { AppFunction } from "../app.ts";
import { asError } from "../errors.ts";
import type { Invoke, Outcome } from "../invoke.ts";
import type { HostLog } from "../log.ts";
import { keepLock } from "./lock.ts";
import { bodyOf, metadataOf } from "./message.ts";

/** How soon a lost broker is tried again, in milliseconds. A restarted one is back in about a second. */
const RECONNECT_MS = 250;
/** How long the broker may take to confirm a settlement. */
const OPERATION_TIMEOUT_MS = 5_000;

interface ListenerOptions {
  readonly fn: AppFunction;
  readonly invoke: Invoke;
  /** The time in which the broker counts locks. */
  readonly clock: Clock;
  readonly log: HostLog;
  readonly connectionString: string;
  readonly queueName: string;
  /** Whether returning completes the message; else its lock runs out. */
  readonly completes: boolean;
  /** Whether the function gets bytes, also when they are text. */
  readonly binary: boolean;
  readonly maxConcurrentCalls: number;
  readonly maxLockRenewalMs: number;
}

/** Receives from one queue for one function, for ever: a broker that goes away is found again when it comes back. */
export class QueueListener {
  readonly #options: ListenerOptions;
  readonly #client: ServiceBusClient;
  readonly #settlingClient: ServiceBusClient;
  readonly #receiver: ServiceBusReceiver;
  /**
   * Settles by the lock alone, since it knows no link. The other client takes a link that it made anew under the same name
   * for that of the message, and waits there for a confirmation that never comes (@azure/service-bus 7.9.5,
   * settleMessageOperation).
   */
  readonly #settler: ServiceBusReceiver;
  readonly #running = new Set<Promise<void>>();
  #subscription: { close(): Promise<void> } | undefined;
  #troubled = false;
  #stopping = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
    const retryOptions = { maxRetries: 0, retryDelayInMs: RECONNECT_MS, timeoutInMs: OPERATION_TIMEOUT_MS };
    this.#client = new ServiceBusClient(options.connectionString, { retryOptions });
    this.#settlingClient = new ServiceBusClient(options.connectionString, { retryOptions });
    this.#settler = this.#settlingClient.createReceiver(options.queueName);
    this.#receiver = this.#client.createReceiver(options.queueName, {
      receiveMode: "peekLock",
      // keepLock does it: the client goes on renewing a message that it could not settle because the broker had left,
      // and so keeps it from everybody (@azure/service-bus 7.9.5, settleMessageOperation).
      maxAutoLockRenewalDurationInMs: 0,
      // The worker gets the bytes as text and parses them itself.
      skipParsingBodyAsJson: true,
    });
  }

  start(): void {
    this.#subscription = this.#receiver.subscribe(
      {
        processMessage: (message) => this.#track(this.#process(message)),
        processError: async ({ error }) => this.#report(error),
      },
      { autoCompleteMessages: false, maxConcurrentCalls: this.#options.maxConcurrentCalls },
    );
  }

  /** Takes no more messages and waits until what runs is settled. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#subscription?.close();
    await Promise.all(this.#running);
    await this.#client.close();
    await this.#settlingClient.close();
  }

  #track(work: Promise<void>): Promise<void> {
    this.#running.add(work);
    return work.finally(() => this.#running.delete(work));
  }

  async #process(message: ServiceBusReceivedMessage): Promise<void> {
    this.#troubled = false;
    const { fn, invoke, clock, binary, maxLockRenewalMs } = this.#options;
    const lock = keepLock(
      message.lockedUntilUtc,
      () => this.#receiver.renewMessageLock(message),
      maxLockRenewalMs,
      clock,
    );
    const outcome = await invoke(fn, {
      input: bodyOf(message.body, binary),
      metadata: metadataOf(message),
    });
    await this.#settle(message, outcome, lock.release());
  }

  /** Tries for as long as the lock holds. Afterwards the message comes again, which is what at-least-once means. */
  async #settle(message: ServiceBusReceivedMessage, outcome: Outcome, lockedUntil: number): Promise<void> {
    if (outcome.ok && !this.#options.completes) return;
    for (let receiver = this.#receiver; ; receiver = this.#settler) {
      try {
        if (outcome.ok) await receiver.completeMessage(message);
        else await receiver.abandonMessage(message);
        return;
      } catch (thrown) {
        const error = asError(thrown);
        const isLost = isServiceBusError(error) && error.code === "MessageLockLost";
        if (isLost || this.#stopping || this.#options.clock.now() + RECONNECT_MS >= lockedUntil) {
          this.#log("warning", `message ${String(message.messageId)} will come again: ${error.message}`);
          return;
        }
        await wait(RECONNECT_MS);
      }
    }
  }

  /** The client tries again for ever; one line for each time the broker is lost is enough. */
  #report(error: Error): void {
    // The client that was told to stop while it was connecting: "suspended" is what it calls that.
    if (this.#stopping && error.name === "AbortError") return;
    this.#log(
      this.#troubled ? "debug" : "warning",
      `${error.message}; trying again every ${RECONNECT_MS} ms`,
    );
    this.#troubled = true;
  }

  #log(level: "debug" | "warning", message: string): void {
    this.#options.log(level, `${this.#options.fn.name}: queue ${this.#options.queueName}: ${message}`);
  }
}
