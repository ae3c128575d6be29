import type { DatabaseSync, StatementSync } from "node:sqlite";
import { transaction } from "../kit/database.ts";
import { REQUESTS_KEPT } from "./constants.ts";

/** One ARM request as it was answered: the oracle of what a client really did. */
export interface LoggedRequest {
  time: string;
  method: string;
  path: string;
  apiVersion: string | undefined;
  caller: { oid: string | undefined; appid: string | undefined } | undefined;
  /** As it was sent. */
  body: string | undefined;
  status: number;
  /** Whether it changed ARM's state. */
  effective: boolean;
  correlationId: string;
  /** The scripted trouble that was played on it. */
  trouble: string | undefined;
}

export const REQUEST_LOG_SCHEMA = `
  CREATE TABLE IF NOT EXISTS requests (id INTEGER PRIMARY KEY AUTOINCREMENT, entry TEXT NOT NULL);
`;

/** How often old entries are dropped, in entries. */
const TRIM_EVERY = 1000;

/** How long an entry without effect may wait for others: a commit costs more than an entry. */
const SOON_MS = 100;

/** Every request, in the order of its effect. */
export class RequestLog {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #trim: StatementSync;
  readonly #select: StatementSync;
  readonly #clear: StatementSync;
  #waiting: LoggedRequest[] = [];

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare("INSERT INTO requests (entry) VALUES (?)");
    this.#trim = database.prepare("DELETE FROM requests WHERE id <= ?");
    this.#select = database.prepare("SELECT id, entry FROM requests WHERE id > ? ORDER BY id");
    this.#clear = database.prepare("DELETE FROM requests");
  }

  /** Logs a request in the transaction of its effect, so that the log and the state cannot differ. */
  add(entry: LoggedRequest): void {
    const entries = [...this.#waiting, entry];
    this.#waiting = [];
    for (const one of entries) this.#write(one);
  }

  /** Logs a request that had no effect. Many of them share one transaction; `kill -9` may lose the last few. */
  addSoon(entry: LoggedRequest): void {
    if (this.#waiting.length === 0) setTimeout(() => this.flush(), SOON_MS);
    this.#waiting.push(entry);
  }

  /** Everything after the entry with this id; ids grow and are never used again. */
  after(id: number): unknown[] {
    this.flush();
    return this.#select.all(id).map((row) => {
      const entry = JSON.parse(String(row.entry)) as LoggedRequest;
      return { ...entry, id: row.id, body: readable(entry.body) };
    });
  }

  clear(): void {
    this.#waiting = [];
    this.#clear.run();
  }

  /** Writes what waits. Call it before the database closes. */
  flush(): void {
    const entries = this.#waiting;
    this.#waiting = [];
    if (entries.length === 0) return;
    transaction(this.#database, () => {
      for (const entry of entries) this.#write(entry);
    });
  }

  #write(entry: LoggedRequest): void {
    const id = Number(this.#insert.run(JSON.stringify(entry)).lastInsertRowid);
    if (id % TRIM_EVERY === 0) this.#trim.run(id - REQUESTS_KEPT);
  }
}

/** A body as JSON where it is JSON, so that nobody has to parse twice. */
function readable(body: string | undefined): unknown {
  try {
    return body && JSON.parse(body);
  } catch {
    return body;
  }
}
