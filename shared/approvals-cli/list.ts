import type { Instant } from "../connection/connection.ts";
import { type Command, parse, toJson, UsageError } from "../policy-tools/cli/command.ts";
import type { ListedRequest } from "../search/summaries.ts";
import { rowOf, shown } from "../view/index.ts";
import { apiAt } from "./api.ts";
import { shortId } from "./find.ts";
import { limitOf, noOthers } from "./options.ts";
import { firstRequests, type Listing } from "./pages.ts";
import { PLACE, PLACE_HELP } from "./place.ts";
import { textOf } from "./render.ts";
import { type Paint, paintOn, toned } from "./style.ts";
import { type Cell, table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

const DEFAULT_LIMIT = 50;

const HELP = `Lists the requests that wait for people, the nearest deadline first.

Usage: npm run approvals -- list [options]

  --waiting-for-me        only those that wait for a review of yours
  --all                   every request, whatever became of it, the latest first
  --consumer SUBSCRIPTION only those of this subscription, by its id
  --cluster NAME          only those about this cluster
  --endpoint NAME         only those of this private endpoint
  --trouble KIND          only those that are interrupted, missing or delayed
  --q WORDS               only those with these words in the names of cluster and endpoint
  --limit N               how many at most (default ${DEFAULT_LIMIT}, at most 2000)
${PLACE_HELP}
`;

const FILTERS = {
  consumer: { type: "string" },
  cluster: { type: "string" },
  endpoint: { type: "string" },
  trouble: { type: "string" },
  q: { type: "string" },
} as const;

/** `approvals list`. */
export const listOn = (terminal: Terminal): Command => ({
  help: HELP,
  run: async (args) => {
    const { values, positionals } = parse(args, {
      ...PLACE,
      ...FILTERS,
      all: { type: "boolean" },
      "waiting-for-me": { type: "boolean" },
      limit: { type: "string" },
    });
    noOthers(positionals);
    const { all = false, "waiting-for-me": isMine = false, json, limit, url, ...filters } = values;
    if (all && isMine) throw new UsageError("--all and --waiting-for-me exclude each other.");
    const query = {
      ...filters,
      ...(all ? {} : { order: "deadline" }),
      ...(isMine ? { waitsForMe: "true" } : {}),
    };
    const api = apiAt({ url }, terminal);
    const listing = await firstRequests(api, query, limitOf(limit, DEFAULT_LIMIT));
    if (json) terminal.out(jsonOf(listing));
    else if (listing.items.length > 0) terminal.out(textOf(linesOf(listing, paintOn(terminal), api.now())));
    else terminal.out(`${listing.hint === null ? emptiness(all, isMine) : shown(listing.hint)}\n`);
    return 0;
  },
});

const jsonOf = ({ items, hasMore }: Listing<ListedRequest>): string => toJson({ requests: items, hasMore });

const HEADINGS = ["ID", "STATUS", "DEADLINE", "ENDPOINT", "CLUSTER", "CONSUMER", "RECEIVED", "MESSAGE"];

function linesOf({ items, hasMore }: Listing<ListedRequest>, paint: Paint, now: Instant): readonly string[] {
  const headings = HEADINGS.map((text): Cell => ({ text, painted: (cell) => paint("dim", cell) }));
  const rows = items.map((listed) => cellsOf(rowOf(listed, now), paint));
  return [...table([headings, ...rows]), ...(hasMore ? ["There are more: see --limit."] : [])];
}

function emptiness(all: boolean, isMine: boolean): string {
  if (all) return "There are no requests.";
  return isMine ? "Nothing waits for you." : "Nothing waits for people. To see all requests: --all";
}

function cellsOf(row: ReturnType<typeof rowOf>, paint: Paint): readonly Cell[] {
  const { id, status, deadline, endpoint, cluster, consumer, received, message } = row;
  return [
    { text: shortId(id) },
    { text: status.word, painted: (cell) => toned(paint, status.tone, cell) },
    { text: deadline?.relative ?? "" },
    ...[endpoint, cluster, consumer, received.relative, message].map((text): Cell => ({ text })),
  ];
}
