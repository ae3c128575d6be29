import { isInterrupted } from "../approval/fail.ts";
import type { ClusterId } from "../connection/arm-id.ts";
import { isAtRest } from "../request/request.ts";
import { onTheSweep } from "../workflow/needs.ts";
import { wake } from "../workflow/port.ts";
import { reassessAll } from "../workflow/reassess.ts";
import { Walk, type WalkOptions, type WalkReport } from "../workflow/walk.ts";
import { type IntakeNeeds, sweepCluster } from "./follow-hint.ts";
import { type Findings, sum } from "./look.ts";

export interface SweepReport extends Findings, WalkReport {
  readonly clusters: number;
  /** Scopes and clusters that could not be looked at, or not wholly. */
  readonly missed: number;
  /** Requests at rest that the policy in force has assessed, since another one had. */
  readonly reassessed: number;
}

/**
 * Looks through every cluster in our care, and through every request that another policy than the one in force assessed.
 * The path that must be complete: no event announces a Pending connection on the cluster's side.
 */
export async function sweep(all: IntakeNeeds, options: WalkOptions): Promise<SweepReport> {
  const needs = onTheSweep(all);
  const walk = new Walk(options);
  const clusters = await clustersToLookAt(needs, walk);
  const looked = await walk.through(clusters, { what: "clusters", sideBySide: 4 }, async (clusterId) => {
    const { findings, left } = await sweepCluster(needs, clusterId);
    for (const fault of findings.strange) walk.note(clusterId, fault);
    if (left !== null) walk.leave(clusterId, left.fault);
    return { clusterId, findings };
  });
  const seen = new Set(
    looked.flatMap(({ clusterId, findings }) => (findings.ignored === null ? [clusterId] : [])),
  );
  for (const clusterId of clusters)
    if (!seen.has(clusterId)) await walk.attempt(clusterId, () => wakeAll(needs, clusterId));
  const { unchanged, assessedAgain, troubles, broken } = await reassessAll(needs, options);
  return {
    ...sum(looked.map(({ findings }) => findings)),
    clusters: clusters.length,
    reassessed: unchanged + assessedAgain,
    missed: walk.missed,
    troubles: [...walk.troubles, ...troubles],
    broken: [...walk.broken, ...broken],
  };
}

/** The private clusters of every scope, as far as ARM tells, and those about which a request is open. */
async function clustersToLookAt({ ledger, scopes, clusters }: IntakeNeeds, walk: Walk): Promise<ClusterId[]> {
  const ids = new Set<ClusterId>(await ledger.store.clustersWithOpenRequests());
  for (const scope of scopes) {
    const listed = await walk.attempt(scope, () => clusters.listIn(scope));
    for (const { id, isPrivate } of listed?.items ?? []) if (isPrivate) ids.add(id);
    for (const fault of listed?.unreadable ?? []) walk.note(scope, fault);
  }
  return [...ids];
}

/** What waits for people is looked after also where ARM cannot be asked, or may not be any more: time goes on there, too. */
async function wakeAll({ ledger, orchestrations }: IntakeNeeds, cluster: ClusterId): Promise<void> {
  for (const request of await ledger.store.open({ cluster }))
    if (!isInterrupted(request, ledger.now()))
      await wake(orchestrations, request, isAtRest(request) ? null : request.waitSeq);
}
