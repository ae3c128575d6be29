import { type Command, parse, toJson } from "../policy-tools/cli/command.ts";
import { actorName } from "../request/names.ts";
import type { RecordSummary } from "../search/summaries.ts";
import { shown } from "../view/index.ts";
import { apiAt } from "./api.ts";
import { shortId } from "./find.ts";
import { limitOf, noOthers } from "./options.ts";
import { firstRecords } from "./pages.ts";
import { PLACE, PLACE_HELP } from "./place.ts";
import { textOf } from "./render.ts";
import { paintOn } from "./style.ts";
import { type Cell, table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { localTime } from "./time.ts";

const DEFAULT_LIMIT = 50;

const HELP = `Lists what happened to all requests, the latest first.

Usage: npm run approvals -- audit [options]

  --request ID            only what is about this request, by its whole id
  --connection NAME       ... this connection
  --cluster NAME          ... this cluster
  --consumer SUBSCRIPTION ... private endpoints of this subscription
  --endpoint NAME         ... this private endpoint
  --person WHO            only what this person did: an object id or a full name
  --integration NAME      only what this integration of the policy did
  --rule NAME             only what this rule of the policy did
  --by WHO                only what rules, people, integrations or the app did: rule, person, integration, system
  --kind KIND             only records of this kind, such as reviewed or verified
  --outcome OUTCOME       only records that closed a request so
  --q WORDS               only what has these words in the names of cluster and endpoint
  --from MOMENT           from then on, like 2026-11-30
  --to MOMENT             and until then
  --limit N               how many at most (default ${DEFAULT_LIMIT}, at most 2000)
${PLACE_HELP}
`;

const text = { type: "string" } as const;
const FILTERS = {
  ...{ request: text, connection: text, cluster: text, consumer: text, endpoint: text, person: text },
  ...{ integration: text, rule: text, by: text, kind: text, outcome: text, q: text, from: text, to: text },
} as const;

/** `approvals audit`. */
export const auditOn = (terminal: Terminal): Command => ({
  help: HELP,
  run: async (args) => {
    const { values, positionals } = parse(args, { ...PLACE, ...FILTERS, limit: text });
    noOthers(positionals);
    const { json, limit, url, ...filters } = values;
    const { items, hasMore, hint } = await firstRecords(
      apiAt({ url }, terminal),
      filters,
      limitOf(limit, DEFAULT_LIMIT),
    );
    terminal.out(
      json ? toJson({ records: items, hasMore }) : textOf(linesOf(items, { hasMore, hint }, terminal)),
    );
    return 0;
  },
});

function linesOf(
  records: readonly RecordSummary[],
  { hasMore, hint }: { readonly hasMore: boolean; readonly hint: string | null },
  terminal: Terminal,
): readonly string[] {
  if (records.length === 0) return [hint === null ? "No record was found." : shown(hint)];
  const paint = paintOn(terminal);
  const headings = ["TIME", "ID", "KIND", "WHO", "WHAT"].map(
    (each): Cell => ({ text: each, painted: (cell) => paint("dim", cell) }),
  );
  const rows = records.map(({ at, requestId, kind, actor, sentence }) =>
    [localTime(at, terminal.timeZone), shortId(requestId), kind, actorName(actor), sentence].map(
      (each): Cell => ({ text: shown(each) }),
    ),
  );
  return [...table([headings, ...rows]), ...(hasMore ? ["There are more: see --limit."] : [])];
}
