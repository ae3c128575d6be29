import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { ClusterId } from "../connection/arm-id.ts";
import { RequestId } from "../connection/connection.ts";
import { recordIn } from "../request/record.ts";
import { ownOf, type RequestStore } from "../request/store.ts";
import { storedRecord, storedText, TRAIL_OF_ID, text, whole } from "./sqlite-columns.ts";
import { atOneMoment } from "./sqlite-moment.ts";
import { requestIn, requestReader } from "./sqlite-requests.ts";
import { type Texts, textsIn } from "./sqlite-texts.ts";
import { storedRecordsIn } from "./sqlite-trails.ts";

const IdRow = z.object({ id: RequestId });
const ClusterRow = z.object({ cluster_id: ClusterId });
/** The seals are empty where there are none. */
const SealedRow = z.object({
  template: z.int().nullable(),
  body: z.string(),
  seal: z.string(),
  seq: z.int().nullable(),
  head: z.string(),
});
const ApprovalRow = z.object({
  template: z.int().nullable(),
  said: z.string(),
  seal: z.string(),
  seal_before: z.string(),
});

/** The reading half of the audit store. */
export function reader(database: DatabaseSync): Omit<RequestStore, "append"> {
  const texts = textsIn(database);
  const readOne = database.prepare(`SELECT ${storedText("body")} FROM requests WHERE trail = ${TRAIL_OF_ID}`);
  const readAtRest = database.prepare(
    `SELECT request_id AS id FROM requests JOIN trails ON trails.number = requests.trail
     WHERE state IN ('waiting', 'deferred') AND policy_hash IS NOT ? ORDER BY trail`,
  );
  const readClusters = database.prepare("SELECT DISTINCT cluster_id FROM requests WHERE state <> 'closed'");
  const openOf = (column: "cluster_id" | "connection" | "endpoint") =>
    database.prepare(
      `SELECT ${storedText("body")} FROM requests WHERE state <> 'closed' AND ${column} = ? ORDER BY trail`,
    );
  const open = {
    cluster: openOf("cluster_id"),
    connection: openOf("connection"),
    endpoint: openOf("endpoint"),
  };

  const readSealed = database.prepare(
    `SELECT ${storedText("body", "requests")}, ${text("requests.seal")} AS seal,
       ${whole("last.seq")} AS seq, ${text("last.seal")} AS head
     FROM requests LEFT JOIN records AS last ON last.trail = requests.trail
     WHERE requests.trail = ${TRAIL_OF_ID} ORDER BY last.seq DESC LIMIT 1`,
  );
  const requestOf = requestReader(texts);
  const read = (id: RequestId) => {
    const row = readOne.get(id);
    return row === undefined ? null : ownOf(id, requestOf(row));
  };
  const requestsIn = (rows: readonly unknown[]) => rows.flatMap((row) => requestOf(row) ?? []);
  const records = storedRecordsIn(database, texts);

  return {
    read: async (id) => read(id),
    readSealed: async (id) => {
      const row = readSealed.get(id);
      if (row === undefined) return null;
      const { template, body, seal, seq, head } = SealedRow.parse(row);
      const said = texts.read({ template, filling: body });
      const request = ownOf(id, requestIn(said));
      return (
        request && {
          request,
          sealed: seal === "" ? null : { said, seal },
          head: seq === null ? null : { seq, seal: head },
        }
      );
    },
    whole: async (id) => atOneMoment(database, () => ({ request: read(id), records: records(id) })),
    trail: async (id) => records(id).flatMap((row) => recordIn(row) ?? []),
    open: async (of) => {
      if ("cluster" in of) return requestsIn(open.cluster.all(of.cluster));
      if ("connection" in of) return requestsIn(open.connection.all(of.connection));
      return requestsIn(open.endpoint.all(of.endpoint));
    },
    atRest: async (hash) => readAtRest.all(hash).flatMap((row) => IdRow.safeParse(row).data?.id ?? []),
    clustersWithOpenRequests: async () =>
      readClusters.all().flatMap((row) => ClusterRow.safeParse(row).data?.cluster_id ?? []),
    approvals: approvalsIn(database, texts),
  };
}

function approvalsIn(database: DatabaseSync, texts: Texts): RequestStore["approvals"] {
  const read = database.prepare(
    `SELECT ${storedRecord("approval")}, ${text("before.seal")} AS seal_before
     FROM approvals JOIN records AS approval ON approval.position = approvals.position
     JOIN records AS before ON before.trail = approval.trail AND before.seq = approval.seq - 1
     WHERE approvals.consumer = ?`,
  );
  return async (consumer) =>
    read.all(consumer).map((row) => {
      const { template, said, seal, seal_before: sealBefore } = ApprovalRow.parse(row);
      return { said: texts.read({ template, filling: said }), seal, sealBefore };
    });
}
