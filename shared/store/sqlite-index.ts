import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import type { AuditRecord } from "../request/record.ts";
import type { ApprovalRequest } from "../request/request.ts";
import { happeningTerms, type Place, placeTerms, standingTerms } from "../search/terms.ts";
import { text } from "./sqlite-columns.ts";
import type { Terms } from "./sqlite-terms.ts";

const BeforeRow = z.object({ terms: z.string() });

/** A record, and where it lies. */
export interface Placed {
  readonly position: number;
  readonly record: AuditRecord;
}

/** Writes down by what a request is found as it is now, and some of its records; null is one that nobody can read. */
export function indexer(
  database: DatabaseSync,
  terms: Terms,
): (trail: number, request: ApprovalRequest | null, records: readonly Placed[]) => void {
  const indexRecord = recordIndexer(database);
  const indexRequest = requestIndexer(database);
  return (trail, request, records) => {
    const ids = placeIdsIn(terms);
    for (const { position, record } of records)
      indexRecord(position, [...ids(record.requestId, record), ...happeningTerms(record).map(terms.idOf)]);
    if (request !== null)
      indexRequest(trail, [...ids(request.id, request), ...standingTerms(request).map(terms.idOf)]);
  };
}

/** The numbers of a place, which a request and all its records share: they are looked up once. */
function placeIdsIn(terms: Terms): (id: string, place: Place) => readonly number[] {
  const known: { readonly id: string; readonly place: Place; readonly ids: readonly number[] }[] = [];
  return (id, place) => {
    const there = known.find((one) => one.id === id && isSamePlace(one.place, place));
    if (there !== undefined) return there.ids;
    const ids = [...new Set(placeTerms(id, place))].map(terms.idOf);
    known.push({ id, place, ids });
    return ids;
  };
}

const isSamePlace = (one: Place, other: Place): boolean =>
  one.connectionId === other.connectionId &&
  one.clusterId === other.clusterId &&
  one.privateEndpointId === other.privateEndpointId &&
  one.consumerSubscription === other.consumerSubscription;

function recordIndexer(database: DatabaseSync) {
  // One may be left of a record that somebody removed.
  const insert = database.prepare(
    "INSERT INTO record_terms (term, position) VALUES (?, ?) ON CONFLICT DO NOTHING",
  );
  return (position: number, ids: readonly number[]): void => {
    for (const id of ids) insert.run(id, position);
  };
}

function requestIndexer(database: DatabaseSync) {
  const read = database.prepare(`SELECT ${text("terms")} AS terms FROM requests WHERE trail = ?`);
  const drop = database.prepare("DELETE FROM request_terms WHERE term = ? AND trail = ?");
  const insert = database.prepare(
    "INSERT INTO request_terms (term, trail) VALUES (?, ?) ON CONFLICT DO NOTHING",
  );
  const remember = database.prepare("UPDATE requests SET terms = ? WHERE trail = ?");
  return (trail: number, now: readonly number[]): void => {
    const before = idsIn(BeforeRow.safeParse(read.get(trail)).data?.terms ?? "");
    for (const id of before) if (!now.includes(id)) drop.run(id, trail);
    for (const id of now) if (!before.includes(id)) insert.run(id, trail);
    remember.run(now.join(" "), trail);
  };
}

/** Somebody may have written anything there. */
const idsIn = (terms: string): number[] => terms.split(" ").map(Number).filter(Number.isSafeInteger);
