import * as z from "zod";

const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;

const LIMIT = `must be a whole number from 1 to ${MAX_LIMIT}`;

/** The query parameters of every list. */
export const Paging = z.object({
  limit: z.coerce
    .number(LIMIT)
    .int(LIMIT)
    .min(1, LIMIT)
    .max(MAX_LIMIT, LIMIT)
    .default(DEFAULT_LIMIT)
    .describe("How many to list at most."),
  cursor: z
    .string()
    .max(1_000)
    .optional()
    .describe("Where to go on: what the page before gave as nextCursor. The filters must be the same."),
});

/** The member of every page that leads to the next one. */
export const nextCursor = z
  .string()
  .nullable()
  .describe(
    "Where the next page begins; null on the last one. A page may be short, even empty, and not be the last: a look goes through so many records and no more.",
  );

/** The member of every list that explains why nothing was found. */
export const hint = z
  .string()
  .optional()
  .describe("Why nothing was found, where a filter names what is nowhere.");

/** Where a page begins and how long it is, as the stores take it. */
export const pageOf = ({ limit, cursor }: z.infer<typeof Paging>) => ({ limit, cursor: cursor ?? null });
