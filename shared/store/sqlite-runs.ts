import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { Instant } from "../connection/connection.ts";
import type { Job, Run, Runs } from "../health/port.ts";

/** One row for each job of the app: how it last ended. */
export const RUNS_SCHEMA = `
  CREATE TABLE runs (
    job      TEXT PRIMARY KEY,
    ended_at TEXT NOT NULL,
    well_at  TEXT
  ) STRICT, WITHOUT ROWID;
`;

const Row = z
  .object({ ended_at: Instant, well_at: Instant.nullable() })
  .transform(({ ended_at: endedAt, well_at: wellAt }): Run => ({ endedAt, wellAt }));

/** The store's memory of the jobs. */
export function runsIn(database: DatabaseSync): Runs {
  const read = database.prepare("SELECT ended_at, well_at FROM runs WHERE job = ?");
  const write = database.prepare(
    `INSERT INTO runs (job, ended_at, well_at) VALUES (?1, ?2, ?3)
     ON CONFLICT (job) DO UPDATE SET ended_at = ?2, well_at = coalesce(?3, well_at)`,
  );
  const last = (job: Job): Run | null => Row.safeParse(read.get(job)).data ?? null;
  return {
    ended: async (job, at, isWell) => void write.run(job, at, isWell ? at : null),
    last: async () => ({ sweep: last("sweep"), digests: last("digests") }),
  };
}
