import * as z from "zod";
import type { Clock } from "../../kit/clock.ts";
import type { AppFunction } from "../app.ts";
import { StartError } from "../errors.ts";
import type { HostJson } from "../host-json.ts";
import type { Invoke } from "../invoke.ts";
import type { HostLog } from "../log.ts";
import { expandSettings } from "../settings.ts";
import { connectionString } from "./connection.ts";
import { QueueListener } from "./listener.ts";

const QueueTrigger = z.object({
  queueName: z.string({ error: "only queues are supported; topics and subscriptions are not" }),
  connection: z.string().default("AzureWebJobsServiceBus"),
  cardinality: z.literal("one", { error: 'only cardinality "one" is supported, not batches' }).default("one"),
  isSessionsEnabled: z.literal(false, { error: "sessions are not supported" }).default(false),
  sdkBinding: z.literal(false, { error: "sdkBinding is not supported" }).default(false),
  autoCompleteMessages: z.boolean().optional(),
  dataType: z.string().optional(),
});

interface QueueNeeds {
  readonly invoke: Invoke;
  /** The time in which the broker counts locks. */
  readonly clock: Clock;
  readonly log: HostLog;
}

/** The queue functions at work. */
export interface QueueListeners {
  start(): void;
  /** Takes no more messages, lets what runs settle. */
  stop(): Promise<void>;
}

/**
 * The Service Bus queue functions: peek-lock, returning completes, throwing abandons, locks are renewed meanwhile.
 * Throws a StartError for what a queue trigger asks and this host cannot do.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger
 */
export function createQueueListeners(
  functions: readonly AppFunction[],
  options: HostJson["extensions"]["serviceBus"],
  { invoke, clock, log }: QueueNeeds,
): QueueListeners {
  const listeners = functions.map((fn) => {
    const trigger = QueueTrigger.safeParse(fn.trigger);
    if (!trigger.success) throw new StartError(`${fn.name}: ${z.prettifyError(trigger.error)}`);
    const { queueName, connection, autoCompleteMessages, dataType } = trigger.data;
    return new QueueListener({
      fn,
      invoke,
      clock,
      log,
      connectionString: connectionString(fn.name, connection),
      queueName: expandSettings(queueName, fn.name),
      completes: autoCompleteMessages ?? options.autoCompleteMessages,
      binary: dataType === "binary",
      maxConcurrentCalls: options.maxConcurrentCalls,
      maxLockRenewalMs: options.maxAutoLockRenewalDuration,
    });
  });
  return {
    start: () => {
      for (const listener of listeners) listener.start();
    },
    stop: async () => {
      await Promise.all(listeners.map((listener) => listener.stop()));
    },
  };
}
