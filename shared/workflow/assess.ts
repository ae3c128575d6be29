import { judgementEntries, refuse } from "../approval/consequence.ts";
import { CLUSTER_GONE, compareSnapshot, snapshotEntries } from "../approval/snapshot.ts";
import { isOwnConnection } from "../connection/own-connection.ts";
import { amendIfUnchanged } from "../request/ledger.ts";
import type { ApprovalRequest, RequestIn } from "../request/request.ts";
import { judgementOf } from "./judge.ts";
import type { JudgingNeeds } from "./needs.ts";

/** Reads the connection, gathers facts, lets the policy judge, and writes down what follows. */
export async function assess(needs: JudgingNeeds, seen: RequestIn<"assessing">): Promise<ApprovalRequest> {
  const { ledger, connections, clusters } = needs;
  const comparison = compareSnapshot(seen, await connections.read(seen.connectionId));
  const request =
    comparison.kind === "same"
      ? seen
      : await amendIfUnchanged(ledger, seen, snapshotEntries(seen, comparison));
  if (request.state !== "assessing") return request;

  const cluster = await clusters.read(request.clusterId);
  if (cluster === null) return amendIfUnchanged(ledger, request, CLUSTER_GONE);
  if (isOwnConnection(request, cluster)) return amendIfUnchanged(ledger, request, refuse(request));
  const at = ledger.now();
  const judgement = await judgementOf(needs, { request, cluster, at });
  return amendIfUnchanged(ledger, request, judgementEntries(request, judgement, at));
}
