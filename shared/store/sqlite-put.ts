import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import type { Change } from "../request/life.ts";
import type { ApprovalRequest } from "../request/request.ts";
import { whole } from "./sqlite-columns.ts";
import { freePositionsIn, isOfMoment } from "./sqlite-position.ts";
import type { Texts } from "./sqlite-texts.ts";

const BeforeRow = z.object({ due: z.int().nullable() });

type RequestText = Pick<Change, "request" | "requestSaid" | "requestSeal">;

/** Puts a request in the place of the one that is there, if any, whatever that says; its terms are `Unindexed`'s. */
export function requestPutter(
  database: DatabaseSync,
  texts: Texts,
): (trail: number, change: RequestText) => void {
  const read = database.prepare(`SELECT ${whole("due")} AS due FROM requests WHERE trail = ?`);
  const put = database.prepare(
    `INSERT INTO requests
       (trail, state, cluster_id, connection, endpoint, policy_hash, due, terms, template, body, seal)
     VALUES (?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?)
     ON CONFLICT (trail) DO UPDATE SET state = excluded.state, cluster_id = excluded.cluster_id,
       connection = excluded.connection, endpoint = excluded.endpoint, policy_hash = excluded.policy_hash,
       due = excluded.due, template = excluded.template, body = excluded.body, seal = excluded.seal`,
  );
  const freeDue = freePositionsIn(database, "requests", "due");

  /** Stays where it is while the deadline does. */
  const dueOf = (request: ApprovalRequest, before: number | null): number | null => {
    if (request.state !== "waiting") return null;
    const { deadline } = request.ask;
    return before !== null && isOfMoment(before, deadline) ? before : freeDue(deadline);
  };

  return (trail, { request, requestSaid, requestSeal }) => {
    const { state, clusterId, connectionId, privateEndpointId, policyHash } = request;
    const before = BeforeRow.safeParse(read.get(trail)).data ?? null;
    const due = dueOf(request, before?.due ?? null);
    // What changes again in a moment is not worth being put into parts.
    const { template, filling } =
      state === "closed" ? texts.keep(requestSaid) : { template: null, filling: requestSaid };
    const place =
      state === "closed"
        ? [null, null, null, null]
        : [clusterId, connectionId, privateEndpointId, policyHash];
    put.run(trail, state, ...place, due, template, filling, requestSeal);
  };
}
