import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Card } from "./card.ts";
import { KEPT } from "./constants.ts";
import type { Invoke, LoggedRequest, Message, Run } from "./schemas.ts";

const LISTS = ["requests", "runs", "invokes"] as const;

export const STORE_SCHEMA = `
  CREATE TABLE IF NOT EXISTS switches (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, document TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS views (
    message TEXT NOT NULL, person TEXT NOT NULL, card TEXT NOT NULL, PRIMARY KEY (message, person)) WITHOUT ROWID;
  ${LISTS.map((list) => `CREATE TABLE IF NOT EXISTS ${list} (id INTEGER PRIMARY KEY AUTOINCREMENT, entry TEXT NOT NULL);`).join("\n")}
`;

/** How often old entries are dropped, in entries. */
const TRIM_EVERY = 100;

/** Entries in the order in which they were made. */
export class List<T> {
  readonly #insert: StatementSync;
  readonly #trim: StatementSync;
  readonly #select: StatementSync;
  readonly #newest: StatementSync;
  readonly #clear: StatementSync;

  constructor(database: DatabaseSync, table: (typeof LISTS)[number]) {
    this.#insert = database.prepare(`INSERT INTO ${table} (entry) VALUES (?)`);
    this.#trim = database.prepare(`DELETE FROM ${table} WHERE id <= ?`);
    this.#select = database.prepare(`SELECT id, entry FROM ${table} WHERE id > ? ORDER BY id`);
    this.#newest = database.prepare(`SELECT entry FROM ${table} ORDER BY id DESC LIMIT ?`);
    this.#clear = database.prepare(`DELETE FROM ${table}`);
  }

  add(entry: T): void {
    const id = Number(this.#insert.run(JSON.stringify(entry)).lastInsertRowid);
    if (id % TRIM_EVERY === 0) this.#trim.run(id - KEPT);
  }

  /** Everything after the entry with this number, oldest first; numbers grow and are never used again. */
  after(number: number): (T & { readonly number: number })[] {
    return this.#select
      .all(number)
      .map((row) => ({ ...(JSON.parse(String(row.entry)) as T), number: Number(row.id) }));
  }

  newest(limit: number): T[] {
    return this.#newest.all(limit).map(({ entry }) => JSON.parse(String(entry)) as T);
  }

  clear(): void {
    this.#clear.run();
  }
}

/** All that is kept. Every verb runs in the caller's transaction. */
export class Store {
  readonly requests: List<LoggedRequest>;
  readonly runs: List<Run>;
  readonly invokes: List<Invoke>;
  readonly messages: Messages;
  readonly switches: Switches;

  constructor(database: DatabaseSync) {
    this.requests = new List(database, "requests");
    this.runs = new List(database, "runs");
    this.invokes = new List(database, "invokes");
    this.messages = new Messages(database);
    this.switches = new Switches(database);
  }

  /** Forgets what was posted and clicked; what is switched off stays off. */
  clear(): void {
    for (const one of [this.runs, this.invokes, this.messages]) one.clear();
  }
}

/** The messages of all channels, and what single readers see in their place. */
class Messages {
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #select: StatementSync;
  readonly #last: StatementSync;
  readonly #list: StatementSync;
  readonly #trim: StatementSync;
  readonly #show: StatementSync;
  readonly #view: StatementSync;
  readonly #hide: StatementSync;
  readonly #clear: readonly StatementSync[];

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare("INSERT INTO messages (id, document) VALUES (?, ?)");
    this.#update = database.prepare("UPDATE messages SET document = ? WHERE id = ?");
    this.#select = database.prepare("SELECT document FROM messages WHERE id = ?");
    this.#last = database.prepare("SELECT id FROM messages ORDER BY seq DESC LIMIT 1");
    this.#list = database.prepare("SELECT document FROM messages ORDER BY seq DESC LIMIT ?");
    this.#trim = database.prepare("DELETE FROM messages WHERE seq <= ?");
    this.#show = database.prepare(
      `INSERT INTO views (message, person, card) VALUES (?, ?, ?)
       ON CONFLICT (message, person) DO UPDATE SET card = excluded.card`,
    );
    this.#view = database.prepare("SELECT card FROM views WHERE message = ? AND person = ?");
    this.#hide = database.prepare("DELETE FROM views WHERE message = ?");
    this.#clear = ["messages", "views"].map((table) => database.prepare(`DELETE FROM ${table}`));
  }

  /** Posts a message. Its id is the time in ms, as Teams has it, and greater than all before. */
  add(message: Omit<Message, "id">): string {
    const last = Number(this.#last.get()?.id ?? 0);
    const id = String(Math.max(Date.parse(message.postedAt), last + 1));
    const seq = Number(this.#insert.run(id, JSON.stringify({ ...message, id })).lastInsertRowid);
    if (seq % TRIM_EVERY === 0) this.#trim.run(seq - KEPT);
    return id;
  }

  get(id: string): Message | undefined {
    const row = this.#select.get(id);
    return row && (JSON.parse(String(row.document)) as Message);
  }

  /** Replaces a message for everybody, also for those who saw something else in its place. */
  update(message: Message): void {
    this.#update.run(JSON.stringify(message), message.id);
    this.#hide.run(message.id);
  }

  /** Newest first. */
  newest(limit: number): Message[] {
    return this.#list.all(limit).map(({ document }) => JSON.parse(String(document)) as Message);
  }

  /** Shows a card to one reader in place of the message's. */
  show(id: string, person: string, card: Card): void {
    this.#show.run(id, person, JSON.stringify(card));
  }

  /** What one reader sees in place of the message's card; undefined when it is what everybody sees. */
  viewOf(id: string, person: string): Card | undefined {
    const row = this.#view.get(id, person);
    return row && (JSON.parse(String(row.card)) as Card);
  }

  clear(): void {
    for (const one of this.#clear) one.run();
  }
}

/** Who may trigger a flow: whoever has its address, or whoever has a token of the tenant. */
export type Access = "anyone" | "tenant";

/** What is other than it was set up: flows that are off, bots that were taken out. */
class Switches {
  readonly #get: StatementSync;
  readonly #put: StatementSync;

  constructor(database: DatabaseSync) {
    this.#get = database.prepare("SELECT value FROM switches WHERE key = ?");
    this.#put = database.prepare(
      "INSERT INTO switches (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    );
  }

  /** Whether a flow runs; Power Automate answers alike whether it is off or deleted. */
  isOn = (workflowId: string): boolean => this.#read(`on ${workflowId}`) !== false;

  turn(workflowId: string, isOn: boolean): void {
    this.#write(`on ${workflowId}`, isOn);
  }

  accessOf = (workflowId: string): Access =>
    this.#read(`access ${workflowId}`) === "tenant" ? "tenant" : "anyone";

  open(workflowId: string, to: Access): void {
    this.#write(`access ${workflowId}`, to);
  }

  isInstalled = (botId: string, conversationId: string): boolean =>
    this.#read(`bot ${botId} ${conversationId}`) !== false;

  install(botId: string, conversationId: string, isInstalled: boolean): void {
    this.#write(`bot ${botId} ${conversationId}`, isInstalled);
  }

  #read(key: string): unknown {
    const row = this.#get.get(key);
    return row && JSON.parse(String(row.value));
  }

  #write(key: string, value: unknown): void {
    this.#put.run(key, JSON.stringify(value));
  }
}
