import * as z from "zod";
import { Instant } from "../../connection/connection.ts";
import type { Job, Run, Runs } from "../../health/port.ts";
import type { Table } from "./table.ts";

/** One row for each job of the app: how it last ended. */
const keyOf = (job: Job) => ({ partitionKey: "runs", rowKey: job });
const RunRow = z.object({ endedAt: Instant, wellAt: Instant.optional() });

/** The store's memory of the jobs. */
export function runsIn(table: Table): Runs {
  const last = async (job: Job): Promise<Run | null> => {
    const row = RunRow.safeParse(await table.get(keyOf(job))).data;
    return row === undefined ? null : { endedAt: row.endedAt, wellAt: row.wellAt ?? null };
  };
  return {
    ended: async (job, at, isWell) => {
      const wellAt = isWell ? at : (await last(job))?.wellAt;
      await table.write([{ kind: "put", row: { ...keyOf(job), endedAt: at, ...(wellAt && { wellAt }) } }]);
    },
    last: async () => {
      const [sweep, digests] = await Promise.all([last("sweep"), last("digests")]);
      return { sweep, digests };
    },
  };
}
