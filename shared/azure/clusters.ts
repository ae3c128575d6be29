import type { ManagedCluster as ArmCluster } from "@azure/arm-containerservice";
import { get, list, listByResourceGroup } from "@azure/arm-containerservice/api/managedClusters";
import * as z from "zod";
import { ClusterId, type ClusterScope } from "../connection/arm-id.ts";
import type { ManagedCluster } from "../connection/connection.ts";
import { Fault } from "../connection/fault.ts";
import type { Clusters, Listing } from "../connection/port.ts";
import type { ArmClient } from "./arm-client.ts";
import { targetsOf } from "./endpoints.ts";
import { listingOf, quoted } from "./listing.ts";
import { shortLocation } from "./location.ts";
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

/** The managed clusters by the real SDK. A wave of connections on one cluster shares the reads of it: AKS allows few. */
export function armClusters(arm: ArmClient, spellings = new Spellings()): Clusters {
  const shared = share((id: ClusterId) => read(arm, spellings, id), PATIENCE_MS);
  return {
    read: shared,
    listIn: (scope) => listIn(arm, spellings, scope),
    targetsOf: (endpoint) => targetsOf(arm, endpoint),
  };
}

async function read(arm: ArmClient, spellings: Spellings, id: ClusterId): Promise<ManagedCluster | null> {
  const { subscription, resourceGroup, name } = spellings.ofCluster(id);
  const answer = await arm.call(subscription, (context, options) =>
    get(context, resourceGroup, name, options),
  );
  return answer === null ? null : clusterOf(spellings, answer.value);
}

async function listIn(
  arm: ArmClient,
  spellings: Spellings,
  scope: ClusterScope,
): Promise<Listing<ManagedCluster>> {
  const cluster = ClusterId.safeParse(scope);
  if (cluster.success) {
    const found = await read(arm, spellings, cluster.data);
    if (found === null) throw unknownScope(scope);
    return { items: [found], unreadable: [] };
  }
  const [, , subscription = "", , group] = scope.split("/");
  const answer = await arm.call(subscription, (context, options) =>
    Array.fromAsync(
      group === undefined ? list(context, options) : listByResourceGroup(context, group, options),
    ),
  );
  if (answer === null) throw unknownScope(scope);
  return listingOf(answer.value, (item) => clusterOf(spellings, item));
}

const unknownScope = (scope: ClusterScope) =>
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
