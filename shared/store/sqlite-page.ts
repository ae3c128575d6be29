import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import * as z from "zod";
import { CursorError, type Page, type Paging } from "../search/page.ts";
import { storedRecord, storedText } from "./sqlite-columns.ts";

/** So many keys one page may look at, and so many rows it may read in vain: a page that filters costs no more. */
const MAX_LOOKS = 1_000;
const MAX_MISSES = 75;
/** How far apart a term's keys lie is told from so many. */
const SAMPLE = 64;

type Span = readonly [from: number, to: number];

/** All integers that a key may be. */
export const ALL: Span = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];

/** Rows in an order, each with a key of its own: an integer, by which pages are cut. */
export interface Rows {
  readonly table: "records" | "requests";
  readonly key: "position" | "trail" | "due";
  readonly direction: "ASC" | "DESC";
  /** Positions or trails, from the first until before the second. */
  readonly between: Span;
  /** Numbers of the terms that all of them have. */
  readonly terms: readonly number[];
}

/** Where the keys come from: the rows, or the postings of one of the terms, whichever are fewer here. */
interface Lead {
  readonly table: string;
  readonly key: string;
  readonly term: number | null;
}

const POSTINGS = { records: ["record_terms", "position"], requests: ["request_terms", "trail"] } as const;

const KeyRow = z.object({ key: z.int() });

/**
 * One page of what `parse` makes of the rows. Pages are cut by keys, so what is added meanwhile moves nothing.
 * @param parse null for what does not belong there
 */
export function page<T>(
  database: DatabaseSync,
  rows: Rows,
  { limit, cursor }: Paging,
  parse: (row: unknown) => T | null,
): Page<T> {
  const isDown = rows.direction === "DESC";
  const [, id] = POSTINGS[rows.table];
  const span = restOf(rows.key === id ? rows.between : ALL, cursor === null ? null : keyIn(cursor), isDown);
  const lead = leadOf(database, rows, span);
  const end = nth(database, lead, rows.direction, span, MAX_LOOKS);
  const looked: Span = end === null ? span : isDown ? [end, span[1]] : [span[0], end + 1];

  const items: T[] = [];
  let [misses, last] = [0, 0];
  for (const row of matching(database, rows, lead, looked)) {
    if (items.length === limit || misses === MAX_MISSES) return { items, nextCursor: cursorOf(last) };
    const item = parse(row);
    if (item === null) misses++;
    else items.push(item);
    last = KeyRow.parse(row).key;
  }
  return { items, nextCursor: end === null ? null : cursorOf(end) };
}

/** What is left of a span after a key. */
function restOf([from, to]: Span, after: number | null, isDown: boolean): Span {
  if (after === null) return [from, to];
  return isDown ? [from, Math.min(to, after)] : [Math.max(from, after + 1), to];
}

/** The rows that have all terms, in their order. */
function matching(
  database: DatabaseSync,
  { table, direction, terms, between }: Rows,
  lead: Lead,
  looked: Span,
): Iterable<unknown> {
  const [postings, id] = POSTINGS[table];
  const values: SQLInputValue[] = [...looked];
  const clauses = [`lead.${lead.key} >= ?`, `lead.${lead.key} < ?`];
  if (lead.key !== id) {
    clauses.push(`lead.${id} >= ?`, `lead.${id} < ?`);
    values.push(...between);
  }
  if (lead.term !== null) {
    clauses.push("lead.term = ?");
    values.push(lead.term);
  }
  for (const term of terms) {
    if (term === lead.term) continue;
    clauses.push(`EXISTS (SELECT 1 FROM ${postings} WHERE term = ? AND ${id} = lead.${id})`);
    values.push(term);
  }
  const join = lead.table === table ? "" : `CROSS JOIN ${table} AS found ON found.${id} = lead.${id}`;
  const from = lead.table === table ? "lead" : "found";
  const columns = table === "records" ? storedRecord(from) : storedText("body", from);
  return database
    .prepare(
      `SELECT lead.${lead.key} AS key, ${columns} FROM ${lead.table} AS lead ${join}
       WHERE ${clauses.join(" AND ")} ORDER BY lead.${lead.key} ${direction}`,
    )
    .iterate(...values);
}

/** The rarest of the terms where the page begins, so that few keys are looked at in vain. */
function leadOf(database: DatabaseSync, rows: Rows, span: Span): Lead {
  const { table, key, direction, terms } = rows;
  const [postings, id] = POSTINGS[table];
  const all: Lead = { table, key, term: null };
  if (terms.length === 0 || key !== id) return all;
  const leads = terms.map((term) => ({ table: postings, key: id, term }));
  if (leads.length === 1) return leads[0] ?? all;
  const distances = leads.map((lead) => {
    const sample = nth(database, lead, direction, span, SAMPLE);
    if (sample === null) return Number.POSITIVE_INFINITY;
    return direction === "DESC" ? span[1] - sample : sample - span[0];
  });
  return leads[distances.indexOf(Math.max(...distances))] ?? all;
}

/** The n-th key of a span; null when there are not so many. */
function nth(
  database: DatabaseSync,
  { table, key, term }: Lead,
  direction: "ASC" | "DESC",
  [from, to]: Span,
  n: number,
): number | null {
  const ofTerm = term === null ? "" : "term = ? AND";
  const row = database
    .prepare(
      `SELECT ${key} AS key FROM ${table} WHERE ${ofTerm} ${key} >= ? AND ${key} < ?
       ORDER BY ${key} ${direction} LIMIT 1 OFFSET ?`,
    )
    .get(...(term === null ? [] : [term]), from, to, n - 1);
  return row === undefined ? null : KeyRow.parse(row).key;
}

const cursorOf = (key: number): string => Buffer.from(`after ${key}`).toString("base64url");

/** The key after which the next page begins. */
function keyIn(cursor: string): number {
  const text = Buffer.from(cursor, "base64url").toString("latin1");
  const key = Number(/^after (-?\d{1,16})$/.exec(text)?.[1]);
  if (cursorOf(key) !== cursor) throw new CursorError("The cursor is not one that an earlier page gave.");
  return key;
}
