import type { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import * as z from "zod";
import { RequestId } from "../connection/connection.ts";
import type { Trails } from "../evidence/port.ts";
import type { StoredRecord } from "../request/store.ts";
import { storedRecord, TRAIL_OF_ID, whole } from "./sqlite-columns.ts";
import { positionOf } from "./sqlite-position.ts";
import { type Texts, textsIn } from "./sqlite-texts.ts";
import { wholesIn } from "./sqlite-wholes.ts";

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

/** So many trails are read at once; the texts of more would live long enough to cost more. */
const AT_ONCE = 100;

/** What finds the number of a request's trail; null when it has no records. */
export function trailFinder(database: DatabaseSync): (id: RequestId) => number | null {
  const find = database.prepare(`SELECT ${whole("number")} AS number FROM trails WHERE request_id = ?`);
  return (id) => NumberRow.safeParse(find.get(id)).data?.number ?? null;
}

/** What reads the records of a request. */
export function storedRecordsIn(
  database: DatabaseSync,
  texts: Texts,
): (id: RequestId) => readonly StoredRecord[] {
  const read = database.prepare(
    `SELECT coalesce(${whole("seq")}, 0) AS seq, ${storedRecord()} FROM records WHERE trail = ${TRAIL_OF_ID} ORDER BY records.seq`,
  );
  return (id) =>
    read.all(id).map((row) => {
      const { seq, template, said, seal } = RecordRow.parse(row);
      return { seq, said: texts.read({ template, filling: said }), seal };
    });
}

/** Whether what somebody may have put in can be paged by: what is no text, or no UTF-8, is another one when it is read. */
const isName = (column: string): string =>
  `(typeof(${column}) = 'text' AND octet_length(${column}) <= 100 AND ${column} NOT GLOB '*[^ -~]*')`;

/** Where there are records, or a request, that no request's id leads to. */
const STRAYS = `
  SELECT 'trail ' || trail AS id FROM (SELECT DISTINCT trail FROM records UNION SELECT trail FROM requests)
  WHERE NOT EXISTS (
    SELECT 1 FROM trails AS own WHERE own.number = trail AND ${isName("own.request_id")}
      AND own.number = (SELECT number FROM trails WHERE request_id = own.request_id))
  AND 'trail ' || trail > ? ORDER BY id LIMIT ?`;

/** The trails as they are stored. */
export function trailsIn(database: DatabaseSync): Trails {
  const ids = database.prepare(
    `SELECT request_id AS id FROM trails WHERE request_id > ? AND ${isName("request_id")}
     ORDER BY request_id LIMIT ?`,
  );
  const strays = database.prepare(STRAYS);
  const changed = database.prepare(
    `SELECT position, ${whole("trail")} AS trail, request_id AS id FROM records LEFT JOIN trails ON trails.number = records.trail
     WHERE position >= ? AND position < ? ORDER BY position LIMIT ?`,
  );
  const records = storedRecordsIn(database, textsIn(database));
  const wholes = wholesIn(database);
  return {
    ids: async (after, limit) => {
      const rows = ids.all(after ?? "", limit);
      const found = [...rows, ...(rows.length < limit ? strays.all(after ?? "", limit - rows.length) : [])];
      return found.map((row) => IdRow.parse(row).id);
    },
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
    wholes: async function* (some) {
      for (let start = 0; start < some.length; start += AT_ONCE)
        for (const whole of wholes(some.slice(start, start + AT_ONCE))) yield whole;
    },
    records: async (id) => records(id),
  };
}
