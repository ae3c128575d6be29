import {
  type ClusterId,
  type ClusterScope,
  clusterOf,
  isWithin,
  type PrivateEndpointId,
} from "../connection/arm-id.ts";
import { Fault } from "../connection/fault.ts";
import type { Clusters } from "../connection/port.ts";
import type { FactSources } from "../facts/port.ts";
import type { Policies } from "../policy-in-force/port.ts";
import type { HintSource } from "../request/terms.ts";
import { type ReconcileNeeds, reconcile, reconcileRequest } from "../workflow/reconcile.ts";
import type { Hint } from "./hint.ts";

export interface IntakeNeeds extends ReconcileNeeds {
  readonly clusters: Clusters;
  readonly scopes: readonly ClusterScope[];
  readonly policies: Policies;
  readonly facts: FactSources;
}

/** What came of a hint. */
export interface Findings {
  /** Connections that were looked at. */
  readonly seen: number;
  /** Requests that were opened. */
  readonly opened: number;
  /** Why nothing was looked at, null when something was. */
  readonly ignored: string | null;
  /** What ARM lists and we cannot understand, each by name: people must look at it. */
  readonly strange: readonly Fault[];
}

const nothing = (because: string): Findings => ({ seen: 0, opened: 0, ignored: because, strange: [] });

/**
 * Looks where a hint points. The hint itself is believed in nothing: which connections there are, and in which state,
 * is what ARM says now. Throws a `Fault` when ARM cannot be asked.
 */
export async function followHint(needs: IntakeNeeds, hint: Hint, source: HintSource): Promise<Findings> {
  switch (hint.kind) {
    case "irrelevant":
      return nothing(hint.because);
    case "cluster":
      return isOurs(needs, hint.clusterId) ? lookAtCluster(needs, hint.clusterId, source) : nothing(NOT_OURS);
    case "connection": {
      if (!isOurs(needs, clusterOf(hint.connectionId))) return nothing(NOT_OURS);
      const connection = await needs.connections.read(hint.connectionId);
      if (connection !== null) return count([await reconcile(needs, connection, source)]);
      const open = await needs.ledger.store.open({ connection: hint.connectionId });
      for (const request of open) await reconcileRequest(needs, request, null);
      return { seen: open.length, opened: 0, ignored: null, strange: [] };
    }
    case "privateEndpoint":
      return lookForEndpoint(needs, hint.privateEndpointId, source);
  }
}

const NOT_OURS = "The cluster is outside CLUSTER_SCOPES.";

const isOurs = ({ scopes }: IntakeNeeds, cluster: ClusterId): boolean =>
  scopes.some((scope) => isWithin(cluster, scope));

const count = (opened: readonly boolean[], strange: readonly Fault[] = []): Findings => ({
  seen: opened.length,
  opened: opened.filter(Boolean).length,
  ignored: null,
  strange,
});

/** All connections of a cluster, or of one endpoint on it; and those that we wait for but ARM shows no more. */
async function lookAtCluster(
  needs: IntakeNeeds,
  cluster: ClusterId,
  source: HintSource,
  endpoint?: PrivateEndpointId,
): Promise<Findings> {
  const { items, unreadable } = (await needs.connections.list(cluster)) ?? { items: [], unreadable: [] };
  const meant = items.filter(
    // One whose endpoint the list leaves out may be the one that is meant.
    ({ privateEndpointId: its }) => endpoint === undefined || its === endpoint || its === null,
  );
  const opened: boolean[] = [];
  for (const connection of meant) opened.push(await reconcile(needs, connection, source));

  const isListed = new Set<string>(items.map(({ id }) => id));
  for (const request of await needs.ledger.store.open({ cluster })) {
    if (!isListed.has(request.connectionId)) await reconcileRequest(needs, request, null);
  }
  return count(opened, unreadable);
}

/** An endpoint's own record names the clusters; when we may not read it, or it is gone, our open requests do. */
async function lookForEndpoint(
  needs: IntakeNeeds,
  endpoint: PrivateEndpointId,
  source: HintSource,
): Promise<Findings> {
  const targets = (await targetsOf(needs.clusters, endpoint)) ?? [];
  const requests = await needs.ledger.store.open({ endpoint });
  const clusters = new Set([...targets, ...requests.map(({ clusterId }) => clusterId)]);
  const ours = [...clusters].filter((cluster) => isOurs(needs, cluster));
  if (ours.length === 0)
    return nothing("No cluster of ours is known for this private endpoint; the sweep will find it.");
  const found: Findings[] = [];
  for (const cluster of ours) found.push(await lookAtCluster(needs, cluster, source, endpoint));
  return sum(found);
}

/** Null also when it is not for us to read, which consumers of other tenants seldom let us, or to understand. */
async function targetsOf(
  clusters: Clusters,
  endpoint: PrivateEndpointId,
): Promise<readonly ClusterId[] | null> {
  try {
    return await clusters.targetsOf(endpoint);
  } catch (error) {
    if (error instanceof Fault && (!error.isTransient || error.code === "UNREADABLE")) return null;
    throw error;
  }
}

/** What came of several. */
export const sum = (findings: readonly Findings[]): Findings => ({
  seen: findings.reduce((total, { seen }) => total + seen, 0),
  opened: findings.reduce((total, { opened }) => total + opened, 0),
  ignored: null,
  strange: findings.flatMap(({ strange }) => strange),
});
