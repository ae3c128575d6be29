import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import * as z from "zod";
import { type Instant, instant } from "../connection/connection.ts";
import { jsonIn } from "../request/json.ts";
import { recordIn } from "../request/record.ts";
import { Closing } from "../search/closing.ts";
import { CursorError, type Page, type Paging } from "../search/page.ts";
import type { RequestQuery, Search } from "../search/port.ts";
import { recordSummary, requestSummary } from "../search/summaries.ts";
import type { Term } from "../search/terms.ts";
import { requestIn } from "./sqlite-reader.ts";

const KeyRow = z.object({ key: z.string(), position: z.int() });
const RecordRow = z.object({ said: z.string(), seal: z.string() });
const BodyRow = z.object({ body: z.string() });

/** In which order requests are listed. */
const ORDERS = {
  newest: { column: "received_at", direction: "DESC" },
  oldest: { column: "received_at", direction: "ASC" },
  deadline: { column: "deadline", direction: "ASC" },
} as const;

/** What people ask the store. */
export function searchIn(database: DatabaseSync): Search {
  const knows = database.prepare("SELECT 1 FROM record_terms WHERE term = ? LIMIT 1");
  const closings = database.prepare(
    "SELECT body FROM closings WHERE at >= ? AND at < ? ORDER BY at, position",
  );
  return {
    records: async ({ terms, from, to, ...paging }) =>
      page(
        database,
        {
          table: "records",
          order: { column: "at", direction: "DESC" },
          terms: { table: "record_terms", all: terms },
          moments: { column: "at", from, to },
          parse: (row) => {
            const record = recordIn(RecordRow.parse(row));
            return record && recordSummary(record);
          },
        },
        paging,
      ),
    requests: async ({ terms, from, to, by, matches, ...paging }: RequestQuery) =>
      page(
        database,
        {
          table: "requests",
          order: ORDERS[by],
          terms: { table: "request_terms", all: terms },
          moments: { column: "received_at", from, to },
          parse: (row) => {
            const request = requestIn(row);
            const summary = request && requestSummary(request);
            return summary !== null && (matches?.(summary) ?? true) ? summary : null;
          },
        },
        paging,
      ),
    knows: async (term) => knows.get(term) !== undefined,
    closings: async function* (from, to) {
      for (const row of closings.iterate(canonical(from), canonical(to))) {
        const { data } = Closing.safeParse(jsonIn(BodyRow.parse(row).body));
        if (data !== undefined) yield data;
      }
    },
  };
}

interface Listing<T> {
  readonly table: "records" | "requests";
  readonly order: { readonly column: string; readonly direction: "ASC" | "DESC" };
  readonly terms: { readonly table: "record_terms" | "request_terms"; readonly all: readonly Term[] };
  readonly moments: {
    readonly column: string;
    readonly from?: Instant | undefined;
    readonly to?: Instant | undefined;
  };
  parse(row: unknown): T | null;
}

/** One page. Pages are cut by moment and position, so what is added meanwhile moves nothing. */
function page<T>(
  database: DatabaseSync,
  { table, order: { column, direction }, terms, moments, parse }: Listing<T>,
  { limit, cursor }: Paging,
): Page<T> {
  const clauses = [`${column} IS NOT NULL`];
  const values: SQLInputValue[] = [];
  const add = (clause: string, ...given: readonly SQLInputValue[]) => {
    clauses.push(clause);
    values.push(...given);
  };
  if (cursor !== null)
    add(`(${column}, position) ${direction === "DESC" ? "<" : ">"} (?, ?)`, ...placeOf(cursor));
  if (moments.from !== undefined) add(`${moments.column} >= ?`, canonical(moments.from));
  if (moments.to !== undefined) add(`${moments.column} < ?`, canonical(moments.to));
  for (const term of terms.all) add(`position IN (SELECT position FROM ${terms.table} WHERE term = ?)`, term);
  const sql = `SELECT *, ${column} AS key FROM ${table} WHERE ${clauses.join(" AND ")}
    ORDER BY ${column} ${direction}, position ${direction} LIMIT ?`;
  const found = database.prepare(sql).all(...values, limit + 1);
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = found.length > limit && last !== undefined ? cursorOf(KeyRow.parse(last)) : null;
  return { items: shown.flatMap((row) => parse(row) ?? []), nextCursor };
}

/** As moments are written, since they are compared as text: `09:00:00Z` would come after `09:00:00.500Z`. */
const canonical = (at: Instant): Instant => instant(Date.parse(at));

const cursorOf = ({ key, position }: z.infer<typeof KeyRow>): string =>
  Buffer.from(`${key} ${position}`).toString("base64url");

/** The place after which the next page begins. */
function placeOf(cursor: string): [key: string, position: number] {
  const match = /^(\S{20,30}) (\d{1,15})$/.exec(Buffer.from(cursor, "base64url").toString("latin1"));
  const [, key = "", position = ""] = match ?? [];
  if (cursorOf({ key, position: Number(position) }) !== cursor)
    throw new CursorError("The cursor is not one that an earlier page gave.");
  return [key, Number(position)];
}
