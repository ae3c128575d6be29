import * as z from "zod";
import { quote } from "../shared/policy/text.ts";
import { Outcome } from "../shared/request/terms.ts";
import type { Search } from "../shared/search/port.ts";
import { RecordSummary } from "../shared/search/summaries.ts";
import { type Term, termOf } from "../shared/search/terms.ts";
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
  person: text.describe("Only what this person did: an object id, sign-in name or full name, in any case."),
  rule: text.describe("Only what this rule of the policy did: its name, in any case."),
  outcome: Outcome.optional().describe("Only records that closed a request with this outcome."),
}).refine(({ from, to }) => from === undefined || to === undefined || from < to, {
  path: ["from"],
  error: "must be before to",
});

/** The filters that may name what is nowhere, and what their values look like. */
const NAMES = {
  cluster: "A cluster is its name, such as aks-prod, or its ARM id.",
  consumer: "A consumer is the id of a subscription, such as 3e9e0d50-1ff8-4789-acc6-7d571bd52f17.",
  person: "A person is an object id, a sign-in name or a full name.",
  rule: "A rule is its name in the policy.",
} as const;
const NAMED = ["cluster", "consumer", "person", "rule"] as const;

type Named = { readonly [name in keyof typeof NAMES]?: string | undefined };

const termsOf = (query: Named & { readonly outcome?: Outcome | undefined }): readonly Term[] =>
  [...NAMED, "outcome" as const].flatMap((name) => {
    const value = query[name];
    return value === undefined ? [] : [termOf(name, value)];
  });

/** Which filters no record at all meets, so that nothing found is not taken for nothing done; null when each meets one. */
async function hintFor(search: Search, query: Named): Promise<string | null> {
  const sentences: string[] = [];
  for (const name of NAMED) {
    const value = query[name];
    if (value === undefined) continue;
    if (!(await search.knows(termOf(name, value))))
      sentences.push(`No record has the ${name} ${quote(value)}. ${NAMES[name]}`);
  }
  return sentences.length === 0 ? null : sentences.join(" ");
}

const RecordPage = z.object({
  records: z.array(RecordSummary),
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
    handle: async ({ store: { search } }, { query }) => {
      const { from, to } = query;
      const { items, nextCursor } = await search.records({
        terms: termsOf(query),
        from,
        to,
        ...pageOf(query),
      });
      const page = { records: [...items], nextCursor };
      const hint = items.length === 0 ? await hintFor(search, query) : null;
      return hint === null ? page : { ...page, hint };
    },
  }),
];
