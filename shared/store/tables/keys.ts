import { createHash } from "node:crypto";
import { type Instant, RequestId } from "../../connection/connection.ts";

/** The last moment that four digits of a year can say, in ms since the epoch. */
const LAST_MS = Date.parse("9999-12-31T23:59:59.999Z");
const DIGITS = 15;

/** A moment as part of a key: later ones come later. */
export const ascending = (at: Instant): string => digits(Date.parse(at));

/** A moment as part of a key: later ones come first, since tables are only read forwards. */
export const descending = (at: Instant): string => digits(LAST_MS - Date.parse(at));

const digits = (ms: number): string => String(Math.min(Math.max(ms, 0), LAST_MS)).padStart(DIGITS, "0");

const MAX_SEQ = 9_999_999_999;
export const seqKey = (seq: number): string => String(seq).padStart(10, "0");
export const seqDescending = (seq: number): string => seqKey(MAX_SEQ - seq);

/**
 * What stands for a text in a key: its length is fixed, and all its characters are allowed, whatever the text is. Nobody
 * finds two texts with the same 132 bits of SHA-256.
 * @see https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model#property-limitations
 */
export const hashOf = (text: string): string =>
  createHash("sha256").update(text).digest("base64url").slice(0, 22);

/** Comes after everything that a key holds. */
export const END = "~";

/** A part of a key that nothing in it can hold. */
export const keyOf = (...parts: readonly string[]): string => parts.join("!");

/**
 * What finds requests is spread over so many partitions, each of which the service promises 2,000 rows a second. Another
 * number wants the views to be rebuilt.
 * @see https://learn.microsoft.com/azure/storage/tables/scalability-targets
 */
const SHARDS = 4;
export const ALL_SHARDS: readonly string[] = Array.from({ length: SHARDS }, (_none, n) => `shard-${n}`);

/** Where the rows of a request are: all in one partition, so that they change in one act. */
export const shardOf = (id: RequestId): string => `shard-${Number.parseInt(id.at(-1) ?? "0", 16) % SHARDS}`;

/** A request's id out of a key; null when somebody wrote something else there. */
export const requestIdIn = (part: string | undefined): RequestId | null =>
  RequestId.safeParse(part).data ?? null;
