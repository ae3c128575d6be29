import type { DatabaseSync } from "node:sqlite";

/** Several reads between which nobody writes, not even another process. */
export function atOneMoment<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN");
  try {
    return work();
  } finally {
    database.exec("COMMIT");
  }
}
