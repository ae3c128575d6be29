import * as z from "zod";
import { TROUBLES } from "../request/trouble.ts";
import type { Search } from "./port.ts";
import { ListedRequest, listedOf } from "./summaries.ts";
import { type Term, termOf } from "./terms.ts";

/** So many of each are told; the list has the others. */
const SHOWN = 5;

/** Requests of which the app, or a person, has to see to something. */
export const Troubled = z
  .object({
    trouble: z.enum(["failed", ...TROUBLES]),
    requests: z
      .array(ListedRequest)
      .describe(`Those received last, ${SHOWN} at most; where there is none, the trouble is not told.`),
    isMore: z.boolean().describe("Whether there are, or may be, more of them."),
  })
  .meta({ id: "Troubled" });
export type Troubled = z.infer<typeof Troubled>;

/** What failed, and what something stands in the way of for the moment; what needs somebody most comes first. */
export async function troubledIn(search: Pick<Search, "requests">): Promise<Troubled[]> {
  const all: Troubled[] = [];
  for (const trouble of Troubled.shape.trouble.options) {
    const query = { terms: [termFor(trouble)], by: "newest", limit: SHOWN, cursor: null } as const;
    const { items, nextCursor } = await search.requests(query);
    if (items.length > 0) all.push({ trouble, requests: items.map(listedOf), isMore: nextCursor !== null });
  }
  return all;
}

const termFor = (trouble: Troubled["trouble"]): Term =>
  trouble === "failed" ? termOf("outcome", trouble) : termOf("trouble", trouble);
