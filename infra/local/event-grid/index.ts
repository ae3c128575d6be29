import { type Clock, systemClock } from "../kit/clock.ts";
import { openDatabase } from "../kit/database.ts";
import { RETRY_DELAYS_MS } from "./constants.ts";
import { Courier } from "./courier.ts";
import type { EventSubscription, GridEvent } from "./schemas.ts";
import { type DeadLetter, SCHEMA, Store } from "./store.ts";

export type { EventSubscription, GridEvent, QueueMessage } from "./schemas.ts";

/** How this Event Grid is set up. */
export interface EventGridOptions {
  /** SQLite file of all deliveries. */
  readonly file: string;
  readonly subscriptions: readonly EventSubscription[];
  /** Waits between attempts, in milliseconds; Event Grid's own schedule by default. The last one repeats. */
  readonly retryDelaysMs?: readonly number[];
  /** The machine's unless told otherwise. */
  readonly clock?: Clock;
  readonly log: (line: string) => void;
}

/** A running stand-in of Event Grid. */
export interface EventGrid {
  /** When it returns, the events are stored for good and will be delivered at least once. */
  publish(events: readonly GridEvent[]): void;
  /** Events that are not tried any more. */
  deadLetters(): DeadLetter[];
  /** What is being delivered, in words; nothing when all is at rest. */
  unrest(): readonly string[];
  close(): Promise<void>;
}

/** Starts Event Grid on the deliveries that the last run left. */
export function startEventGrid(options: EventGridOptions): EventGrid {
  const { file, subscriptions, retryDelaysMs = RETRY_DELAYS_MS, clock = systemClock, log } = options;
  const database = openDatabase(file, SCHEMA);
  const store = new Store(database);
  const couriers = subscriptions.map(
    (subscription) => new Courier({ subscription, store, retryDelaysMs, clock, log }),
  );
  for (const courier of couriers) courier.start();

  return {
    publish(events) {
      store.add(events, subscriptions, clock.now());
      for (const courier of couriers) courier.pump();
    },
    deadLetters: () => store.deadLetters(),
    unrest: () => (couriers.some((courier) => courier.underWay() > 0) ? ["Event Grid delivers"] : []),
    async close() {
      await Promise.all(couriers.map((courier) => courier.close()));
      database.close();
    },
  };
}
