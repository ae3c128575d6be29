import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { ResourceEvent } from "./schemas.ts";

/** Where events go. They are stored there for good when `publish` returns or resolves; the same one may come twice. */
export interface EventSink {
  publish(events: readonly ResourceEvent[]): void | Promise<void>;
}

export type Log = (line: string) => void;

export const OUTBOX_SCHEMA = `
  CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL);
`;

const BATCH = 500;
const RETRY_MS = 1000;

/**
 * Events on their way to Event Grid.
 *
 * An event is added in the transaction of the change it tells of, and removed only after the sink has stored it: killed
 * between the two, it is handed over again at the next start.
 */
export class Outbox {
  readonly #sink: EventSink;
  readonly #log: Log;
  readonly #insert: StatementSync;
  readonly #first: StatementSync;
  readonly #remove: StatementSync;
  readonly #count: StatementSync;
  #running: Promise<void> | undefined;
  #busy = false;
  #wanted = false;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(database: DatabaseSync, sink: EventSink, log: Log) {
    this.#sink = sink;
    this.#log = log;
    this.#insert = database.prepare("INSERT INTO outbox (event) VALUES (?)");
    this.#first = database.prepare(`SELECT id, event FROM outbox ORDER BY id LIMIT ${BATCH}`);
    this.#remove = database.prepare("DELETE FROM outbox WHERE id <= ?");
    this.#count = database.prepare("SELECT count(*) AS count FROM outbox");
  }

  /** Runs in the caller's transaction. */
  add(event: ResourceEvent): void {
    this.#insert.run(JSON.stringify(event));
  }

  /** How many events wait to be handed over. */
  waiting(): number {
    return Number(this.#count.get()?.count);
  }

  /** Hands over what is there, soon. Call it after a commit, and once at the start. */
  kick(): void {
    this.#wanted = true;
    if (this.#closed || this.#busy) return;
    this.#busy = true;
    clearTimeout(this.#retry);
    this.#running = this.#handOver();
  }

  /** Resolves when nothing is being handed over any more; what could not be stays for the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    await this.#running;
  }

  async #handOver(): Promise<void> {
    try {
      // Asked for again while the last batch was on its way: the flag and the loop's end are one turn, so none is missed.
      while (this.#wanted && !this.#closed) {
        this.#wanted = false;
        await this.#handOverAll();
      }
    } catch (error) {
      this.#log(`arm: events could not be handed over: ${String(error)}`);
      this.#retry = setTimeout(() => this.kick(), RETRY_MS);
    } finally {
      this.#busy = false;
    }
  }

  async #handOverAll(): Promise<void> {
    // One turn of the event loop, so that a burst of commits becomes one batch.
    await new Promise((resolve) => setImmediate(resolve));
    for (let rows = this.#first.all(); rows.length > 0; rows = this.#first.all()) {
      await this.#sink.publish(rows.map((row) => JSON.parse(String(row.event)) as ResourceEvent));
      this.#remove.run(rows.at(-1)?.id ?? null);
    }
  }
}
