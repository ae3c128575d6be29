import type { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import * as z from "zod";
import type { Instant } from "../connection/connection.ts";
import { jsonIn } from "../request/json.ts";
import { recordIn } from "../request/record.ts";
import { Closing } from "../search/closing.ts";
import type { Page } from "../search/page.ts";
import type { RecordQuery, RequestQuery, Search } from "../search/port.ts";
import {
  type RecordSummary,
  type RequestSummary,
  recordSummary,
  requestSummary,
} from "../search/summaries.ts";
import { storedText } from "./sqlite-columns.ts";
import { ALL, page, type Rows } from "./sqlite-page.ts";
import { positionOf } from "./sqlite-position.ts";
import { requestReader } from "./sqlite-requests.ts";
import { termFinder } from "./sqlite-terms.ts";
import { type Texts, textsIn } from "./sqlite-texts.ts";

const RecordRow = z.object({ template: z.int().nullable(), said: z.string(), seal: z.string() });
const ClosingRow = z.object({ position: z.int(), template: z.int().nullable(), body: z.string() });

const BY_MOMENT = { table: "records", key: "position", direction: "DESC" } as const;

/** In which order requests are listed. */
const ORDERS = {
  newest: { table: "requests", key: "trail", direction: "DESC" },
  oldest: { table: "requests", key: "trail", direction: "ASC" },
  deadline: { table: "requests", key: "due", direction: "ASC" },
} as const;

const NOTHING = [0, 0] as const;

/** So many closings at a time are read; others get their turn in between. */
const AT_A_TIME = 1_000;

/**
 * What people ask the store. Terms lead to rows; what a row itself says decides whether it belongs there.
 * @param catchUp brings what is searched up to date, where that is for this process to do
 */
export function searchIn(database: DatabaseSync, catchUp: () => void = () => undefined): Search {
  const texts = textsIn(database);
  const find = termFinder(database);
  const posting = database.prepare("SELECT 1 FROM record_terms WHERE term = ? LIMIT 1");

  const pageOf = <T>(
    order: Pick<Rows, "table" | "key" | "direction">,
    { terms, from, to, ...paging }: RecordQuery,
    parse: (row: unknown) => T | null,
  ): Page<T> => {
    catchUp();
    const found = [...new Set(terms)].map(find);
    const known = found.filter((number) => number !== null);
    // What has a term that nothing has is nothing; the cursor is looked at all the same.
    const between = known.length < found.length ? NOTHING : spanOf(from, to);
    return page(database, { ...order, between, terms: known }, paging, parse);
  };

  return {
    records: async (query) => pageOf(BY_MOMENT, query, recordParser(texts)),
    requests: async ({ by, matches, ...query }) =>
      pageOf(ORDERS[by], query, requestParser(texts, matches ?? (() => true))),
    knows: async (term) => {
      catchUp();
      const number = find(term);
      return number !== null && posting.get(number) !== undefined;
    },
    closings: closingsIn(database, texts),
  };
}

const spanOf = (from: Instant | undefined, to: Instant | undefined): Rows["between"] => [
  from === undefined ? ALL[0] : positionOf(from),
  to === undefined ? ALL[1] : positionOf(to),
];

const recordParser =
  (texts: Texts) =>
  (row: unknown): RecordSummary | null => {
    const { seal, template, said } = RecordRow.parse(row);
    const record = recordIn({ said: texts.read({ template, filling: said }), seal });
    return record && recordSummary(record);
  };

function requestParser(
  texts: Texts,
  matches: NonNullable<RequestQuery["matches"]>,
): (row: unknown) => RequestSummary | null {
  const requestIn = requestReader(texts);
  return (row) => {
    const request = requestIn(row);
    const summary = request && requestSummary(request);
    return summary !== null && matches(summary) ? summary : null;
  };
}

function closingsIn(database: DatabaseSync, texts: Texts): Search["closings"] {
  const read = database.prepare(
    `SELECT position, ${storedText("body")} FROM closings
     WHERE position >= ? AND position < ? ORDER BY position LIMIT ?`,
  );
  return async function* (from, to) {
    for (let start = positionOf(from); ; await setImmediate()) {
      const rows = read.all(start, positionOf(to), AT_A_TIME).map((row) => ClosingRow.parse(row));
      for (const row of rows) {
        const { data } = Closing.safeParse(jsonIn(texts.read({ template: row.template, filling: row.body })));
        if (data !== undefined) yield data;
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < AT_A_TIME) return;
      start = last.position + 1;
    }
  };
}
