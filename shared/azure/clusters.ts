import type { ManagedCluster as ArmCluster } from "@azure/arm-containerservice";
import type { ContainerServiceContext } from "@azure/arm-containerservice/api";
import { get, list, listByResourceGroup } from "@azure/arm-containerservice/api/managedClusters";
import * as z from "zod";
import { armName, ClusterId, type ClusterScope, type PrivateEndpointId } from "../connection/arm-id.ts";
import type { ManagedCluster } from "../connection/connection.ts";
import { Fault } from "../connection/fault.ts";
import type { Clusters, Listing } from "../connection/port.ts";
import type { ArmClient, CallOptions } from "./arm-client.ts";
import { listingOf } from "./listing.ts";

/** A stable version of the Network API that has what we read; any later one has it too. */
const NETWORK_API_VERSION = "2024-05-01";

/** ARM takes and gives `West Europe` for `westeurope`; policies know the short form only. */
const shortLocation = (location: string): string => location.replaceAll(" ", "").toLowerCase();

/** What we read of a managed cluster. */
const ReceivedCluster = z.object({
  id: ClusterId,
  location: z.string().transform(shortLocation),
  tags: z.record(z.string(), z.string()).nullish(),
  nodeResourceGroup: z.string().min(1),
  apiServerAccessProfile: z.object({ enablePrivateCluster: z.boolean().nullish() }).nullish(),
});

const Targets = z.array(z.object({ properties: z.object({ privateLinkServiceId: z.string() }) })).nullish();

/** What we read of a consumer's private endpoint. */
const ReceivedEndpoint = z.object({
  properties: z.object({
    manualPrivateLinkServiceConnections: Targets,
    privateLinkServiceConnections: Targets,
  }),
});

/** The managed clusters by the real SDK, and private endpoints by the same pipeline, which is plain REST beneath. */
export function armClusters(arm: ArmClient): Clusters {
  return {
    read: (id) => read(arm, id),
    listIn: (scope) => listIn(arm, scope),
    targetsOf: async (endpoint) => {
      const { subscription } = armName(endpoint);
      const answer = await arm.call(subscription, (context, options) =>
        readEndpoint(context, endpoint, options),
      );
      return answer === null ? null : targetsIn(answer.value);
    },
  };
}

async function read(arm: ArmClient, id: ClusterId): Promise<ManagedCluster | null> {
  const { subscription, resourceGroup, name } = armName(id);
  const answer = await arm.call(subscription, (context, options) =>
    get(context, resourceGroup, name, options),
  );
  return answer === null ? null : clusterOf(answer.value);
}

async function listIn(arm: ArmClient, scope: ClusterScope): Promise<Listing<ManagedCluster>> {
  const cluster = ClusterId.safeParse(scope);
  if (cluster.success) {
    const found = await read(arm, cluster.data);
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
  return listingOf(answer.value, clusterOf);
}

const unknownScope = (scope: ClusterScope) =>
  new Fault("REFUSED", `ARM knows no ${scope}; CLUSTER_SCOPES names it.`);

async function readEndpoint(context: ContainerServiceContext, id: PrivateEndpointId, options: CallOptions) {
  const { abortSignal, onResponse } = options;
  const response = await context
    .pathUnchecked(id)
    .get({ queryParameters: { "api-version": NETWORK_API_VERSION }, abortSignal, onResponse });
  if (response.status !== "200") throw restErrorOf(response);
  return response.body as unknown;
}

/** In the shape that the SDK throws for its own operations. */
const restErrorOf = (response: {
  status: string;
  body: unknown;
  headers: Readonly<Record<string, string>>;
}) =>
  Object.assign(new Error(`ARM answered ${response.status}`), {
    statusCode: response.status,
    details: response.body,
    response: { headers: { get: (name: string) => response.headers[name] } },
  });

function clusterOf(received: ArmCluster): ManagedCluster {
  const parsed = ReceivedCluster.safeParse(received);
  if (!parsed.success) {
    throw new Fault("UNREADABLE", "ARM's answer about a managed cluster is not what is documented.", {
      cause: parsed.error,
    });
  }
  const { id, location, tags, nodeResourceGroup, apiServerAccessProfile } = parsed.data;
  const isPrivate = apiServerAccessProfile?.enablePrivateCluster === true;
  return { id, location, tags: tags ?? {}, nodeResourceGroup, isPrivate };
}

/** Targets that are no managed clusters, e.g. somebody's database, are none of our business. */
function targetsIn(body: unknown): readonly ClusterId[] {
  const parsed = ReceivedEndpoint.safeParse(body);
  if (!parsed.success) {
    throw new Fault("UNREADABLE", "ARM's answer about a private endpoint is not what is documented.", {
      cause: parsed.error,
    });
  }
  const { manualPrivateLinkServiceConnections: manual, privateLinkServiceConnections: automatic } =
    parsed.data.properties;
  const ids = [...(manual ?? []), ...(automatic ?? [])].map(
    ({ properties }) => properties.privateLinkServiceId,
  );
  return ids.flatMap((id) => {
    const cluster = ClusterId.safeParse(id);
    return cluster.success ? [cluster.data] : [];
  });
}
