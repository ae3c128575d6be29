import { type Entry, SYSTEM } from "../../audit/record.ts";
import { evaluate } from "../../policy/index.ts";
import { isOwnConnection, judge, refuse } from "../assess.ts";
import { factsOf } from "../facts.ts";
import type { ApprovalRequest } from "../request.ts";
import { compareSight, sightEntries } from "../sight.ts";
import { type ActivityNeeds, add } from "./needs.ts";

/** Reads the connection, gathers facts, lets the policy judge, and writes down what follows. */
export async function assess(needs: ActivityNeeds, seen: ApprovalRequest): Promise<ApprovalRequest> {
  const { ledger, connections, clusters, policy } = needs;
  const sighting = compareSight(seen, await connections.read(seen.connectionId));
  const request = sighting.kind === "same" ? seen : await add(ledger, seen, sightEntries(seen, sighting));
  if (request.state !== "assessing") return request;

  const cluster = await clusters.read(request.clusterId);
  if (cluster === null) return add(ledger, request, CLUSTER_GONE);
  if (isOwnConnection(request, cluster)) return add(ledger, request, refuse(request));
  return add(ledger, request, judge(evaluate(policy, factsOf(request, cluster)), ledger.now()));
}

const because = "The cluster is gone.";
const CLUSTER_GONE: readonly Entry[] = [{ kind: "superseded", actor: SYSTEM, because, sentence: because }];
