import type { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import * as z from "zod";
import { RequestId } from "../connection/connection.ts";
import type { Trails } from "../evidence/port.ts";
import type { StoredRecord } from "../request/store.ts";
import { positionOf } from "./sqlite-position.ts";
import { type Texts, textsIn } from "./sqlite-texts.ts";

const IdRow = z.object({ id: z.string() });
const NumberRow = z.object({ number: z.int() });
const ChangedRow = z.object({ position: z.int(), trail: z.int(), id: z.string().nullable() });
const RecordRow = z.object({
  seq: z.int(),
  template: z.int().nullable(),
  said: z.string(),
  seal: z.string(),
});

/** So many records at a time are looked through; others get their turn in between. */
const AT_A_TIME = 1_000;

/** What finds the number of a request's trail; null when it has no records. */
export function trailFinder(database: DatabaseSync): (id: RequestId) => number | null {
  const find = database.prepare("SELECT number FROM trails WHERE request_id = ?");
  return (id) => NumberRow.safeParse(find.get(id)).data?.number ?? null;
}

/** What reads the records of a request. */
export function storedRecordsIn(
  database: DatabaseSync,
  texts: Texts,
): (id: RequestId) => readonly StoredRecord[] {
  const read = database.prepare("SELECT seq, template, said, seal FROM records WHERE trail = ? ORDER BY seq");
  const trailOf = trailFinder(database);
  return (id) => {
    const trail = trailOf(id);
    if (trail === null) return [];
    return read.all(trail).map((row) => {
      const { seq, template, said, seal } = RecordRow.parse(row);
      return { seq, said: texts.read({ template, filling: said }), seal };
    });
  };
}

/** The trails as they are stored. */
export function trailsIn(database: DatabaseSync): Trails {
  const ids = database.prepare(
    "SELECT request_id AS id FROM trails WHERE request_id > ? ORDER BY request_id LIMIT ?",
  );
  const changed = database.prepare(
    `SELECT position, trail, request_id AS id FROM records LEFT JOIN trails ON trails.number = records.trail
     WHERE position >= ? AND position < ? ORDER BY position LIMIT ?`,
  );
  const records = storedRecordsIn(database, textsIn(database));
  return {
    ids: async (after, limit) => ids.all(after ?? "", limit).map((row) => IdRow.parse(row).id),
    changed: async function* (from, to) {
      const seen = new Set<number>();
      for (let start = positionOf(from); ; await setImmediate()) {
        const rows = changed.all(start, positionOf(to), AT_A_TIME).map((row) => ChangedRow.parse(row));
        for (const { trail, id } of rows) {
          const request = RequestId.safeParse(id).data;
          if (request !== undefined && !seen.has(trail)) yield request;
          seen.add(trail);
        }
        const last = rows.at(-1);
        if (last === undefined || rows.length < AT_A_TIME) return;
        start = last.position + 1;
      }
    },
    records: async (id) => records(id),
  };
}
