import * as z from "zod";
import { instant, RequestId } from "../shared/connection/connection.ts";
import { Outcome } from "../shared/request/terms.ts";
import { ExplainedRecord, explained } from "./kit/explanation.ts";
import { Paging, pageOf } from "./kit/paging.ts";
import { Problem } from "./kit/problem.ts";
import { route } from "./kit/route.ts";

/** Any ISO 8601 date or time with a zone; compared as UTC. */
const When = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => instant(Date.parse(text)));

const text = z.string().min(1).max(600).optional();

const AuditQuery = Paging.extend({
  from: When.optional(),
  to: When.optional(),
  cluster: text,
  consumer: text,
  actor: text,
  outcome: Outcome.optional(),
});

export const auditRoutes = [
  route({
    operationId: "getAuditTrail",
    method: "GET",
    path: "requests/{id}/audit",
    summary: "The audit trail of one request, oldest first",
    role: "Reader",
    pathSchema: z.object({ id: RequestId }),
    replySchema: z.object({ records: z.array(ExplainedRecord) }),
    problems: ["not-found"],
    handle: async ({ store }, { path: { id } }) => {
      const records = await store.trail(id);
      if (records.length === 0) throw new Problem("not-found", `There is no request ${id}.`);
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
    replySchema: z.object({ records: z.array(ExplainedRecord), nextCursor: z.string().nullable() }),
    problems: [],
    handle: async ({ store }, { query }) => {
      const { items, nextCursor } = await store.records({ ...query, ...pageOf(query) });
      return { records: items.map(explained), nextCursor };
    },
  }),
];
