import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { unusable } from "./unusable.ts";

/**
 * What a commit outlives: the process that made it, or the machine too. In WAL mode `synchronous=NORMAL` survives
 * `kill -9` at any moment, because the page cache outlives the process; `FULL` waits for the disk at each commit.
 * @see https://www.sqlite.org/pragma.html#pragma_synchronous
 */
type Outlives = "process" | "machine";

/** Opens (and creates) a SQLite file for one process, in WAL mode. @throws CommandError when the file cannot be used. */
export function openDatabase(file: string, schema: string, outlives: Outlives = "process"): DatabaseSync {
  try {
    return open(file, schema, outlives);
  } catch (error) {
    throw unusable(file, error);
  }
}

function open(file: string, schema: string, outlives: Outlives): DatabaseSync {
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  const synchronous = outlives === "machine" ? "FULL" : "NORMAL";
  database.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA busy_timeout = 5000;`,
  );
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
