import * as z from "zod";
import { Instant, instant } from "../shared/connection/connection.ts";
import { Figures, figuresOf } from "../shared/search/figures.ts";
import { ListedRequest } from "../shared/search/summaries.ts";
import { Troubled, troubledIn } from "../shared/search/troubled.ts";
import { Waiting, waitingIn } from "../shared/search/waiting.ts";
import { inOrder, span } from "./kit/filters.ts";
import { endOfMinute, within } from "./kit/moment.ts";
import { Problem } from "./kit/problem.ts";
import { route } from "./kit/route.ts";

const DAY_MS = 24 * 60 * 60_000;
const DEFAULT_DAYS = 30;
const MAX_DAYS = 366;

const SummaryQuery = inOrder(z.object(span("requests that closed")));

/** Until the end of this minute, and of the 30 days before, where nothing else is asked for. @throws a `Problem` */
function spanOf({ from, to = endOfMinute() }: z.infer<typeof SummaryQuery>) {
  const begin = from ?? within(Date.parse(to) - DEFAULT_DAYS * DAY_MS);
  if (begin >= to) throw new Problem("badRequest", "In the query: from must be before to.");
  if (Date.parse(to) - Date.parse(begin) > MAX_DAYS * DAY_MS)
    throw new Problem("badRequest", `In the query: from and to must be at most ${MAX_DAYS} days apart.`);
  return { from: begin, to };
}

export const summaryRoutes = [
  route({
    operationId: "getAuditSummary",
    method: "GET",
    path: "audit/summary",
    summary: "What became of the requests that closed, in figures, and what waits or is in trouble now",
    role: "Reader",
    querySchema: SummaryQuery,
    replySchema: z.object({
      from: Instant,
      to: Instant,
      ...Figures.shape,
      waiting: Waiting,
      oldestWaiting: ListedRequest.nullable().describe(
        "Of all that wait for people now, the one that was received first; null where nothing waits.",
      ),
      troubled: z
        .array(Troubled)
        .describe("What failed, and what the app cannot look after, find or go on with for the moment."),
    }),
    problems: [],
    shows: ({ closed }) => closed,
    handle: async ({ store: { search } }, { query }) => {
      const asked = spanOf(query);
      const figures = await figuresOf(search.closings(asked.from, asked.to), asked);
      const { waiting, oldest } = await waitingIn(search, instant(Date.now()));
      const troubled = await troubledIn(search);
      return { ...asked, ...figures, waiting, oldestWaiting: oldest, troubled };
    },
  }),
];
