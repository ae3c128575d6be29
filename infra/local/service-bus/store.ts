import type { DatabaseSync, SQLInputValue } from "node:sqlite";

/** `locked_until` and `nonce` are set together, while a consumer holds the message. Times are epoch milliseconds. */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS messages (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    enqueued_at INTEGER NOT NULL,
    expires_at INTEGER,
    delivery_count INTEGER NOT NULL DEFAULT 0,
    nonce BLOB,
    locked_until INTEGER,
    content BLOB NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS available ON messages (queue, sequence) WHERE nonce IS NULL;
  CREATE INDEX IF NOT EXISTS locks ON messages (locked_until) WHERE locked_until IS NOT NULL;
  CREATE INDEX IF NOT EXISTS expiries ON messages (expires_at) WHERE expires_at IS NOT NULL;
  CREATE TABLE IF NOT EXISTS message_ids (
    queue TEXT NOT NULL,
    message_id TEXT NOT NULL,
    forget_at INTEGER NOT NULL,
    PRIMARY KEY (queue, message_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS forgettable ON message_ids (forget_at);
`;

/** One stored message. */
export interface Row {
  readonly sequence: number;
  readonly queue: string;
  readonly enqueued_at: number;
  readonly expires_at: number | null;
  readonly delivery_count: number;
  readonly content: Uint8Array;
}

const COLUMNS = "sequence, queue, enqueued_at, expires_at, delivery_count, content";

const STATEMENTS = {
  /** queue, enqueued at, expires at, content */
  insert: "INSERT INTO messages (queue, enqueued_at, expires_at, content) VALUES (?, ?, ?, ?)",
  /**
   * queue, message id, forget at, now. A message id that is still remembered is not taken again, and is not remembered
   * for longer either.
   */
  remember: `INSERT INTO message_ids VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET forget_at = excluded.forget_at WHERE forget_at <= ?`,
  /** now */
  forget: "DELETE FROM message_ids WHERE forget_at <= ?",
  /** queue, now, limit */
  available: `SELECT ${COLUMNS} FROM messages
    WHERE queue = ? AND nonce IS NULL AND (expires_at IS NULL OR expires_at > ?) ORDER BY sequence LIMIT ?`,
  /** nonce, locked until, sequence */
  lock: "UPDATE messages SET nonce = ?, locked_until = ? WHERE sequence = ?",
  /** sequence, queue, nonce, now */
  removeLocked: "DELETE FROM messages WHERE sequence = ? AND queue = ? AND nonce = ? AND locked_until > ?",
  /** sequence, queue, nonce, now */
  findLocked: `SELECT ${COLUMNS} FROM messages WHERE sequence = ? AND queue = ? AND nonce = ? AND locked_until > ?`,
  /** locked until, sequence, queue, nonce, now */
  renew: `UPDATE messages SET locked_until = ?
    WHERE sequence = ? AND queue = ? AND nonce = ? AND locked_until > ?`,
  /** sequence */
  remove: "DELETE FROM messages WHERE sequence = ?",
  /** delivery count, content, sequence */
  requeue: `UPDATE messages SET nonce = NULL, locked_until = NULL, delivery_count = ?, content = ?
    WHERE sequence = ?`,
  /** to, delivery count, content, sequence */
  move: `UPDATE messages SET nonce = NULL, locked_until = NULL, expires_at = NULL, queue = ?,
    delivery_count = ?, content = ? WHERE sequence = ?`,
  /** now */
  lostLocks: `SELECT ${COLUMNS} FROM messages WHERE locked_until <= ? ORDER BY sequence`,
  /** now */
  expired: `SELECT ${COLUMNS} FROM messages WHERE expires_at <= ? AND nonce IS NULL ORDER BY sequence`,
  /** from, queue, limit */
  peek: `SELECT ${COLUMNS} FROM messages
    WHERE sequence >= ? AND queue = ? ORDER BY sequence LIMIT ?`,
  nextDue: `SELECT min(
      coalesce((SELECT min(locked_until) FROM messages WHERE locked_until IS NOT NULL), 9e15),
      coalesce((SELECT min(expires_at) FROM messages WHERE expires_at IS NOT NULL AND nonce IS NULL), 9e15)) AS due`,
} as const;

type Statement = keyof typeof STATEMENTS;

/**
 * The broker's prepared statements, with their parameters in the order in which they are written above each: binding by
 * name costs node:sqlite as much as running a statement.
 */
export interface Store {
  /** @returns how many rows were changed. */
  change(name: Statement, ...parameters: SQLInputValue[]): number;
  one(name: Statement, ...parameters: SQLInputValue[]): Row | undefined;
  all(name: Statement, ...parameters: SQLInputValue[]): Row[];
  /** When the next lock or message expires, in epoch milliseconds; far in the future when none does. */
  nextDue(): number;
}

/** Prepares every statement once, on a database that has the `SCHEMA`. */
export function createStore(database: DatabaseSync): Store {
  const entries = Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)] as const);
  const prepared = Object.fromEntries(entries) as Record<Statement, ReturnType<DatabaseSync["prepare"]>>;
  return {
    change: (name, ...parameters) => Number(prepared[name].run(...parameters).changes),
    one: (name, ...parameters) => prepared[name].get(...parameters) as Row | undefined,
    all: (name, ...parameters) => prepared[name].all(...parameters) as unknown as Row[],
    nextDue: () => Number(prepared.nextDue.get()?.due),
  };
}
