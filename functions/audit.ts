import * as z from "zod";
import { type AuditRecord, recordKinds } from "../shared/request/record.ts";
import { Outcome } from "../shared/request/terms.ts";
import type { Page, Paging } from "../shared/search/page.ts";
import { RecordSummary } from "../shared/search/summaries.ts";
import type { App } from "./kit/app.ts";
import { ExplainedRecord, explained } from "./kit/explanation.ts";
import { checkPerson, Filters, hintFor, inOrder, span, termsOf } from "./kit/filters.ts";
import { csvLine, jsonLine } from "./kit/lines.ts";
import { allPages, filePages } from "./kit/listing.ts";
import { noSuchRequest, OneRequest } from "./kit/one-request.ts";
import { hint, nextCursor, pageOf } from "./kit/paging.ts";
import { route } from "./kit/route.ts";

const AuditQuery = inOrder(
  Filters.extend({
    kind: z
      .enum(recordKinds, "must be a kind of record, such as asked, reviewed or verified")
      .optional()
      .describe("Only records of this kind."),
    outcome: Outcome.optional().describe("Only records that closed a request with this outcome."),
    ...span("records"),
  }),
);
type AuditQuery = z.infer<typeof AuditQuery>;

const RecordPage = z.object({ records: z.array(RecordSummary), nextCursor, hint });

/** The records that meet the filters. */
const found = ({ store }: App, query: AuditQuery, paging: Paging): Promise<Page<RecordSummary>> =>
  store.search.records({ terms: termsOf(query), from: query.from, to: query.to, ...paging });

const COLUMNS = [
  ...["at", "requestId", "seq", "kind", "actorKind", "actor", "sentence"],
  ...["outcome", "cluster", "endpoint", "consumer"],
];

const csvOf = (record: RecordSummary): string => {
  const { at, requestId, seq, kind, actor, sentence, outcome, cluster, endpoint, consumer } = record;
  return csvLine([
    at,
    requestId,
    seq,
    kind,
    actor.kind,
    nameOf(actor),
    sentence,
    outcome,
    cluster,
    endpoint,
    consumer,
  ]);
};

/** Whom a spreadsheet can count by: a person's name alone would be two people's. */
function nameOf(actor: RecordSummary["actor"]): string {
  switch (actor.kind) {
    case "person":
      return `${actor.oid} ${actor.name}`;
    case "integration":
      return actor.name;
    case "rule":
      return actor.rules.join("; ");
    case "system":
      return "";
  }
}

/**
 * Each record whole, seal and all: of a summary an auditor could check nothing. One that cannot be read any more is named.
 * Those of one request are read at once.
 */
async function wholeLines({ store }: App, items: readonly RecordSummary[]): Promise<readonly string[]> {
  const trails = new Map<string, readonly AuditRecord[]>();
  for (const { requestId } of items)
    if (!trails.has(requestId)) trails.set(requestId, await store.trail(requestId));
  return items.map(({ requestId, seq }) => {
    const record = trails.get(requestId)?.find((one) => one.seq === seq);
    return jsonLine(record ?? { requestId, seq, unreadable: true });
  });
}

const listingOf = (app: App, { query }: { readonly query: AuditQuery }) =>
  allPages((paging) => found(app, query, paging));

export const auditRoutes = [
  route({
    operationId: "getAuditTrail",
    method: "GET",
    path: "requests/{id}/audit",
    summary: "The audit trail of one request, oldest first",
    role: "Reader",
    pathSchema: OneRequest,
    replySchema: z.object({ records: z.array(ExplainedRecord) }),
    problems: ["not-found"],
    shows: ({ records }) => records.length,
    handle: async ({ store }, { path: { id } }) => {
      const records = await store.trail(id);
      if (records.length === 0) throw noSuchRequest(id);
      return { records: records.map(explained) };
    },
  }),
  route({
    operationId: "searchAudit",
    method: "GET",
    path: "audit",
    summary: "Audit records of all requests, newest first",
    role: "Reader",
    querySchema: AuditQuery,
    replySchema: RecordPage,
    problems: [],
    shows: ({ records }) => records.length,
    exports: {
      name: "audit",
      pages: (type, app, call) =>
        type === "text/csv"
          ? filePages([csvLine(COLUMNS)], listingOf(app, call), (items) => items.map(csvOf))
          : filePages([], listingOf(app, call), (items) => wholeLines(app, items)),
    },
    handle: async (app, { query, caller }) => {
      checkPerson(caller, query);
      const { items, nextCursor } = await found(app, query, pageOf(query));
      const hint = items.length === 0 ? await hintFor(app.store.search, query) : {};
      return { records: [...items], nextCursor, ...hint };
    },
  }),
];
