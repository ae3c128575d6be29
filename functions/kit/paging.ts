import * as z from "zod";

const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;

/** The query parameters of every list. Strict: a filter that is misspelt must not silently list everything. */
export const Paging = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  cursor: z.string().max(200).optional(),
});

/** Where a page begins and how long it is, as the stores take it. */
export const pageOf = ({ limit, cursor }: z.infer<typeof Paging>) => ({ limit, cursor: cursor ?? null });
