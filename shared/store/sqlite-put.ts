import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import type { ApprovalRequest } from "../request/request.ts";
import { requestTerms } from "../search/terms.ts";
import { text, whole } from "./sqlite-columns.ts";
import { freePositionsIn, isOfMoment } from "./sqlite-position.ts";
import type { Terms } from "./sqlite-terms.ts";
import type { Texts } from "./sqlite-texts.ts";

const BeforeRow = z.object({ terms: z.string(), due: z.int().nullable() });

/** Puts a request in the place of the one that is there, if any, whatever that says. */
export function requestPutter(
  database: DatabaseSync,
  texts: Texts,
  terms: Terms,
): (trail: number, request: ApprovalRequest) => void {
  const read = database.prepare(
    `SELECT ${text("terms")} AS terms, ${whole("due")} AS due FROM requests WHERE trail = ?`,
  );
  const put = database.prepare(
    `INSERT INTO requests
       (trail, state, cluster_id, connection, endpoint, policy_hash, due, terms, template, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (trail) DO UPDATE SET state = excluded.state, cluster_id = excluded.cluster_id,
       connection = excluded.connection, endpoint = excluded.endpoint, policy_hash = excluded.policy_hash,
       due = excluded.due, terms = excluded.terms, template = excluded.template, body = excluded.body`,
  );
  const dropTerm = database.prepare("DELETE FROM request_terms WHERE term = ? AND trail = ?");
  const insertTerm = database.prepare(
    "INSERT INTO request_terms (term, trail) VALUES (?, ?) ON CONFLICT DO NOTHING",
  );
  const freeDue = freePositionsIn(database, "requests", "due");

  const putTerms = (trail: number, before: readonly number[], now: readonly number[]) => {
    for (const id of before) if (!now.includes(id)) dropTerm.run(id, trail);
    for (const id of now) if (!before.includes(id)) insertTerm.run(id, trail);
  };

  /** Stays where it is while the deadline does. */
  const dueOf = (request: ApprovalRequest, before: number | null): number | null => {
    if (request.state !== "waiting") return null;
    const { deadline } = request.ask;
    return before !== null && isOfMoment(before, deadline) ? before : freeDue(deadline);
  };

  return (trail, request) => {
    const { state, clusterId, connectionId, privateEndpointId, policyHash } = request;
    const before = BeforeRow.safeParse(read.get(trail)).data ?? null;
    const ids = requestTerms(request).map(terms.idOf);
    putTerms(trail, idsIn(before?.terms ?? ""), ids);
    const due = dueOf(request, before?.due ?? null);
    const { template, filling } = texts.keep(JSON.stringify(request));
    const place =
      state === "closed"
        ? [null, null, null, null]
        : [clusterId, connectionId, privateEndpointId, policyHash];
    put.run(trail, state, ...place, due, ids.join(" "), template, filling);
  };
}

/** Somebody may have written anything there. */
const idsIn = (terms: string): number[] => terms.split(" ").map(Number).filter(Number.isSafeInteger);
