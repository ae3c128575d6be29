import { judgementEntries, refuse } from "../approval/consequence.ts";
import { pauseWhileRestless } from "../approval/restless.ts";
import {
  CLUSTER_GONE,
  compareSnapshot,
  foundEntries,
  missingEntries,
  snapshotEntries,
} from "../approval/snapshot.ts";
import { Fault } from "../connection/fault.ts";
import { isOwnConnection } from "../connection/own-connection.ts";
import { amendIfUnchanged, type Ledger } from "../request/ledger.ts";
import type { AuditRecord } from "../request/record.ts";
import type { ApprovalRequest, RequestIn } from "../request/request.ts";
import { judgementOf } from "./judge.ts";
import type { JudgingNeeds } from "./needs.ts";

/** ARM shows the connection but not its cluster. */
async function withoutCluster({ ledger }: JudgingNeeds, seen: ApprovalRequest): Promise<ApprovalRequest> {
  const entries = missingEntries(seen, CLUSTER_GONE, ledger.now());
  const request = await amendIfUnchanged(ledger, seen, entries);
  if (request.state !== "closed") throw notShown(CLUSTER_GONE);
  return request;
}

const notShown = (because: string): Fault => new Fault("UNREACHABLE", `${because} It is looked for again.`);

/** Reads the connection, gathers facts, lets the policy judge, and writes down what follows. */
export async function assess(needs: JudgingNeeds, seen: RequestIn<"assessing">): Promise<ApprovalRequest> {
  const { ledger, connections, clusters } = needs;
  await untilQuiet(ledger, seen);
  const comparison = compareSnapshot(seen, await connections.look(seen.connectionId));
  const request =
    comparison.kind === "same"
      ? seen
      : await amendIfUnchanged(ledger, seen, snapshotEntries(seen, comparison, ledger.now()));
  if (request.state !== "assessing") return request;
  if (comparison.kind === "missing") throw notShown(comparison.because);

  const cluster = await clusters.read(request.clusterId);
  if (cluster === null) return withoutCluster(needs, request);
  if (isOwnConnection(request, cluster)) return amendIfUnchanged(ledger, request, refuse(request));
  const at = ledger.now();
  const judgement = await judgementOf(needs, { request, cluster, at });
  const entries = [...foundEntries(request), ...judgementEntries(request, judgement, at)];
  return amendIfUnchanged(ledger, request, entries);
}

/** Another message, or another endpoint of the same name where an answered one was. */
const isByConsumer = (record: AuditRecord): boolean =>
  record.kind === "received" || (record.kind === "reopened" && record.reason === "returned");

/** A consumer who changes an endpoint again and again is served ever more rarely. */
async function untilQuiet({ store, now }: Ledger, { id, seq }: ApprovalRequest): Promise<void> {
  // A request that was only received has not changed.
  if (seq === 1) return;
  const changes = (await store.trail(id)).filter(isByConsumer).map(({ at }) => at);
  const retryAfterMs = pauseWhileRestless(changes, now());
  if (retryAfterMs === 0) return;
  throw new Fault("THROTTLED", "The consumer changes the connection again and again.", {
    retryAfterMs,
    isTurn: true,
  });
}
