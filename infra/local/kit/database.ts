import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Opens (and creates) a SQLite file for one process, in WAL mode.
 *
 * `synchronous=NORMAL` in WAL mode survives `kill -9` at any moment: what was committed is in the page cache, which
 * outlives the process. It does not promise to survive a power cut; a stand-in need not.
 * @see https://www.sqlite.org/pragma.html#pragma_synchronous
 */
export function openDatabase(file: string, schema: string): DatabaseSync {
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;");
  database.exec(schema);
  return database;
}

/** Runs `work` in one transaction: all of it is committed, or none of it when it throws. Not re-entrant. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}
