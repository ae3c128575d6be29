import * as z from "zod";
import { ListedRequest, RecordSummary } from "../search/summaries.ts";
import type { Api } from "./api.ts";
import { NoAnswer } from "./problems.ts";

/** The API's longest page. */
const PAGE = 200;

/** So many the app's longest list has not; what answers at an address need not be the app. */
const MAX_PAGES = 10_000;

/** What a list shows, and whether there is more. */
export interface Listing<T> {
  readonly items: readonly T[];
  readonly hasMore: boolean;
  /** Why nothing was found, where the app knows. */
  readonly hint: string | null;
}

const cursor = { nextCursor: z.string().nullable(), hint: z.string().optional() };
const Requests = z.object({ requests: z.array(ListedRequest), ...cursor });
const Records = z.object({ records: z.array(RecordSummary), ...cursor });

type Query = Readonly<Record<string, string | undefined>>;

/** The first requests that a query finds. */
export const firstRequests = (api: Api, query: Query, limit: number): Promise<Listing<ListedRequest>> =>
  first(limit, async (paging) => {
    const { requests, ...rest } = await api.get(`requests?${queryOf(query, paging)}`, Requests);
    return { items: requests, ...rest };
  });

/** The first records that a query finds. */
export const firstRecords = (api: Api, query: Query, limit: number): Promise<Listing<RecordSummary>> =>
  first(limit, async (paging) => {
    const { records, ...rest } = await api.get(`audit?${queryOf(query, paging)}`, Records);
    return { items: records, ...rest };
  });

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
  readonly hint?: string | undefined;
}

/** Pages may be short, even empty, and not be the last. @throws NoAnswer */
async function first<T>(limit: number, pageAt: (paging: Query) => Promise<Page<T>>): Promise<Listing<T>> {
  const items: T[] = [];
  let next: string | null = null;
  let hint: string | null = null;
  let pages = 0;
  do {
    if (++pages > MAX_PAGES)
      throw new NoAnswer("The list does not end. Compare the address, or ask for less.");
    const page = await pageAt({
      limit: String(Math.min(limit - items.length, PAGE)),
      ...(next === null ? {} : { cursor: next }),
    });
    items.push(...page.items);
    next = page.nextCursor;
    hint ??= page.hint ?? null;
  } while (next !== null && items.length < limit);
  return { items, hasMore: next !== null, hint };
}

function queryOf(query: Query, paging: Query): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, ...paging }))
    if (value !== undefined) parameters.set(name, value);
  return parameters;
}
