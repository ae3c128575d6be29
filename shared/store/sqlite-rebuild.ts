import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { requestText, sumOf } from "../request/life.ts";
import { type AuditRecord, recordIn } from "../request/record.ts";
import type { ApprovalRequest } from "../request/request.ts";
import { closingOf } from "../search/closing.ts";
import { storedRecord, whole } from "./sqlite-columns.ts";
import { indexer, type Placed } from "./sqlite-index.ts";
import { requestPutter } from "./sqlite-put.ts";
import { approver, closer } from "./sqlite-taker.ts";
import { termsIn } from "./sqlite-terms.ts";
import { textsIn } from "./sqlite-texts.ts";

const TrailRow = z.object({ number: z.int() });
const RecordRow = z.object({
  position: z.int(),
  template: z.int().nullable(),
  said: z.string(),
  seal: z.string(),
});

/** What follows from the records; not what people have not been told yet. */
const FROM_RECORDS = [
  "requests",
  "terms",
  "last_term",
  "request_terms",
  "record_terms",
  "approvals",
  "closings",
] as const;

/**
 * Writes everything anew that follows from the records, in one act: whoever searches meanwhile finds what was there before.
 * Records that make no request are left out.
 * @param told hears how many requests are done
 */
export function rebuildIn(database: DatabaseSync, told: (requests: number) => void): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    rewrite(database, told);
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function rewrite(database: DatabaseSync, told: (requests: number) => void): void {
  for (const table of FROM_RECORDS) database.exec(`DELETE FROM ${table}`);
  const read = database.prepare(
    `SELECT ${whole("position")} AS position, ${storedRecord()} FROM records WHERE trail = ? ORDER BY seq`,
  );
  const [texts, terms] = [textsIn(database), termsIn(database)];
  const put = requestPutter(database, texts);
  const [approve, close] = [approver(database), closer(database, texts)];
  const indexing = indexer(database, terms);
  const numbers = database
    .prepare(`SELECT ${whole("number")} AS number FROM trails ORDER BY trails.number`)
    .all();
  for (const [done, row] of numbers.entries()) {
    const { number } = TrailRow.parse(row);
    const found: readonly Placed[] = read.all(number).flatMap((one) => {
      const { position, template, said, seal } = RecordRow.parse(one);
      const record = recordIn({ said: texts.read({ template, filling: said }), seal });
      return record === null ? [] : [{ position, record }];
    });
    for (const { position, record } of found) approve(position, record);
    const records = found.map(({ record }) => record);
    const request = sumIn(records);
    if (request !== null) put(number, { request, requestSaid: requestText(request), requestSeal: null });
    indexing.add(number, request, found);
    indexing.save();
    for (const [at, { position, record }] of found.entries()) {
      const then = sumIn(records.slice(0, at + 1));
      const closing = then && closingOf({ records: [record], request: then });
      if (closing) close(position, closing);
    }
    told(done + 1);
  }
  terms.save();
}

/** The request that records make; null when they make none, because somebody wrote into the store. */
function sumIn(records: readonly AuditRecord[]): ApprovalRequest | null {
  try {
    return sumOf(records);
  } catch {
    return null;
  }
}
