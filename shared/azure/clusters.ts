import type { ManagedCluster as ArmCluster } from "@azure/arm-containerservice";
import { get, list, listByResourceGroup } from "@azure/arm-containerservice/api/managedClusters";
import * as z from "zod";
import { ClusterId, type ClusterScope, type PrivateEndpointId } from "../connection/arm-id.ts";
import type { ManagedCluster } from "../connection/connection.ts";
import { Fault } from "../connection/fault.ts";
import type { Clusters, Listing } from "../connection/port.ts";
import type { ArmClient } from "./arm-client.ts";
import type { Budgets } from "./budgets.ts";
import { targetsOf } from "./endpoints.ts";
import { listingOf, quoted } from "./listing.ts";
import { shortLocation } from "./location.ts";
import { remember } from "./remember.ts";
import { share } from "./share.ts";
import { Spellings } from "./spellings.ts";

/** What we read of a managed cluster. */
const ReceivedCluster = z.object({
  id: ClusterId,
  location: z.string().transform(shortLocation),
  tags: z.record(z.string(), z.string()).nullish(),
  nodeResourceGroup: z.string().min(1),
  apiServerAccessProfile: z.object({ enablePrivateCluster: z.boolean().nullish() }).nullish(),
});

/** How long a read of a cluster waits for the one before it; a call that takes longer is in trouble. */
const PATIENCE_MS = 1_000;

/**
 * An endpoint's targets never change; only one that was deleted and made anew may have others. Short, because such a one
 * is then found by the sweep alone.
 */
const TARGETS_REMEMBERED = { forMs: 5_000, nothingForMs: 0, atMost: 1_000 };

/** The managed clusters by the real SDK. A wave of connections on one cluster shares the reads of it: AKS allows few. */
export function armClusters(arm: ArmClient, budgets: Budgets, spellings = new Spellings()): Clusters {
  const located = (cluster: ManagedCluster): ManagedCluster => {
    budgets.locate(cluster.id, cluster.location);
    return cluster;
  };
  const readLocated = async (id: ClusterId) => {
    const cluster = await budgets.cluster(id).learn(() => read(arm, spellings, id));
    return cluster && located(cluster);
  };
  const shared = share(readLocated, {
    patienceMs: PATIENCE_MS,
    turn: (id) => budgets.cluster(id).turn({ purpose: "look", consumer: null }),
  });
  const targets = remember(
    (id: PrivateEndpointId) =>
      budgets.endpoints(id).spend({ purpose: "look", consumer: null }, () => targetsOf(arm, id)),
    TARGETS_REMEMBERED,
  );
  const readOne = (id: ClusterId) => shared(id);
  return {
    read: readOne,
    listIn: async (scope) => {
      const cluster = ClusterId.safeParse(scope);
      if (cluster.success) return listOne(readOne, cluster.data);
      const { items, unreadable } = await listIn(arm, spellings, scope);
      return { items: items.map(located), unreadable };
    },
    targetsOf: targets,
  };
}

async function read(arm: ArmClient, spellings: Spellings, id: ClusterId): Promise<ManagedCluster | null> {
  const { subscription, resourceGroup, name } = spellings.ofCluster(id);
  const answer = await arm.call(subscription, (context, options) =>
    get(context, resourceGroup, name, options),
  );
  return answer === null ? null : clusterOf(spellings, answer.value);
}

async function listOne(readOne: Clusters["read"], id: ClusterId): Promise<Listing<ManagedCluster>> {
  const found = await readOne(id);
  if (found === null) throw unknownScope(id);
  return { items: [found], unreadable: [] };
}

async function listIn(
  arm: ArmClient,
  spellings: Spellings,
  scope: ClusterScope,
): Promise<Listing<ManagedCluster>> {
  const [, , subscription = "", , group] = scope.split("/");
  const answer = await arm.call(subscription, (context, options) =>
    Array.fromAsync(
      group === undefined ? list(context, options) : listByResourceGroup(context, group, options),
    ),
  );
  if (answer === null) throw unknownScope(scope);
  return listingOf(answer.value, (item) => clusterOf(spellings, item));
}

const unknownScope = (scope: ClusterScope | ClusterId) =>
  new Fault("REFUSED", `ARM knows no ${scope}; CLUSTER_SCOPES names it.`);

function clusterOf(spellings: Spellings, received: ArmCluster): ManagedCluster {
  const parsed = ReceivedCluster.safeParse(received);
  if (!parsed.success) {
    const which = quoted(received.id ?? received.name);
    throw new Fault(
      "UNREADABLE",
      `ARM's answer about a managed cluster (${which}) is not what is documented.`,
      {
        cause: parsed.error,
      },
    );
  }
  spellings.learnCluster(parsed.data.id, received.id ?? "");
  const { id, location, tags, nodeResourceGroup, apiServerAccessProfile } = parsed.data;
  const isPrivate = apiServerAccessProfile?.enablePrivateCluster === true;
  return { id, location, tags: tags ?? {}, nodeResourceGroup, isPrivate };
}
