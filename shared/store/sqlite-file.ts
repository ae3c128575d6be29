import { existsSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import * as z from "zod";

/** Tells a store of this app from any other SQLite file: "pec" in ASCII. @see https://www.sqlite.org/pragma.html#pragma_application_id */
const APPLICATION_ID = 0x70_65_63;
/**
 * What the tables hold. It goes up with every change to what records make of a request, too: a request that differs from
 * the sum of its records counts as forged. Before 1 there was no number; before 2 records had no seal; before 3 nothing was found by terms; before 4 each text was kept whole; before 5 a request did
 * not know what its consumer is called; before 6 no message in Teams was brought up to date.
 */
const VERSION = 7;

/** As much of the file as is kept in memory at most; SQLite's own 2 MiB are too few for the indexes of many records. */
const CACHE_KIB = 32 * 1_024;

/** A file that cannot be used as the store; the sentence names it and says what to do. */
export class StoreFileError extends Error {
  override readonly name = "StoreFileError";
  /** Without our stack: the reader looks after the file, not after the code that opens it. */
  override readonly stack = this.message;
}

/** Opens the store's file, and makes it where there is none. A file that is refused stays as it is. @throws a `StoreFileError` */
export function openFile(file: string, schema: string): DatabaseSync {
  return opened(
    file,
    () => {
      if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
      return new DatabaseSync(file);
    },
    (database) => {
      database.exec("PRAGMA busy_timeout = 5000;");
      if (!isNew(database)) check(database, file, TO_WRITE);
      database.exec(
        `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -${CACHE_KIB};`,
      );
      make(database, schema);
    },
  );
}

/**
 * Opens the file of a store for reading, also while the app writes it. Nothing is written, not even beside the file.
 * @throws a `StoreFileError`
 */
export const openFileForReading = (file: string): DatabaseSync =>
  opened(
    file,
    () => new DatabaseSync(urlForReading(file), { readOnly: true }),
    (database) => check(database, file, TO_READ),
  );

/**
 * Where there is no write-ahead log, nobody has the store open. SQLite would make one to read it, and leave it behind,
 * unless it is told that the file does not change. @see https://www.sqlite.org/wal.html#read_only_databases
 */
function urlForReading(file: string): URL {
  const url = pathToFileURL(file);
  if (!existsSync(`${file}-wal`)) url.search = "immutable=1";
  return url;
}

/** The tables and their version in one act: killed in its middle, the file is as new. */
function make(database: DatabaseSync, schema: string): void {
  database.exec("BEGIN IMMEDIATE");
  // Another process may have been faster.
  if (isNew(database))
    database.exec(`${schema} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${VERSION};`);
  database.exec("COMMIT");
}

/** What becomes of a store of another version. */
const TO_WRITE =
  "To begin a new one, move it away together with the task hub, whose orchestrations know its requests (npm start keeps both in one folder); or run the version that wrote it.";
const TO_READ = "Read it with the version that wrote it.";

function check(database: DatabaseSync, file: string, advice: string): void {
  const [id, version] = [numberOf(database, "application_id"), numberOf(database, "user_version")];
  if (id === APPLICATION_ID && version === VERSION) return;
  const isOurs = id === APPLICATION_ID || hasTable(database, "record_actors");
  if (!isOurs) throw new StoreFileError(`${resolve(file)} is no audit store of this app. Name another file.`);
  throw new StoreFileError(
    `The audit store ${resolve(file)} was written by another version of this app, which keeps requests in another shape. ${advice}`,
  );
}

function opened(
  file: string,
  open: () => DatabaseSync,
  prepare: (database: DatabaseSync) => void,
): DatabaseSync {
  return orStoreFileError(file, () => {
    const database = open();
    try {
      prepare(database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

function orStoreFileError<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof StoreFileError) throw error;
    const because = error instanceof Error ? error.message : String(error);
    // Without the cause: the sentence has its words, and the host would print its stack.
    throw new StoreFileError(
      `The audit store ${resolve(file)} cannot be used: ${because}. Mend it, or move it away with the files beside it that are named like it.`,
    );
  }
}

const isNew = (database: DatabaseSync): boolean =>
  CountRow.parse(database.prepare("SELECT count(*) AS count FROM sqlite_schema").get()).count === 0;

const hasTable = (database: DatabaseSync, name: string): boolean =>
  CountRow.parse(database.prepare("SELECT count(*) AS count FROM sqlite_schema WHERE name = ?").get(name))
    .count > 0;

const numberOf = (database: DatabaseSync, pragma: "application_id" | "user_version"): number =>
  PragmaRow.parse(database.prepare(`SELECT ${pragma} AS value FROM pragma_${pragma}`).get()).value;

const CountRow = z.object({ count: z.int() });
const PragmaRow = z.object({ value: z.int() });
