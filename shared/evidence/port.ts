import type { Instant, RequestId } from "../connection/connection.ts";
import type { SealedWhole, StoredRecord } from "../request/store.ts";

/** The trails as they are stored, for those who look whether nothing was done to them. */
export interface Trails {
  /**
   * Under what there are records, or a request, in the order of these ids, those after `after`; at most `limit`. Somebody
   * may have put in what is no request's id.
   */
  ids(after: string | null, limit: number): Promise<readonly string[]>;

  /** The requests to which something was added from a moment until before another; each once, and some too many. */
  changed(from: Instant, to: Instant): AsyncIterable<RequestId>;

  /**
   * What is stored under each of some ids, in their order, each at one moment. They are read together, which takes a part of
   * the time of one after the other; a request is read when it is asked for.
   */
  wholes(ids: readonly string[]): AsyncIterable<SealedWhole>;

  /** The records of a request, oldest first, before anybody looked whether they fit together. */
  records(id: RequestId): Promise<readonly StoredRecord[]>;
}

/** Where digests are kept: each is written once, and nobody, not even the owner of the place, is to change it. */
export interface DigestStore {
  /** The numbers of those that are there, in order. */
  numbers(): Promise<readonly number[]>;

  /** What a digest says; null when there is none of this number. */
  read(number: number): Promise<string | null>;

  /** Writes it unless there is one of this number: false when there is another one. The same one may be written twice. */
  write(number: number, text: string): Promise<boolean>;
}
