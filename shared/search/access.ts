import * as z from "zod";
import { Instant } from "../connection/connection.ts";
import { Person } from "../request/terms.ts";
import type { Page, Paging } from "./page.ts";

/** That somebody read the trails, or did what shows something to others: made a link, had channels tried. */
export const Access = z
  .object({
    at: Instant,
    person: Person,
    /** What they did, as the API calls it: its operation's id. */
    operation: z.string(),
    /** What they asked for, as in the query, and the request that they opened. */
    query: z.record(z.string(), z.string()),
    /** How many records or requests they were shown, links they made, or channels they had tried. */
    count: z.int().min(0),
  })
  .meta({ id: "Access" });
export type Access = z.infer<typeof Access>;

/** The request that somebody opened or looked for by its id, in lower case; null where they did neither. */
export const requestOf = ({ query: { id, request } }: Pick<Access, "query">): string | null =>
  (id ?? request)?.toLowerCase() ?? null;

/** Which accesses, and how far. */
export interface AccessQuery extends Paging {
  /** Only those about this request, by its id in lower case. */
  readonly request?: string | undefined;
  /** Not before. */
  readonly from?: Instant | undefined;
  /** Before. */
  readonly to?: Instant | undefined;
}

/** Who read the trails: only ever added to. */
export interface AccessLog {
  add(access: Access): Promise<void>;

  /** Newest first. Throws a `CursorError` when the cursor is not one of ours. */
  accesses(query: AccessQuery): Promise<Page<Access>>;
}
