import * as z from "zod";
import { Instant, instant } from "../shared/connection/connection.ts";
import { Figures, figuresOf } from "../shared/search/figures.ts";
import type { Search } from "../shared/search/port.ts";
import { ListedRequest, listedOf } from "../shared/search/summaries.ts";
import { termOf } from "../shared/search/terms.ts";
import { inOrder, span } from "./kit/filters.ts";
import { within } from "./kit/moment.ts";
import { Problem } from "./kit/problem.ts";
import { route } from "./kit/route.ts";

const DAY_MS = 24 * 60 * 60_000;
const DEFAULT_DAYS = 30;
const MAX_DAYS = 366;

const SummaryQuery = inOrder(z.object(span("requests that closed")));

/** Until now, and of the last 30 days, where nothing else is asked for. */
function spanOf({ from, to = instant(Date.now()) }: z.infer<typeof SummaryQuery>) {
  const begin = from ?? within(Date.parse(to) - DEFAULT_DAYS * DAY_MS);
  if (begin >= to) throw new Problem("badRequest", "In the query: from must be before to.");
  if (Date.parse(to) - Date.parse(begin) > MAX_DAYS * DAY_MS)
    throw new Problem("badRequest", `In the query: from and to must be at most ${MAX_DAYS} days apart.`);
  return { from: begin, to };
}

/** So many pages of what waits are looked through; one is enough where nobody altered the store. */
const MAX_PAGES = 10;

/** Of what waits for people, what was received first; null where nothing waits. */
async function oldestWaiting(search: Search): Promise<ListedRequest | null> {
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = { terms: [termOf("state", "waiting")], by: "oldest", limit: 1, cursor } as const;
    const { items, nextCursor } = await search.requests(query);
    const [first] = items;
    if (first !== undefined) return listedOf(first);
    if (nextCursor === null) return null;
    cursor = nextCursor;
  }
  return null;
}

export const summaryRoutes = [
  route({
    operationId: "getAuditSummary",
    method: "GET",
    path: "audit/summary",
    summary: "What became of the requests that closed, in figures, and which of those that wait came first",
    role: "Reader",
    querySchema: SummaryQuery,
    replySchema: z.object({
      from: Instant,
      to: Instant,
      ...Figures.shape,
      oldestWaiting: ListedRequest.nullable().describe(
        "Of all that wait for people now, the one that was received first; null where nothing waits.",
      ),
    }),
    problems: [],
    shows: ({ closed }) => closed,
    handle: async ({ store: { search } }, { query }) => {
      const { from, to } = spanOf(query);
      const figures = await figuresOf(search.closings(from, to));
      return { from, to, ...figures, oldestWaiting: await oldestWaiting(search) };
    },
  }),
];
