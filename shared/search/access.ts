import * as z from "zod";
import { Instant } from "../connection/connection.ts";
import { Person } from "../request/terms.ts";
import type { Page, Paging } from "./page.ts";

/** That somebody read the trails. */
export const Access = z
  .object({
    at: Instant,
    person: Person,
    /** What they did, as the API calls it: its operation's id. */
    operation: z.string(),
    /** What they asked for, as in the query, and the request that they opened. */
    query: z.record(z.string(), z.string()),
    /** How many records or requests they were shown. */
    count: z.int().min(0),
  })
  .meta({ id: "Access" });
export type Access = z.infer<typeof Access>;

/** Who read the trails: only ever added to. */
export interface AccessLog {
  add(access: Access): Promise<void>;

  /** Newest first. Throws a `CursorError` when the cursor is not one of ours. */
  accesses(
    query: Paging & { readonly from?: Instant | undefined; readonly to?: Instant | undefined },
  ): Promise<Page<Access>>;
}
