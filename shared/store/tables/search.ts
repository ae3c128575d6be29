import type { Instant } from "../../connection/connection.ts";
import { jsonIn } from "../../request/json.ts";
import { Closing } from "../../search/closing.ts";
import { CursorError, type Page, type Paging } from "../../search/page.ts";
import type { RequestQuery, Search } from "../../search/port.ts";
import { RecordSummary, RequestSummary } from "../../search/summaries.ts";
import type { Term } from "../../search/terms.ts";
import { ascending, descending, END, hashOf, keyOf } from "./keys.ts";
import { meets, mostSelective, postingOf } from "./postings.ts";
import { EVERYTHING, KINDS } from "./rows.ts";
import type { StoredRow } from "./table.ts";
import type { Views } from "./views.ts";

/** A page looks at no more rows; where these are not enough it is short. */
const MAX_LOOKS = 1_000;

/** What people ask. */
export function searchIn(views: Views): Search {
  return {
    records: async ({ terms, from, to, limit, cursor }) => {
      const prefix = keyOf(KINDS.record, driverOf(terms));
      const parse = (row: StoredRow) => summaryIn(RecordSummary, row);
      return page(views, { prefix, ...spanBackwards(from, to), terms, parse }, { limit, cursor });
    },
    requests: async ({ terms, from, to, by, matches, limit, cursor }: RequestQuery) => {
      const parse = (row: StoredRow) => {
        const summary = summaryIn(RequestSummary, row);
        if (summary === null || !(matches?.(summary) ?? true)) return null;
        return isWithin(summary.receivedAt, from, to) ? summary : null;
      };
      const span = { newest: spanBackwards(from, to), oldest: spanForwards(from, to), deadline: WHOLE }[by];
      const prefix = keyOf(KINDS[by], by === "newest" ? driverOf(terms) : sortedDriverOf(terms, by));
      return page(views, { prefix, ...span, terms, parse }, { limit, cursor });
    },
    knows: async (term) => {
      const { items } = await page(
        views,
        {
          prefix: keyOf(KINDS.record, postingOf(term)),
          ...WHOLE,
          terms: [term],
          parse: (row) => row,
        },
        { limit: 1, cursor: null },
      );
      return items.length > 0;
    },
    closings: async function* (from, to) {
      const prefix = `${KINDS.closing}!`;
      const range = { after: prefix + ascending(from), before: prefix + ascending(to) };
      for await (const { closing } of views.between(range)) {
        const { data } = Closing.safeParse(jsonIn(String(closing)));
        if (data !== undefined) yield data;
      }
    },
  };
}

/** Of which term the rows are looked through. */
function driverOf(terms: readonly Term[]): string {
  const term = mostSelective(terms);
  return term === undefined ? EVERYTHING : postingOf(term);
}

/** In other orders than newest first there are rows for fewer terms. */
function sortedDriverOf(terms: readonly Term[], by: "oldest" | "deadline"): string {
  const state = by === "oldest" ? terms.find((term) => term.startsWith("state:")) : undefined;
  return state === undefined ? EVERYTHING : hashOf(state);
}

interface Span {
  /** Before every moment that is meant, as keys are ordered. */
  readonly after: string;
  readonly before: string;
}

const WHOLE: Span = { after: "", before: END };

const spanBackwards = (from: Instant | undefined, to: Instant | undefined): Span => ({
  after: to === undefined ? "" : descending(to) + END,
  before: from === undefined ? END : descending(from) + END,
});

const spanForwards = (from: Instant | undefined, to: Instant | undefined): Span => ({
  after: from === undefined ? "" : ascending(from),
  before: to === undefined ? END : ascending(to),
});

const isWithin = (at: Instant, from: Instant | undefined, to: Instant | undefined): boolean =>
  (from === undefined || Date.parse(at) >= Date.parse(from)) &&
  (to === undefined || Date.parse(at) < Date.parse(to));

interface Listing<T> extends Span {
  readonly prefix: string;
  readonly terms: readonly Term[];
  parse(row: StoredRow): T | null;
}

/** One page. Pages are cut by keys, so what is added meanwhile moves nothing. */
async function page<T>(
  views: Views,
  { prefix, after, before, terms, parse }: Listing<T>,
  { limit, cursor }: Paging,
): Promise<Page<T>> {
  const start = cursor === null ? after : later(after, placeOf(cursor));
  const range = { after: `${prefix}!${start}`, before: `${prefix}!${before}` };
  const items: T[] = [];
  let [looks, last] = [0, ""];
  // With one term, nearly each row is an item.
  const pageSize = terms.length > 1 ? MAX_LOOKS / 4 : Math.ceil(limit / 2) + 1;
  for await (const row of views.between(range, pageSize)) {
    const item = meets(String(row.terms), terms) ? parse(row) : null;
    if (item !== null && items.length === limit) return { items, nextCursor: cursorOf(last) };
    last = row.rowKey.slice(prefix.length + 1);
    if (item !== null) items.push(item);
    if (++looks === MAX_LOOKS) return { items, nextCursor: cursorOf(last) };
  }
  return { items, nextCursor: null };
}

const later = (one: string, other: string): string => (one > other ? one : other);

function summaryIn<T>(
  schema: { safeParse(value: unknown): { data?: T | undefined } },
  row: StoredRow,
): T | null {
  return schema.safeParse(jsonIn(String(row.summary))).data ?? null;
}

const cursorOf = (place: string): string => Buffer.from(place).toString("base64url");

/** A moment, a request and, where it is about records, a number. */
const PLACE = /^\d{15}!pec-[0-9a-f]{32}(!\d{10})?$/;

/** The place after which the next page begins. */
function placeOf(cursor: string): string {
  const place = Buffer.from(cursor, "base64url").toString("latin1");
  if (!PLACE.test(place) || cursorOf(place) !== cursor)
    throw new CursorError("The cursor is not one that an earlier page gave.");
  return place;
}
