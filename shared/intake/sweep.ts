import type { ClusterId } from "../connection/arm-id.ts";
import { reassessAll } from "../workflow/reassess.ts";
import { Walk, type WalkOptions, type WalkReport } from "../workflow/walk.ts";
import { type Findings, followHint, type IntakeNeeds, sum } from "./follow-hint.ts";

export interface SweepReport extends Findings, WalkReport {
  readonly clusters: number;
  /** Requests at rest that the policy in force has judged, since another one had. */
  readonly reassessed: number;
}

/**
 * Looks through every cluster in our care, and through every request that another policy than the one in force judged.
 * The path that must be complete: no event announces a Pending connection on the cluster's side.
 */
export async function sweep(needs: IntakeNeeds, options: WalkOptions): Promise<SweepReport> {
  const walk = new Walk(options);
  const clusters = new Set<ClusterId>(await needs.ledger.store.clustersWithOpenRequests());
  for (const scope of needs.scopes) {
    const listed = await walk.attempt(scope, () => needs.clusters.listIn(scope));
    for (const { id, isPrivate } of listed?.items ?? []) if (isPrivate) clusters.add(id);
    for (const fault of listed?.unreadable ?? []) walk.note(scope, fault);
  }

  const found = await walk.through([...clusters], { what: "clusters", sideBySide: 4 }, (clusterId) =>
    followHint(needs, { kind: "cluster", clusterId }, "sweep"),
  );
  const { unchanged, assessedAgain, troubles, broken } = await reassessAll(needs, options);
  return {
    ...sum(found),
    clusters: clusters.size,
    reassessed: unchanged + assessedAgain,
    troubles: [...walk.troubles, ...troubles],
    broken: [...walk.broken, ...broken],
  };
}
