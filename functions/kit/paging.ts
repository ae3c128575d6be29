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
    .max(200)
    .optional()
    .describe("Where to go on: what the page before gave as nextCursor. The filters must be the same."),
});

/** Where a page begins and how long it is, as the stores take it. */
export const pageOf = ({ limit, cursor }: z.infer<typeof Paging>) => ({ limit, cursor: cursor ?? null });
