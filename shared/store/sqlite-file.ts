import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as z from "zod";

/** What the tables hold. Requests of version 0 had other members, and cannot be read by this app. */
const VERSION = 1;

/** A file that cannot be used as the store; the sentence names it and says what to do. */
export class StoreFileError extends Error {
  override readonly name = "StoreFileError";
  /** Without our stack: the reader looks after the file, not after the code that opens it. */
  override readonly stack = this.message;
}

/** Opens the store's file, and makes it where there is none. @throws a `StoreFileError` */
export function openFile(file: string, schema: string): DatabaseSync {
  return orStoreFileError(file, () => {
    if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
    const database = new DatabaseSync(file);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;");
    if (versionOf(database) === null) database.exec(`${schema} PRAGMA user_version = ${VERSION};`);
    return checked(database, file);
  });
}

/** Opens the file of a store for reading, also while the app writes it. @throws a `StoreFileError` */
export const openFileForReading = (file: string): DatabaseSync =>
  orStoreFileError(file, () => checked(new DatabaseSync(file, { readOnly: true }), file));

function checked(database: DatabaseSync, file: string): DatabaseSync {
  const version = versionOf(database);
  if (version === VERSION) return database;
  database.close();
  if (version === null) throw new StoreFileError(`${resolve(file)} is no audit store of this app.`);
  throw new StoreFileError(
    `The audit store ${resolve(file)} was written by another version of this app, which keeps requests in another shape. Move the file away to begin a new one, or run the version that wrote it.`,
  );
}

function orStoreFileError<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof StoreFileError) throw error;
    const because = error instanceof Error ? error.message : String(error);
    // Without the cause: the sentence has its words, and the host would print its stack.
    throw new StoreFileError(
      `The audit store ${resolve(file)} cannot be used: ${because}. Mend it, or move it away.`,
    );
  }
}

/** Null when the file is new. */
function versionOf(database: DatabaseSync): number | null {
  const { tables } = TablesRow.parse(database.prepare("SELECT count(*) AS tables FROM sqlite_schema").get());
  if (tables === 0) return null;
  return VersionRow.parse(database.prepare("PRAGMA user_version").get()).user_version;
}

const TablesRow = z.object({ tables: z.int() });
const VersionRow = z.object({ user_version: z.int() });
