import {
  armName,
  type ClusterId,
  type ClusterScope,
  type ConnectionId,
  clusterOf,
  isWithin,
  type PrivateEndpointId,
} from "../connection/arm-id.ts";
import { Fault } from "../connection/fault.ts";
import type { Clusters } from "../connection/port.ts";
import { turnOf } from "../connection/turn.ts";
import type { HintSource } from "../request/terms.ts";
import type { JudgingNeeds } from "../workflow/needs.ts";
import { reconcile, reconcileRequest } from "../workflow/reconcile.ts";
import type { Hint } from "./hint.ts";
import { everything, type Findings, type Looked, type LookNeeds, lookThrough, nothing, sum } from "./look.ts";
import type { Looks } from "./looks.ts";

export interface IntakeNeeds extends JudgingNeeds, LookNeeds {
  readonly clusters: Clusters;
  readonly scopes: readonly ClusterScope[];
  /** The looks at clusters that hints share. */
  readonly looks: Looks;
  /** Whether ARM's limits for this cluster are short, so that hints had better share a look. */
  isShort(cluster: ClusterId): boolean;
}

/**
 * Looks where a hint points. The hint itself is believed in nothing: which connections there are, and in which state,
 * is what ARM says now. Throws a `Fault` when ARM cannot be asked.
 */
export async function followHint(needs: IntakeNeeds, hint: Hint, source: HintSource): Promise<Findings> {
  switch (hint.kind) {
    case "irrelevant":
      return nothing(hint.because);
    case "cluster": {
      const { clusterId } = hint;
      return isOurs(needs, clusterId) ? needs.looks.join(needs, clusterId, null, source) : nothing(NOT_OURS);
    }
    case "connection":
      return lookAtConnection(needs, hint.connectionId, source);
    case "privateEndpoint":
      return lookForEndpoint(needs, hint.privateEndpointId, source);
  }
}

/** Everything on a cluster, whether it changed or not. Throws a `Fault` when ARM cannot be asked. */
export async function sweepCluster(needs: IntakeNeeds, cluster: ClusterId): Promise<Looked> {
  if (!isOurs(needs, cluster)) return { findings: nothing(NOT_OURS), left: null };
  const listing = (await needs.connections.list(cluster)) ?? { items: [], unreadable: [] };
  return lookThrough(needs, cluster, listing, everything("sweep"), new Map());
}

const NOT_OURS = "The cluster is outside CLUSTER_SCOPES.";

const isOurs = ({ scopes }: Pick<IntakeNeeds, "scopes">, cluster: ClusterId): boolean =>
  scopes.some((scope) => isWithin(cluster, scope));

/** By a read of its own, while there is room for that: a list of a large cluster costs more than it. */
async function lookAtConnection(needs: IntakeNeeds, id: ConnectionId, source: HintSource): Promise<Findings> {
  const cluster = clusterOf(id);
  if (!isOurs(needs, cluster)) return nothing(NOT_OURS);
  if (needs.isShort(cluster)) return needs.looks.join(needs, cluster, id, source);
  try {
    return await lookAtOne(needs, id, source);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "THROTTLED") throw error;
    return needs.looks.join(needs, cluster, id, source);
  }
}

async function lookAtOne(needs: IntakeNeeds, id: ConnectionId, source: HintSource): Promise<Findings> {
  const connection = await needs.connections.read(id);
  if (connection !== null) {
    const connections = needs.inTurnOf(turnOf(connection.privateEndpointId, "look"));
    const isOpened = await reconcile({ ...needs, connections }, connection, source);
    return { seen: 1, opened: isOpened ? 1 : 0, ignored: null, strange: [] };
  }
  const open = await needs.ledger.store.open({ connection: id });
  for (const request of open) await reconcileRequest(needs, request, null);
  return { seen: open.length, opened: 0, ignored: null, strange: [] };
}

/** An endpoint's own record names the clusters; when we may not read it, or it is gone, our open requests do. */
async function lookForEndpoint(
  needs: IntakeNeeds,
  endpoint: PrivateEndpointId,
  source: HintSource,
): Promise<Findings> {
  const targets = await targetsOf(needs, endpoint);
  const requests = await needs.ledger.store.open({ endpoint });
  const clusters = new Set([...targets, ...requests.map(({ clusterId }) => clusterId)]);
  const ours = [...clusters].filter((cluster) => isOurs(needs, cluster));
  if (ours.length === 0)
    return nothing("No cluster of ours is known for this private endpoint; the sweep will find it.");
  // Side by side: neither a cluster that is slow nor one that cannot be listed keeps the others from being looked at.
  const looks = ours.map((cluster) => needs.looks.join(needs, cluster, endpoint, source));
  await Promise.allSettled(looks);
  return sum(await Promise.all(looks));
}

/**
 * None also when it is not for us to read, which consumers of other tenants seldom let us, or to understand. When there is
 * no room for the read, because the same consumer's endpoints change without end, it may point where the others do.
 */
async function targetsOf(
  { clusters, looks }: IntakeNeeds,
  endpoint: PrivateEndpointId,
): Promise<readonly ClusterId[]> {
  try {
    return (await clusters.targetsOf(endpoint)) ?? [];
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === "THROTTLED") return looks.clustersOf(armName(endpoint).subscription);
    if (!error.isTransient || error.code === "UNREADABLE") return [];
    throw error;
  }
}
