import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { type AuditRecord, recordIn } from "../request/record.ts";
import type { ApprovalRequest } from "../request/request.ts";
import { reasonOf } from "../text.ts";
import { storedRecord, storedText, whole } from "./sqlite-columns.ts";
import { indexer } from "./sqlite-index.ts";
import { noted } from "./sqlite-noted.ts";
import { requestReader } from "./sqlite-requests.ts";
import { termsIn } from "./sqlite-terms.ts";
import { textsIn } from "./sqlite-texts.ts";

const Row = z.object({ position: z.int(), trail: z.int() });
const LastRow = z.object({ seq: z.int().nullable() });
const StoredRow = z.object({ template: z.int().nullable(), said: z.string(), seal: z.string() });

/** Nobody waits longer for what search finds, unless they search, which catches up. */
const AFTER_MS = 1_000;
/** More at a time would keep others waiting. */
const AT_A_TIME = 512;

/** Records that are stored, and by whose terms nothing is found yet. */
export interface Unindexed {
  /** Inside the transaction that stores the record. */
  note(position: number, trail: number, record: AuditRecord, request: ApprovalRequest): void;
  /** Writes down by what all of them are found. */
  catchUp(): void;
  /** After a transaction that was rolled back, or after a rebuild. */
  forget(): void;
  /** Writes down what it can; the next start does the rest. */
  close(): void;
}

/**
 * What records are found by lies in as many places of the file as there are terms, and a request's changes with each
 * record: written for many records at once, it costs a fraction. What is noted here outlives a crash; the next start
 * catches up.
 * @param warn for operators: what was left undone is done later
 */
export function unindexedIn(database: DatabaseSync, warn: (line: string) => void): Unindexed {
  const queue = queueIn(database);
  const read = readersIn(database);
  const haveOthersWritten = othersIn(database);
  const terms = termsIn(database);
  const indexing = indexer(database, terms);
  const own = noted();
  let timer: NodeJS.Timeout | null = null;

  /** What a request is found by after its record of this `seq`; null while more of its records are left, which say it. */
  const requestAt = (trail: number, seq: number): ApprovalRequest | null => {
    const latest = own.latest(trail);
    if (latest !== undefined && latest.seq > seq) return null;
    // More may have been added to it since: by another process, or before in time, by a clock that was put right.
    return latest?.seq === read.lastSeq(trail) ? latest : read.request(trail);
  };

  /** What this process has not in memory was noted by another one, or before a crash. */
  const index = (rows: readonly z.infer<typeof Row>[]) => {
    for (const [trail, ofTrail] of Map.groupBy(rows, (row) => row.trail)) {
      const records = ofTrail.flatMap(({ position }) => {
        const record = own.record(position) ?? read.record(position);
        return record === null ? [] : [{ position, record }];
      });
      indexing.add(trail, requestAt(trail, Math.max(...records.map(({ record }) => record.seq))), records);
    }
    indexing.save();
  };

  /** @returns whether more may be left */
  const indexSome = (): boolean => {
    try {
      // What a power cut takes back is still noted as not indexed, so nothing waits for the disk.
      database.exec("PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE");
      // They may have given all terms other numbers.
      if (haveOthersWritten()) terms.forget();
      const rows = queue.first(AT_A_TIME);
      index(rows);
      queue.remove(AT_A_TIME);
      terms.save();
      database.exec("COMMIT");
      for (const { position, trail } of rows) own.remove(position, trail);
      if (rows.length === AT_A_TIME) return true;
      // Another process was faster with what is left of ours.
      own.forget();
      return false;
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      terms.forget();
      indexing.forget();
      throw error;
    } finally {
      database.exec("PRAGMA synchronous = FULL");
    }
  };

  const forget = () => {
    terms.forget();
    own.forget();
  };

  const catchUp = () => {
    while (indexSome());
  };

  const later = (ms: number) => {
    timer ??= setTimeout(() => {
      timer = null;
      orWarn(warn, () => {
        // Others get their turn in between.
        if (indexSome()) later(0);
      });
    }, ms).unref();
  };

  return {
    note: (position, trail, record, request) => {
      queue.add(position, trail);
      own.note(position, trail, record, request);
      later(AFTER_MS);
    },
    catchUp,
    forget,
    close: () => {
      if (timer !== null) clearTimeout(timer);
      orWarn(warn, catchUp);
    },
  };
}

/** Which records are not indexed, in the file. */
function queueIn(database: DatabaseSync) {
  // One may be left of a record that somebody removed.
  const insert = database.prepare(
    "INSERT INTO unindexed (position, trail) VALUES (?, ?) ON CONFLICT DO NOTHING",
  );
  const first = database.prepare(
    `SELECT ${whole("position")} AS position, ${whole("trail")} AS trail FROM unindexed ORDER BY unindexed.position LIMIT ?`,
  );
  const remove = database.prepare(
    "DELETE FROM unindexed WHERE position IN (SELECT position FROM unindexed ORDER BY position LIMIT ?)",
  );
  return {
    add: (position: number, trail: number) => void insert.run(position, trail),
    first: (count: number) => first.all(count).map((row) => Row.parse(row)),
    remove: (count: number) => void remove.run(count),
  };
}

/** What is left undone stays noted: the next append brings another try, and so do whoever searches and the next start. */
function orWarn(warn: (line: string) => void, work: () => void): void {
  try {
    work();
  } catch (error) {
    warn(`What records are found by is behind: ${reasonOf(error, 300)}`);
  }
}

/** Whether another process wrote since it was asked before. @see https://www.sqlite.org/pragma.html#pragma_data_version */
function othersIn(database: DatabaseSync): () => boolean {
  const version = database.prepare("PRAGMA data_version");
  let before: unknown = null;
  return () => {
    const now = version.get()?.data_version;
    const isOther = now !== before;
    before = now;
    return isOther;
  };
}

function readersIn(database: DatabaseSync) {
  const texts = textsIn(database);
  const requestIn = requestReader(texts);
  const record = database.prepare(`SELECT ${storedRecord()} FROM records WHERE position = ?`);
  const request = database.prepare(`SELECT ${storedText("body")} FROM requests WHERE trail = ?`);
  const last = database.prepare(`SELECT ${whole("max(seq)")} AS seq FROM records WHERE trail = ?`);
  return {
    lastSeq: (trail: number): number | null => LastRow.parse(last.get(trail)).seq,
    record: (position: number): AuditRecord | null => {
      const row = StoredRow.safeParse(record.get(position)).data;
      return row === undefined
        ? null
        : recordIn({ said: texts.read({ template: row.template, filling: row.said }), seal: row.seal });
    },
    request: (trail: number): ApprovalRequest | null => {
      const row = request.get(trail);
      return row === undefined ? null : requestIn(row);
    },
  };
}
