import type { DatabaseSync, StatementSync } from "node:sqlite";
import { transaction } from "../kit/database.ts";
import type { Next, Tries } from "./retry.ts";
import type { EventSubscription, GridEvent } from "./schemas.ts";

export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, subscription TEXT NOT NULL, event_id TEXT NOT NULL, event TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, unreachable INTEGER NOT NULL DEFAULT 0,
    published_at INTEGER NOT NULL, due_at INTEGER NOT NULL, UNIQUE (subscription, event_id));
  CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (subscription, due_at, id);
  CREATE TABLE IF NOT EXISTS dead_letters (
    id INTEGER PRIMARY KEY, subscription TEXT NOT NULL, event TEXT NOT NULL, reason TEXT NOT NULL,
    attempts INTEGER NOT NULL, last_outcome TEXT NOT NULL, published_at INTEGER NOT NULL, died_at INTEGER NOT NULL);
`;

/** One event on its way to one subscription. */
export interface Delivery {
  readonly id: number;
  readonly event: GridEvent;
  readonly tries: Tries;
}

/** An event that will not be tried again. */
export interface DeadLetter {
  readonly subscription: string;
  readonly event: GridEvent;
  readonly reason: string;
  readonly attempts: number;
  readonly lastOutcome: string;
}

/** Deliveries and dead letters on disk. */
export class Store {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #due: StatementSync;
  readonly #select: StatementSync;
  readonly #nextDue: StatementSync;
  readonly #delay: StatementSync;
  readonly #remove: StatementSync;
  readonly #bury: StatementSync;
  readonly #dead: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare(
      `INSERT INTO deliveries (subscription, event_id, event, published_at, due_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    );
    this.#due = database.prepare(
      "SELECT id FROM deliveries WHERE subscription = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?",
    );
    this.#select = database.prepare(
      "SELECT event, attempts, unreachable, published_at FROM deliveries WHERE id = ?",
    );
    this.#nextDue = database.prepare(
      "SELECT min(due_at) AS at FROM deliveries WHERE subscription = ? AND due_at > ?",
    );
    this.#delay = database.prepare(
      "UPDATE deliveries SET attempts = ?, unreachable = ?, due_at = ? WHERE id = ?",
    );
    this.#remove = database.prepare("DELETE FROM deliveries WHERE id = ?");
    this.#bury = database.prepare(
      `INSERT INTO dead_letters (subscription, event, reason, attempts, last_outcome, published_at, died_at)
       SELECT subscription, event, ?, ?, ?, published_at, ? FROM deliveries WHERE id = ?`,
    );
    this.#dead = database.prepare(
      "SELECT subscription, event, reason, attempts, last_outcome FROM dead_letters ORDER BY id",
    );
  }

  /** Stores each event once for each subscription that wants it; an event that is still on its way is not doubled. */
  add(events: readonly GridEvent[], subscriptions: readonly EventSubscription[], now: number): void {
    transaction(this.#database, () => {
      for (const event of events) {
        for (const subscription of subscriptions) {
          if (wants(subscription, event))
            this.#insert.run(subscription.name, event.id, JSON.stringify(event), now, now);
        }
      }
    });
  }

  /** The ids of the deliveries whose time has come, the longest waiting first. */
  due(subscription: string, now: number, limit: number): number[] {
    return this.#due.all(subscription, now, limit).map((row) => Number(row.id));
  }

  /** One delivery; undefined when it is settled. */
  get(id: number): Delivery | undefined {
    const row = this.#select.get(id);
    return (
      row && {
        id,
        event: JSON.parse(String(row.event)) as GridEvent,
        tries: {
          attempts: Number(row.attempts),
          unreachable: Number(row.unreachable),
          publishedAt: Number(row.published_at),
        },
      }
    );
  }

  /** When the next delivery after `now` is due, in epoch milliseconds. */
  nextDue(subscription: string, now: number): number | undefined {
    const at = this.#nextDue.get(subscription, now)?.at;
    return typeof at === "number" ? at : undefined;
  }

  /** Writes down what became of deliveries, all in one transaction. */
  settle(steps: readonly { id: number; next: Next }[], now: number): void {
    transaction(this.#database, () => {
      for (const { id, next } of steps) this.#settle(id, next, now);
    });
  }

  #settle(id: number, next: Next, now: number): void {
    if (next.kind === "retry") {
      this.#delay.run(next.tries.attempts, next.tries.unreachable, next.dueAt, id);
      return;
    }
    if (next.kind === "deadLetter") this.#bury.run(next.reason, next.tries.attempts, next.outcome, now, id);
    this.#remove.run(id);
  }

  deadLetters(): DeadLetter[] {
    return this.#dead.all().map((row) => ({
      subscription: String(row.subscription),
      event: JSON.parse(String(row.event)) as GridEvent,
      reason: String(row.reason),
      attempts: Number(row.attempts),
      lastOutcome: String(row.last_outcome),
    }));
  }
}

/** Whether the subscription wants the event. */
function wants({ sourceSubscriptions }: EventSubscription, { topic }: GridEvent): boolean {
  const source = topic.split("/")[2]?.toLowerCase();
  return sourceSubscriptions?.some((id) => id.toLowerCase() === source) ?? true;
}
