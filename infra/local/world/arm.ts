import * as z from "zod";
import type { Application } from "../entra/directory.ts";
import { CommandError } from "../kit/errors.ts";
import { trustAuthority } from "../kit/trust.ts";
import type { Endpoints } from "../supervisor/endpoints.ts";
import { reach } from "./reach.ts";
import { appToken } from "./tokens.ts";

const CONTAINER_SERVICE_VERSION = "2026-01-01";
const NETWORK_VERSION = "2025-05-01";

const ClusterPage = z.object({
  value: z.array(z.object({ id: z.string(), name: z.string() })),
  nextLink: z.url().optional(),
});

const Refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** A managed cluster, as far as a consumer has to know it. */
type KnownCluster = z.infer<typeof ClusterPage>["value"][number];

/** A private cluster to create. */
interface NewCluster {
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A private endpoint to create, in its consumer's subscription. */
export interface NewPrivateEndpoint {
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly location: string;
  readonly clusterId: string;
  /** The consumer's words to the cluster's owner, at most 140 characters. */
  readonly message: string | undefined;
}

/** ARM, as its users write to it: what a deployment of a cluster or of a private endpoint sends. */
export interface ArmUser {
  listClusters(subscription: string): Promise<readonly KnownCluster[]>;
  /** Creates or updates; @returns its resource ID. */
  putCluster(cluster: NewCluster): Promise<string>;
  /** Creates or updates; @returns its resource ID. The cluster's owner has to approve the connection. */
  putPrivateEndpoint(endpoint: NewPrivateEndpoint): Promise<string>;
  deletePrivateEndpoint(id: string): Promise<void>;
  /** Approves a connection, as the portal does. */
  approveConnection(id: string, description: string): Promise<void>;
}

/** ARM for one application. @throws CommandError (from its verbs) with ARM's words when ARM refuses. */
export async function armAs(application: Application, endpoints: Endpoints): Promise<ArmUser> {
  trustAuthority(endpoints.armCa);
  const authorization = `Bearer ${await appToken(endpoints, application)}`;

  async function call(method: "GET" | "PUT" | "DELETE", url: string, body?: object): Promise<unknown> {
    const response = await reach("ARM", url, {
      method,
      headers: { authorization, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer: unknown = text === "" ? undefined : JSON.parse(text);
    if (response.ok) return answer;
    const { error } = Refusal.parse(answer);
    throw new CommandError(
      `Azure Resource Manager refused (${response.status} ${error.code}): ${error.message}`,
    );
  }

  const urlOf = (id: string, version: string): string =>
    `${endpoints.arm}${id.split("/").map(encodeURIComponent).join("/")}?api-version=${version}`;

  async function put(id: string, version: string, body: object): Promise<string> {
    await call("PUT", urlOf(id, version), body);
    return id;
  }

  return {
    async listClusters(subscription) {
      const path = `/subscriptions/${subscription}/providers/Microsoft.ContainerService/managedClusters`;
      const found: KnownCluster[] = [];
      let next: string | undefined = `${endpoints.arm}${path}?api-version=${CONTAINER_SERVICE_VERSION}`;
      while (next !== undefined) {
        const page: z.infer<typeof ClusterPage> = ClusterPage.parse(await call("GET", next));
        found.push(...page.value);
        next = page.nextLink;
      }
      return found;
    },
    putCluster: (cluster) => put(clusterIdOf(cluster), CONTAINER_SERVICE_VERSION, clusterBody(cluster)),
    putPrivateEndpoint: (endpoint) => put(endpointIdOf(endpoint), NETWORK_VERSION, endpointBody(endpoint)),
    async deletePrivateEndpoint(id) {
      await call("DELETE", urlOf(id, NETWORK_VERSION));
    },
    async approveConnection(id, description) {
      const privateLinkServiceConnectionState = { status: "Approved", description };
      await put(id, CONTAINER_SERVICE_VERSION, { properties: { privateLinkServiceConnectionState } });
    },
  };
}

/** Its resource ID. */
export function clusterIdOf({
  subscription,
  resourceGroup,
  name,
}: Pick<NewCluster, "subscription" | "resourceGroup" | "name">): string {
  return `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${name}`;
}

/** Its resource ID. */
export function endpointIdOf({
  subscription,
  resourceGroup,
  name,
}: Pick<NewPrivateEndpoint, "subscription" | "resourceGroup" | "name">): string {
  return `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.Network/privateEndpoints/${name}`;
}

/** @see https://learn.microsoft.com/rest/api/aks/managed-clusters/create-or-update */
function clusterBody({ name, location, tags }: NewCluster): object {
  return {
    location,
    tags,
    properties: { dnsPrefix: name, apiServerAccessProfile: { enablePrivateCluster: true } },
  };
}

/**
 * A request to somebody else's cluster is always a manual connection; `management` is the API server.
 * @see https://learn.microsoft.com/azure/aks/private-cluster-connect
 */
function endpointBody(endpoint: NewPrivateEndpoint): object {
  const { subscription, resourceGroup, name, location, clusterId, message } = endpoint;
  const network = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.Network/virtualNetworks`;
  const connection = {
    name,
    properties: {
      privateLinkServiceId: clusterId,
      groupIds: ["management"],
      ...(message !== undefined && { requestMessage: message }),
    },
  };
  return {
    location,
    properties: {
      subnet: { id: `${network}/vnet/subnets/default` },
      manualPrivateLinkServiceConnections: [connection],
    },
  };
}
