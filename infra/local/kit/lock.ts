import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { unusable } from "./unusable.ts";

/** SQLite's result code for "somebody else has the lock". @see https://www.sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;

/**
 * Holds a file's lock until it is released or the process ends; undefined when another process holds it.
 *
 * SQLite's file lock rather than a file with a process ID in it: the operating system drops it however the process
 * dies, so it can be neither stale nor confused by a reused process ID.
 * @throws CommandError when the file cannot be used
 */
export function tryLock(file: string): { release(): void } | undefined {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const database = new DatabaseSync(file, { timeout: 0 });
    return begin(database) ? { release: () => database.close() } : undefined;
  } catch (error) {
    throw unusable(file, error);
  }
}

/** Takes the database's lock, or closes it. */
function begin(database: DatabaseSync): boolean {
  try {
    database.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    database.close();
    if (isBusy(error)) return false;
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}
