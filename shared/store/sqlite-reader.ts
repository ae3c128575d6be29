import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import * as z from "zod";
import { ClusterId } from "../connection/arm-id.ts";
import { type Instant, instant, type RequestId } from "../connection/connection.ts";
import { jsonIn } from "../request/json.ts";
import { AuditRecord } from "../request/record.ts";
import { ApprovalRequest } from "../request/request.ts";
import { actorWord } from "../request/search-keys.ts";
import { CursorError, type Page, type Paging, type RequestStore } from "../request/store.ts";

const Row = z.object({ position: z.number(), body: z.string() });
const ClusterRow = z.object({ cluster_id: ClusterId });
const StoredRecordRow = z.object({ seq: z.int(), body: z.string() });
const ApprovalRow = z.object({ body: z.string(), body_before: z.string() });
const CountRow = z.object({ count: z.int() });

/** One `column operator ?` of a WHERE clause; without a value the filter was not asked for. */
type Filter = readonly [clause: string, value: SQLInputValue | undefined];

/** The reading half of the audit store. */
export function reader(database: DatabaseSync): Omit<RequestStore, "append"> {
  const readOne = database.prepare("SELECT position, body FROM requests WHERE id = ?");
  const readTrail = database.prepare("SELECT position, body FROM records WHERE request_id = ? ORDER BY seq");
  const readRecords = database.prepare("SELECT seq, body FROM records WHERE request_id = ? ORDER BY seq");
  const countApproved = database.prepare(
    "SELECT count(DISTINCT request_id) AS count FROM records WHERE consumer = ? AND outcome = 'approved'",
  );
  const readApprovals = database.prepare(
    `SELECT approval.body AS body, before.body AS body_before
     FROM records AS approval JOIN records AS before
       ON before.request_id = approval.request_id AND before.seq = approval.seq - 1
     WHERE approval.consumer = ? AND approval.outcome = 'approved'`,
  );
  const openOf = (column: "cluster_id" | "connection" | "endpoint") =>
    database.prepare(
      `SELECT position, body FROM requests WHERE state <> 'closed' AND ${column} = ? ORDER BY position`,
    );
  const open = {
    cluster: openOf("cluster_id"),
    connection: openOf("connection"),
    endpoint: openOf("endpoint"),
  };

  const read = (id: RequestId) => {
    const row = readOne.get(id);
    return row === undefined ? null : requestIn(row);
  };

  return {
    read: async (id) => read(id),
    whole: async (id) =>
      atOneMoment(database, () => ({
        request: read(id),
        records: readRecords.all(id).map((row) => StoredRecordRow.parse(row)),
      })),
    trail: async (id) => readTrail.all(id).flatMap((row) => recordIn(row) ?? []),
    open: async (of) => {
      if ("cluster" in of) return requestsIn(open.cluster.all(of.cluster));
      if ("connection" in of) return requestsIn(open.connection.all(of.connection));
      return requestsIn(open.endpoint.all(of.endpoint));
    },
    clustersWithOpenRequests: async () =>
      database
        .prepare("SELECT DISTINCT cluster_id FROM requests WHERE state <> 'closed'")
        .all()
        .flatMap((row) => ClusterRow.safeParse(row).data?.cluster_id ?? []),
    approvedBefore: async (consumer) => CountRow.parse(countApproved.get(consumer.toLowerCase())).count,
    approvals: async (consumer) =>
      readApprovals.all(consumer).map((row) => {
        const { body, body_before: bodyBefore } = ApprovalRow.parse(row);
        return { body, bodyBefore };
      }),
    requests: async (query) =>
      page(database, "requests", requestIn, query, [
        ["state = ?", query.state],
        ["outcome = ?", query.outcome],
      ]),
    records: async (query) =>
      page(database, "records", recordIn, query, [
        ["at >= ?", canonical(query.from)],
        ["at < ?", canonical(query.to)],
        [query.cluster?.startsWith("/") ? "cluster_id = ?" : "cluster = ?", query.cluster?.toLowerCase()],
        ["consumer = ?", query.consumer?.toLowerCase()],
        [
          "position IN (SELECT position FROM record_actors WHERE actor = ?)",
          query.actor && actorWord(query.actor),
        ],
        ["outcome = ?", query.outcome],
      ]),
  };
}

/** Several reads between which nobody writes, not even another process. */
function atOneMoment<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN");
  try {
    return work();
  } finally {
    database.exec("COMMIT");
  }
}

/** What somebody made unreadable is as good as gone: it must not keep what is beside it from being read. */
const readable = <T>(schema: z.ZodType<T>, row: unknown): T | null =>
  schema.safeParse(jsonIn(Row.parse(row).body)).data ?? null;
const requestIn = (row: unknown): ApprovalRequest | null => readable(ApprovalRequest, row);
const recordIn = (row: unknown): AuditRecord | null => readable(AuditRecord, row);
const requestsIn = (rows: readonly unknown[]) => rows.flatMap((row) => requestIn(row) ?? []);

/** One page, newest first. Pages are cut by position, so what is added meanwhile moves nothing. */
function page<T>(
  database: DatabaseSync,
  table: "records" | "requests",
  parse: (row: unknown) => T | null,
  { limit, cursor }: Paging,
  filters: readonly Filter[],
): Page<T> {
  const clauses = ["position < ?"];
  const values: SQLInputValue[] = [positionOf(cursor)];
  for (const [clause, value] of filters) {
    if (value === undefined) continue;
    clauses.push(clause);
    values.push(value);
  }
  const where = clauses.join(" AND ");
  const sql = `SELECT position, body FROM ${table} WHERE ${where} ORDER BY position DESC LIMIT ?`;
  const found = database.prepare(sql).all(...values, limit + 1);
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = found.length > limit && last !== undefined ? cursorOf(Row.parse(last).position) : null;
  return { items: shown.flatMap((row) => parse(row) ?? []), nextCursor };
}

/** As `at` is written, since moments are compared as text: `09:00:00Z` would come after `09:00:00.500Z`. */
const canonical = (at: Instant | undefined): Instant | undefined =>
  at === undefined ? undefined : instant(Date.parse(at));

const cursorOf = (position: number): string => Buffer.from(`p${position}`).toString("base64url");

/** The position before which the next page begins; without a cursor that is above all. */
function positionOf(cursor: string | null): number {
  if (cursor === null) return Number.MAX_SAFE_INTEGER;
  const match = /^p(\d{1,15})$/.exec(Buffer.from(cursor, "base64url").toString("latin1"));
  if (match === null || cursorOf(Number(match[1])) !== cursor)
    throw new CursorError("The cursor is not one that an earlier page gave.");
  return Number(match[1]);
}
