import type { Judgement } from "../approval/consequence.ts";
import { noLongerLeftEntries } from "../approval/defer.ts";
import { policyChangeEntries } from "../approval/policy-change.ts";
import { rejectionDelay } from "../approval/rejection-delay.ts";
import {
  CLUSTER_GONE,
  compareSnapshot,
  foundEntries,
  missingEntries,
  snapshotEntries,
} from "../approval/snapshot.ts";
import type { Instant, ManagedCluster, PrivateEndpointConnection } from "../connection/connection.ts";
import { Fault } from "../connection/fault.ts";
import { isOwnConnection } from "../connection/own-connection.ts";
import { gatherFacts, named } from "../facts/gather.ts";
import { explain, type Facts, factsUsed, type Policy } from "../policy/index.ts";
import type { Entry } from "../request/record.ts";
import { type ApprovalRequest, isLeft } from "../request/request.ts";
import type { JudgingNeeds } from "./needs.ts";

/**
 * What the policy in force makes of a request at a moment. Only the facts that it uses are looked up, and for people who
 * is who, but they are kept whole, all tags too: another policy may want to know what this one did not ask.
 */
export async function judgementOf(
  needs: Pick<JudgingNeeds, "policies" | "facts">,
  about: { readonly request: ApprovalRequest; readonly cluster: ManagedCluster; readonly at: Instant },
): Promise<Judgement> {
  const { policy, version } = await needs.policies.inForce();
  const { facts, passing } = await gatherFacts(needs.facts, about, factsUsed(policy));
  const judgement = judged(policy, facts);
  const isForPeople = judgement.verdict.kind === "ask";
  return {
    ...judgement,
    facts: isForPeople ? await named(needs.facts, about.request, facts) : facts,
    passing,
    version,
  };
}

/** What a policy says of facts. */
export function judged(policy: Policy, facts: Facts): Judgement {
  const verdict = explain(policy, facts);
  const isNamed = verdict.kind === "ask" && verdict.requirement.excludedReviewer !== null;
  const unnamed = isNamed ? explain(policy, { ...facts, requesterId: UNNAMED }) : verdict;
  return { verdict, facts, passing: [], unnamed, version: null };
}

const UNNAMED = { kind: "unknown", cause: "not looked at" } as const;

/** What ARM shows of a request; null is its 404. */
export interface View {
  readonly connection: PrivateEndpointConnection | null;
  readonly cluster: ManagedCluster | null;
}

/** A fresh read of both. */
export const freshView =
  ({ connections, clusters }: Pick<JudgingNeeds, "connections" | "clusters">) =>
  async ({ connectionId, clusterId }: ApprovalRequest): Promise<View> => ({
    connection: await connections.read(connectionId),
    cluster: await clusters.read(clusterId),
  });

/**
 * What another look of the policy at a request at rest comes to: nothing, where the same policy says the same.
 *
 * Throws a `Fault` when ARM cannot be asked, when only a fact that cannot be read for the moment makes a difference, and
 * when a policy rejects that may not do so yet: no review is lost because a source is throttled, or to a policy that is
 * only half deployed.
 */
export async function judgedAgainEntries(
  needs: JudgingNeeds,
  request: ApprovalRequest,
  { connection, cluster }: View,
): Promise<readonly Entry[]> {
  const at = needs.ledger.now();
  const comparison = compareSnapshot(request, connection);
  if (comparison.kind !== "same") return snapshotEntries(request, comparison, at);
  if (cluster === null) return missingEntries(request, CLUSTER_GONE, at);
  const judgement = await judgementOf(needs, { request, cluster, at });
  const { verdict, passing } = judgement;
  if (isOwnConnection(request, cluster))
    return [...foundEntries(request), ...policyChangeEntries(request, verdict.policyHash)];
  const entries =
    request.policyHash === verdict.policyHash && isLeft(request)
      ? noLongerLeftEntries(verdict)
      : policyChangeEntries(request, verdict.policyHash, judgement);
  const news = [...foundEntries(request), ...entries];
  if (!entries.some(({ kind }) => kind === "resumed")) return news;
  if (passing.length > 0)
    throw new Fault("UNREACHABLE", `Not assessed again yet: ${passing.join(", ")} cannot be read for now.`);
  if (verdict.kind === "reject") await holdRejection(needs);
  return news;
}

/** @throws a `Fault` that says how long to wait while the policy in force is too new to reject anything */
export async function holdRejection({
  policies,
  ledger,
}: Pick<JudgingNeeds, "policies" | "ledger">): Promise<void> {
  const { rejectsFrom } = await policies.inForce();
  const delay = rejectionDelay(rejectsFrom, ledger.now());
  if (delay !== null) throw new Fault("HELD", delay.because, { retryAfterMs: delay.forMs ?? undefined });
}
