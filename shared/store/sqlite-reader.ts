import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { ClusterId } from "../connection/arm-id.ts";
import { RequestId } from "../connection/connection.ts";
import { jsonIn } from "../request/json.ts";
import { recordIn } from "../request/record.ts";
import { ApprovalRequest } from "../request/request.ts";
import type { RequestStore, StoredRecord } from "../request/store.ts";

const BodyRow = z.object({ body: z.string() });
const IdRow = z.object({ id: RequestId });
const ClusterRow = z.object({ cluster_id: ClusterId });
const RecordRow = z.object({ seq: z.int(), said: z.string(), seal: z.string() });
const ApprovalRow = z.object({ said: z.string(), seal: z.string(), seal_before: z.string() });

/** The reading half of the audit store. */
export function reader(database: DatabaseSync): Omit<RequestStore, "append"> {
  const readOne = database.prepare("SELECT body FROM requests WHERE id = ?");
  const readAtRest = database.prepare(
    "SELECT id FROM requests WHERE state IN ('waiting', 'deferred') AND policy_hash IS NOT ? ORDER BY position",
  );
  const readApprovals = database.prepare(
    `SELECT approval.said AS said, approval.seal AS seal, before.seal AS seal_before
     FROM closings JOIN records AS approval ON approval.position = closings.position
     JOIN records AS before
       ON before.request_id = approval.request_id AND before.seq = approval.seq - 1
     WHERE closings.consumer = ? AND closings.outcome = 'approved'`,
  );
  const openOf = (column: "cluster_id" | "connection" | "endpoint") =>
    database.prepare(`SELECT body FROM requests WHERE state <> 'closed' AND ${column} = ? ORDER BY position`);
  const open = {
    cluster: openOf("cluster_id"),
    connection: openOf("connection"),
    endpoint: openOf("endpoint"),
  };

  const read = (id: RequestId) => {
    const row = readOne.get(id);
    return row === undefined ? null : requestIn(row);
  };
  const records = storedRecordsIn(database);

  return {
    read: async (id) => read(id),
    whole: async (id) => atOneMoment(database, () => ({ request: read(id), records: records(id) })),
    trail: async (id) => records(id).flatMap((row) => recordIn(row) ?? []),
    open: async (of) => {
      if ("cluster" in of) return requestsIn(open.cluster.all(of.cluster));
      if ("connection" in of) return requestsIn(open.connection.all(of.connection));
      return requestsIn(open.endpoint.all(of.endpoint));
    },
    atRest: async (hash) => readAtRest.all(hash).flatMap((row) => IdRow.safeParse(row).data?.id ?? []),
    clustersWithOpenRequests: async () =>
      database
        .prepare("SELECT DISTINCT cluster_id FROM requests WHERE state <> 'closed'")
        .all()
        .flatMap((row) => ClusterRow.safeParse(row).data?.cluster_id ?? []),
    approvals: async (consumer) =>
      readApprovals.all(consumer).map((row) => {
        const { said, seal, seal_before: sealBefore } = ApprovalRow.parse(row);
        return { said, seal, sealBefore };
      }),
  };
}

/** What reads the records of a request. */
export function storedRecordsIn(database: DatabaseSync): (id: RequestId) => readonly StoredRecord[] {
  const read = database.prepare("SELECT seq, said, seal FROM records WHERE request_id = ? ORDER BY seq");
  return (id) => read.all(id).map((row) => RecordRow.parse(row));
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
export const requestIn = (row: unknown): ApprovalRequest | null =>
  ApprovalRequest.safeParse(jsonIn(BodyRow.parse(row).body)).data ?? null;
const requestsIn = (rows: readonly unknown[]) => rows.flatMap((row) => requestIn(row) ?? []);
