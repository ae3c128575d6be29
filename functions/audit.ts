import * as z from "zod";
import { quote } from "../shared/policy/text.ts";
import type { RecordQuery, RequestStore } from "../shared/request/store.ts";
import { Outcome } from "../shared/request/terms.ts";
import { ExplainedRecord, explained } from "./kit/explanation.ts";
import { From, To } from "./kit/moment.ts";
import { noSuchRequest, OneRequest } from "./kit/one-request.ts";
import { Paging, pageOf } from "./kit/paging.ts";
import { route } from "./kit/route.ts";

const text = z.string().min(1).max(600).optional();

const AuditQuery = Paging.extend({
  from: From.optional().describe(
    "Only records of this moment or later: a date such as 2026-03-01 (from its beginning, in UTC) or a time such as 2026-03-01T09:00:00Z.",
  ),
  to: To.optional().describe(
    "Only records before this moment: a date such as 2026-03-01 (all of that day included, in UTC) or a time such as 2026-03-01T09:00:00Z.",
  ),
  cluster: text.describe("Only records about this cluster: its name or its ARM id, in any case."),
  consumer: text.describe("Only records about private endpoints of this subscription: its id."),
  actor: text.describe(
    "Only what this person, rule or app caused: a person's object id, sign-in name or full name, the name of a rule, or system; in any case.",
  ),
  outcome: Outcome.optional().describe("Only records that closed a request with this outcome."),
}).refine(({ from, to }) => from === undefined || to === undefined || from < to, {
  path: ["from"],
  error: "must be before to",
});

/** The filters that may name what is nowhere, and what their values look like. */
const NAMES = {
  cluster: "A cluster is its name, such as aks-prod, or its ARM id.",
  consumer: "A consumer is the id of a subscription, such as 3e9e0d50-1ff8-4789-acc6-7d571bd52f17.",
  actor: "An actor is a person's object id, sign-in name or full name, the name of a rule, or system.",
} as const;

/** Which filters no record at all meets, so that nothing found is not taken for nothing done; null when each meets one. */
async function hintFor(
  store: RequestStore,
  query: Pick<RecordQuery, keyof typeof NAMES>,
): Promise<string | null> {
  const sentences: string[] = [];
  for (const name of ["cluster", "consumer", "actor"] as const) {
    const value = query[name];
    if (value === undefined) continue;
    const { items } = await store.records({ [name]: value, limit: 1, cursor: null });
    if (items.length === 0) sentences.push(`No record has the ${name} ${quote(value)}. ${NAMES[name]}`);
  }
  return sentences.length === 0 ? null : sentences.join(" ");
}

const RecordPage = z.object({
  records: z.array(ExplainedRecord),
  nextCursor: z.string().nullable(),
  /** Why nothing was found, where a filter names what no record has. */
  hint: z.string().optional(),
});

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
    handle: async ({ store }, { query }) => {
      const { items, nextCursor } = await store.records({ ...query, ...pageOf(query) });
      const page = { records: items.map(explained), nextCursor };
      const hint = items.length === 0 ? await hintFor(store, query) : null;
      return hint === null ? page : { ...page, hint };
    },
  }),
];
