import type { Instant } from "../connection/connection.ts";
import type { Closing } from "./closing.ts";
import type { Page, Paging } from "./page.ts";
import type { RecordSummary, RequestSummary } from "./summaries.ts";
import type { Term } from "./terms.ts";

export interface RecordQuery extends Paging {
  /** All of them must meet; none means every record. */
  readonly terms: readonly Term[];
  /** Not before. */
  readonly from?: Instant | undefined;
  /** Before. */
  readonly to?: Instant | undefined;
}

export interface RequestQuery extends Paging {
  /** All of them must meet; none means every request. */
  readonly terms: readonly Term[];
  /** Received not before. */
  readonly from?: Instant | undefined;
  /** Received before. */
  readonly to?: Instant | undefined;
  /** Received last first; received first first; or, of those that wait for people, the nearest deadline first. */
  readonly by: "newest" | "oldest" | "deadline";
  /** What no term says. */
  readonly matches?: ((request: RequestSummary) => boolean) | undefined;
}

/**
 * What people ask. It may be behind what was appended for a moment, and is never what a decision stands on. However long
 * the trails are, a page costs no more than a fixed number of rows; where these are not enough it is short, and says where
 * it goes on.
 */
export interface Search {
  /** Newest first, by `at`. Throws a `CursorError` when the cursor is not one of ours. */
  records(query: RecordQuery): Promise<Page<RecordSummary>>;

  /** Throws a `CursorError` when the cursor is not one of ours. */
  requests(query: RequestQuery): Promise<Page<RequestSummary>>;

  /** Whether any record meets a term. */
  knows(term: Term): Promise<boolean>;

  /** How requests ended, oldest first, from `from` until before `to`. */
  closings(from: Instant, to: Instant): AsyncIterable<Closing>;
}
