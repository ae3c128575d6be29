import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import type { AuditRecord } from "../request/record.ts";
import type { ApprovalRequest } from "../request/request.ts";
import { ownRecordTerms, ownRequestTerms, type Place, placeTerms } from "../search/terms.ts";
import { text } from "./sqlite-columns.ts";
import type { Terms } from "./sqlite-terms.ts";

const BeforeRow = z.object({ terms: z.string() });

/** A record, and where it lies. */
export interface Placed {
  readonly position: number;
  readonly record: AuditRecord;
}

/** Writes down by what requests are found, and some of their records. */
export interface Indexing {
  /** @param request as it is now; null is one that nobody can read, or that is left as it is found */
  add(trail: number, request: ApprovalRequest | null, records: readonly Placed[]): void;
  /** Inside the transaction; only then is anything found by what was added. */
  save(): void;
  /** After a transaction that was rolled back. */
  forget(): void;
}

export function indexer(database: DatabaseSync, terms: Terms): Indexing {
  const records = postingsIn(database, "record_terms", "position");
  const requests = postingsIn(database, "request_terms", "trail");
  const addRequest = requestIndexer(database, requests);
  return {
    add: (trail, request, placed) => {
      const ids = placeIdsIn(terms);
      for (const { position, record } of placed) {
        records.add(position, ids(record.requestId, record));
        records.add(position, ownRecordTerms(record).map(terms.idOf));
      }
      if (request !== null)
        addRequest(trail, [...ids(request.id, request), ...ownRequestTerms(request).map(terms.idOf)]);
    },
    save: () => {
      records.save();
      requests.save();
    },
    forget: () => {
      records.forget();
      requests.forget();
    },
  };
}

/** Where terms lead to: those of many records or requests are written term by term, which spares a statement for each. */
interface Postings {
  add(key: number, terms: readonly number[]): void;
  save(): void;
  forget(): void;
}

function postingsIn(
  database: DatabaseSync,
  table: "record_terms" | "request_terms",
  key: "position" | "trail",
): Postings {
  // One may be left of a record that somebody removed; WHERE tells the conflict's ON from a join's.
  const insert = database.prepare(
    `INSERT INTO ${table} (term, ${key}) SELECT ?, value FROM json_each(?) WHERE true ON CONFLICT DO NOTHING`,
  );
  const keysOf = new Map<number, number[]>();
  return {
    add: (key, terms) => {
      for (const term of terms) {
        const keys = keysOf.get(term);
        if (keys === undefined) keysOf.set(term, [key]);
        else keys.push(key);
      }
    },
    save: () => {
      for (const [term, keys] of keysOf) insert.run(term, `[${keys}]`);
      keysOf.clear();
    },
    forget: () => keysOf.clear(),
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

function requestIndexer(database: DatabaseSync, postings: Postings) {
  const read = database.prepare(`SELECT ${text("terms")} AS terms FROM requests WHERE trail = ?`);
  const drop = database.prepare("DELETE FROM request_terms WHERE term = ? AND trail = ?");
  const remember = database.prepare("UPDATE requests SET terms = ? WHERE trail = ?");
  return (trail: number, now: readonly number[]): void => {
    const before = idsIn(BeforeRow.safeParse(read.get(trail)).data?.terms ?? "");
    for (const id of before) if (!now.includes(id)) drop.run(id, trail);
    postings.add(
      trail,
      now.filter((id) => !before.includes(id)),
    );
    remember.run(now.join(" "), trail);
  };
}

/** Somebody may have written anything there. */
const idsIn = (terms: string): number[] => terms.split(" ").map(Number).filter(Number.isSafeInteger);
