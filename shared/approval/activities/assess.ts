import { isOwnConnection, judge, refuse } from "../assess.ts";
import type { ApprovalRequest } from "../request.ts";
import { CLUSTER_GONE, compareSight, sightEntries } from "../sight.ts";
import { judgementOf } from "./judging.ts";
import { add, type JudgingNeeds } from "./needs.ts";

/** Reads the connection, gathers facts, lets the policy judge, and writes down what follows. */
export async function assess(needs: JudgingNeeds, seen: ApprovalRequest): Promise<ApprovalRequest> {
  const { ledger, connections, clusters } = needs;
  const sighting = compareSight(seen, await connections.read(seen.connectionId));
  const request = sighting.kind === "same" ? seen : await add(ledger, seen, sightEntries(seen, sighting));
  if (request.state !== "assessing") return request;

  const cluster = await clusters.read(request.clusterId);
  if (cluster === null) return add(ledger, request, CLUSTER_GONE);
  if (isOwnConnection(request, cluster)) return add(ledger, request, refuse(request));
  const at = ledger.now();
  return add(ledger, request, judge(request, await judgementOf(needs, { request, cluster, at }), at));
}
