import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import type { AuditRecord } from "../request/record.ts";
import type { ApprovalRequest } from "../request/request.ts";
import { happeningTerms, placeTerms, requestTerms } from "../search/terms.ts";
import { text } from "./sqlite-columns.ts";
import type { Terms } from "./sqlite-terms.ts";

const BeforeRow = z.object({ terms: z.string() });

/** A record, and where it lies. */
export interface Placed {
  readonly position: number;
  readonly record: AuditRecord;
}

/** Writes down by what the records of one request are found. */
export function recordIndexer(database: DatabaseSync, terms: Terms): (records: readonly Placed[]) => void {
  // One may be left of a record that somebody removed.
  const insert = database.prepare(
    "INSERT INTO record_terms (term, position) VALUES (?, ?) ON CONFLICT DO NOTHING",
  );
  return (records) => {
    let before: AuditRecord | null = null;
    let placeIds: readonly number[] = [];
    for (const { position, record } of records) {
      if (before === null || !isOfOnePlace(before, record))
        placeIds = placeTerms(record.requestId, record).map(terms.idOf);
      before = record;
      for (const id of placeIds) insert.run(id, position);
      for (const term of happeningTerms(record)) insert.run(terms.idOf(term), position);
    }
  };
}

const isOfOnePlace = (one: AuditRecord, other: AuditRecord): boolean =>
  one.requestId === other.requestId &&
  one.connectionId === other.connectionId &&
  one.clusterId === other.clusterId &&
  one.privateEndpointId === other.privateEndpointId &&
  one.consumerSubscription === other.consumerSubscription;

/** Writes down by what a request is found as it is now. */
export function requestIndexer(
  database: DatabaseSync,
  terms: Terms,
): (trail: number, request: ApprovalRequest) => void {
  const read = database.prepare(`SELECT ${text("terms")} AS terms FROM requests WHERE trail = ?`);
  const drop = database.prepare("DELETE FROM request_terms WHERE term = ? AND trail = ?");
  const insert = database.prepare(
    "INSERT INTO request_terms (term, trail) VALUES (?, ?) ON CONFLICT DO NOTHING",
  );
  const remember = database.prepare("UPDATE requests SET terms = ? WHERE trail = ?");
  return (trail, request) => {
    const before = idsIn(BeforeRow.safeParse(read.get(trail)).data?.terms ?? "");
    const now = requestTerms(request).map(terms.idOf);
    for (const id of before) if (!now.includes(id)) drop.run(id, trail);
    for (const id of now) if (!before.includes(id)) insert.run(id, trail);
    remember.run(now.join(" "), trail);
  };
}

/** Somebody may have written anything there. */
const idsIn = (terms: string): number[] => terms.split(" ").map(Number).filter(Number.isSafeInteger);
