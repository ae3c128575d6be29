import type { Instant, RequestId } from "../connection/connection.ts";
import type { StoredRecord } from "../request/store.ts";

/** The trails as they are stored, for those who look whether nothing was done to them. */
export interface Trails {
  /** The requests that have records, in the order of their ids, those after `after`; at most `limit`. */
  ids(after: RequestId | null, limit: number): Promise<readonly RequestId[]>;

  /** The requests to which something was added from a moment until before another; each once, and some too many. */
  changed(from: Instant, to: Instant): AsyncIterable<RequestId>;

  /** The records of a request, oldest first, before anybody looked whether they fit together. */
  records(id: RequestId): Promise<readonly StoredRecord[]>;
}

/** Where digests are kept: each is written once, and nobody, not even the owner of the place, is to change it. */
export interface DigestStore {
  /** The numbers of those that are there, from 1 on, in order. */
  numbers(): Promise<readonly number[]>;

  /** What a digest says; null when there is none of this number. */
  read(number: number): Promise<string | null>;

  /** Writes it unless there is one of this number; false when there is. */
  write(number: number, text: string): Promise<boolean>;
}
