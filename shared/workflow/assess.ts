import { judge, refuse } from "../approval/consequence.ts";
import { CLUSTER_GONE, compareSight, sightEntries } from "../approval/snapshot.ts";
import { isOwnConnection } from "../connection/own-connection.ts";
import type { ApprovalRequest } from "../request/request.ts";
import { judgementOf } from "./judge.ts";
import { type ActivityNeeds, add } from "./needs.ts";

/**
 * Reads the connection, gathers facts, lets the policy judge, and writes down what follows. Whoever was asked before and
 * is asked no more hears of it.
 */
export async function assess(needs: ActivityNeeds, seen: ApprovalRequest): Promise<ApprovalRequest> {
  const { ledger, connections, clusters, notifier } = needs;
  const sighting = compareSight(seen, await connections.read(seen.connectionId));
  const request = sighting.kind === "same" ? seen : await add(ledger, seen, sightEntries(seen, sighting));
  if (request.state !== "assessing") return request;

  const cluster = await clusters.read(request.clusterId);
  if (cluster === null) return add(ledger, request, CLUSTER_GONE);
  if (isOwnConnection(request, cluster)) return add(ledger, request, refuse(request));
  const at = ledger.now();
  const entries = judge(request, await judgementOf(needs, { request, cluster, at }), at);
  // Told before it is written down, as a reminder is.
  if (request.lastAsked !== null && !entries.some(({ kind }) => kind === "asked"))
    await notifier.withdrawn(request);
  return add(ledger, request, entries);
}
