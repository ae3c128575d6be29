import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { RequestId } from "../connection/connection.ts";
import type { Trails } from "../evidence/port.ts";
import { storedRecordsIn } from "./sqlite-reader.ts";

const IdRow = z.object({ id: RequestId });

/** The trails as they are stored. */
export function trailsIn(database: DatabaseSync): Trails {
  const ids = database.prepare(
    "SELECT DISTINCT request_id AS id FROM records WHERE request_id > ? ORDER BY request_id LIMIT ?",
  );
  const changed = database.prepare("SELECT DISTINCT request_id AS id FROM records WHERE at >= ? AND at < ?");
  const records = storedRecordsIn(database);
  return {
    ids: async (after, limit) => ids.all(after ?? "", limit).map((row) => IdRow.parse(row).id),
    changed: async function* (from, to) {
      for (const row of changed.iterate(from, to)) yield IdRow.parse(row).id;
    },
    records: async (id) => records(id),
  };
}
