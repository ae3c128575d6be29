import type { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { openFile } from "../../../shared/store/sqlite-file.ts";
import { SCHEMA } from "../../../shared/store/sqlite-schema.ts";
import { unindexedIn } from "../../../shared/store/sqlite-unindexed.ts";
import { aStoreFile } from "../../fixtures/intruder.ts";

/** `synchronous=FULL`, as the pragma says it. */
const FULL = 2;

const synchronous = (database: DatabaseSync) => database.prepare("PRAGMA synchronous").get()?.synchronous;

test("what is acknowledged waits for the disk also after what it is found by could not be written", () => {
  const file = aStoreFile();
  const [database, other] = [openFile(file, SCHEMA), openFile(file, SCHEMA)];
  database.exec("PRAGMA busy_timeout = 0");
  const unindexed = unindexedIn(database, () => undefined);
  other.exec("BEGIN IMMEDIATE");

  expect(unindexed.catchUp).toThrow("database is locked");

  expect(synchronous(database)).toBe(FULL);
  other.exec("ROLLBACK");
  unindexed.catchUp();
  expect(synchronous(database)).toBe(FULL);
  for (const one of [database, other]) one.close();
});
