import { createAlarm } from "../kit/alarm.ts";
import { type Clock, systemClock } from "../kit/clock.ts";
import { openDatabase } from "../kit/database.ts";
import { createGroupCommit } from "../kit/group-commit.ts";
import { listenAmqp } from "./amqp/server.ts";
import { createBroker } from "./broker.ts";
import type { QueueConfig } from "./config.ts";
import { KEY_NAME, MAX_MESSAGE_BYTES } from "./constants.ts";
import { createDispatcher } from "./dispatcher.ts";
import { type Entity, entitiesOf } from "./entities.ts";
import { encodeMessage, type NewMessage, readTransfer, type SentMessage } from "./message.ts";
import { createStore, SCHEMA } from "./store.ts";

export { parseQueues } from "./config.ts";

/** How to run a namespace. */
export interface ServiceBusOptions {
  /** The SQLite file; one process may have it open at a time. */
  readonly file: string;
  /** 0 asks for any free port. */
  readonly port: number;
  readonly queues: readonly QueueConfig[];
  /** The shared access key that clients must sign with. */
  readonly key: string;
  /** The machine's unless told otherwise. */
  readonly clock?: Clock;
  readonly log: (level: "info" | "error", message: string) => void;
}

/** A running namespace. */
export interface ServiceBus {
  readonly port: number;
  readonly connectionString: string;
  /**
   * Sends from inside this process, by the same rules as a client. Resolves when the message is on disk; rejects when
   * the queue is unknown or the message too large.
   */
  send(queue: string, message: NewMessage): Promise<void>;
  /** Stops, and cuts every connection. What was acknowledged is on disk. */
  close(): Promise<void>;
}

/**
 * How many pages of 4 KiB the write-ahead log holds before they are copied into the database: four times SQLite's
 * default, because each copying waits for the disk, and the pages of a queue change again and again.
 */
const CHECKPOINT_PAGES = 4000;

/** Starts a Service Bus namespace on loopback. What was acknowledged survives `kill -9` at any moment. */
export async function startServiceBus({
  file,
  port,
  queues,
  key,
  clock = systemClock,
  log,
}: ServiceBusOptions): Promise<ServiceBus> {
  const now = () => clock.now();
  const entities = entitiesOf(queues);
  const database = openDatabase(file, SCHEMA);
  database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  const store = createStore(database);
  const failed = (error: unknown) => log("error", `service-bus: ${describeError(error)}`);
  const alarm = createAlarm(() => void commits.run(broker.expire).catch(failed), clock);
  const commits = createGroupCommit(database, () => alarm.set(store.nextDue()));
  const broker = createBroker(store, entities, now, (key) => {
    const entity = entities.get(key);
    if (entity) void dispatcher.pump(entity);
  });
  const dispatcher = createDispatcher(commits, broker, failed);
  const send = (queue: Entity, messages: readonly SentMessage[]) =>
    commits.run(() => broker.send(queue, messages));

  const front = await listenAmqp(port, key, now, {
    entities,
    dispatcher,
    send,
    settle: (entity, lock, outcome) => commits.run(() => broker.settle(entity, lock, outcome)),
    renew: (entity, locks) => commits.run(() => locks.map((lock) => broker.renew(entity, lock))),
    peek: broker.peek,
    failed,
  });
  alarm.set(store.nextDue());
  log("info", `service-bus: listening on port ${front.port}, ${queues.length} queues`);

  return {
    port: front.port,
    connectionString: `Endpoint=sb://127.0.0.1:${front.port};SharedAccessKeyName=${KEY_NAME};SharedAccessKey=${key};UseDevelopmentEmulator=true`,
    async send(name, message) {
      const queue = entities.get(name.toLowerCase());
      if (queue?.kind !== "queue") throw new Error(`Service Bus has no queue "${name}".`);
      const bytes = encodeMessage(message);
      if (bytes.length > MAX_MESSAGE_BYTES)
        throw new Error(`A message of ${bytes.length} bytes is too large.`);
      await send(queue, readTransfer(bytes, 0));
    },
    async close() {
      await front.close();
      await commits.run(() => undefined);
      alarm.off();
      database.close();
    },
  };
}

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
