import type { RecordQuery, RequestQuery, Search } from "../../../shared/search/port.ts";
import type { RecordSummary, RequestSummary } from "../../../shared/search/summaries.ts";
import { allOf } from "./store-under-test.ts";

/** All records that a query finds, page by page. */
export const recordsOf = (search: Search, query: Partial<RecordQuery>, limit = 2): Promise<RecordSummary[]> =>
  allOf((cursor) => search.records({ terms: [], ...query, limit, cursor }));

/** All requests that a query finds, page by page. */
export const requestsOf = (
  search: Search,
  query: Partial<RequestQuery>,
  limit = 2,
): Promise<RequestSummary[]> =>
  allOf((cursor) => search.requests({ terms: [], by: "newest", ...query, limit, cursor }));

export const keyOf = ({ requestId, seq }: RecordSummary): string => `${requestId} ${seq}`;
