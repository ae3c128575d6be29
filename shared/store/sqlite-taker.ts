import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import type { RequestId } from "../connection/connection.ts";
import { canonicalText } from "../request/json.ts";
import type { Change } from "../request/life.ts";
import { type Recipients, tellingsOf } from "../request/recipients.ts";
import { type AuditRecord, outcomeOf } from "../request/record.ts";
import { closingOf } from "../search/closing.ts";
import { whole } from "./sqlite-columns.ts";
import { freePositionsIn } from "./sqlite-position.ts";
import { requestPutter } from "./sqlite-put.ts";
import { type Texts, textsIn } from "./sqlite-texts.ts";
import { trailFinder } from "./sqlite-trails.ts";
import type { Unindexed } from "./sqlite-unindexed.ts";

const LastRow = z.object({ seq: z.int().nullable() });

/** Writes changes inside a transaction. */
interface Taker {
  /** Writes one, if the request has exactly the records before it: a compare-and-set. */
  take(change: Change): boolean;
  /** After a transaction that was rolled back. */
  forget(): void;
}

export function takerIn(database: DatabaseSync, recipients: Recipients, unindexed: Unindexed): Taker {
  const lastOf = database.prepare(`SELECT ${whole("max(seq)")} AS seq FROM records WHERE trail = ?`);
  const insertTrail = database.prepare("INSERT INTO trails (number, request_id) VALUES (?, ?)");
  const insertNotice = database.prepare(
    // One may be left of a record of this number that somebody removed.
    `INSERT INTO notices (request_id, channel, seq, created_at, due_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  const trailOf = trailFinder(database);
  const texts = textsIn(database);
  const freePosition = freePositionsIn(database, "records", "position");
  const put = requestPutter(database, texts);
  const addRecord = recorder(database, texts);
  const addClosing = closer(database, texts);

  /** The number of the request's trail, if its last record is the one with this `seq`. */
  const trailAfter = (id: RequestId, seq: number): number | null => {
    const trail = trailOf(id);
    // The records are asked, not the request: who can write that one must not decide what may follow.
    const last = trail === null ? null : LastRow.parse(lastOf.get(trail)).seq;
    return (last ?? 0) === seq ? trail : null;
  };

  const take = (change: Change): boolean => {
    const { records, said, request } = change;
    const [first] = records;
    if (first === undefined) return true;
    const before = request.seq - records.length;
    const known = trailAfter(request.id, before);
    if (known === null && (before > 0 || trailOf(request.id) !== null)) return false;
    const trail = known ?? freePosition(first.at);
    if (known === null) insertTrail.run(trail, request.id);
    put(trail, change);
    const closing = closingOf(change);
    for (const [index, record] of records.entries()) {
      const position = freePosition(record.at);
      addRecord({ position, trail }, record, said[index] ?? "");
      unindexed.note(position, trail, record, request);
      if (record.seq === closing?.seq) addClosing(position, closing);
    }
    for (const { channel, seq } of tellingsOf(change, recipients))
      insertNotice.run(request.id, channel, seq, request.updatedAt, request.updatedAt);
    return true;
  };

  return {
    take,
    forget: () => {
      texts.forget();
      unindexed.forget();
    },
  };
}

function recorder(database: DatabaseSync, texts: Texts) {
  const insert = database.prepare(
    "INSERT INTO records (position, trail, seq, template, said, seal) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const approve = approver(database);
  return (
    { position, trail }: { readonly position: number; readonly trail: number },
    record: AuditRecord,
    said: string,
  ): void => {
    const { template, filling } = texts.keep(said);
    insert.run(position, trail, record.seq, template, filling, record.seal);
    approve(position, record);
  };
}

/** Writes down that a record closed its request as approved: a rule may count it, so this is never behind. */
export function approver(database: DatabaseSync): (position: number, record: AuditRecord) => void {
  // One may be left of a record that somebody removed.
  const insert = database.prepare(
    "INSERT INTO approvals (consumer, position) VALUES (?, ?) ON CONFLICT DO NOTHING",
  );
  return (position, record) => {
    const { consumerSubscription: consumer } = record;
    if (consumer !== null && outcomeOf(record) === "approved") insert.run(consumer, position);
  };
}

/** Writes down how a record closed its request. */
export function closer(database: DatabaseSync, texts: Texts) {
  const insert = database.prepare(
    `INSERT INTO closings (position, template, body) VALUES (?1, ?2, ?3)
     ON CONFLICT DO UPDATE SET template = ?2, body = ?3`,
  );
  return (position: number, closing: NonNullable<ReturnType<typeof closingOf>>): void => {
    const { template, filling } = texts.keep(canonicalText(closing));
    insert.run(position, template, filling);
  };
}
