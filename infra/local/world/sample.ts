import { CONSUMER_DEPLOYER, PLATFORM_DEPLOYER } from "../entra/directory.ts";
import type { Endpoints } from "../supervisor/endpoints.ts";
import { PROVIDER_SUBSCRIPTION } from "../supervisor/places.ts";
import { armAs } from "./arm.ts";
import { armControl } from "./control.ts";

const CLUSTERS = [
  {
    subscription: PROVIDER_SUBSCRIPTION,
    resourceGroup: "rg-aks-prod",
    name: "aks-payments-prod",
    location: "westeurope",
    tags: { env: "prod", owner: "platform" },
  },
  {
    subscription: PROVIDER_SUBSCRIPTION,
    resourceGroup: "rg-aks-dev",
    name: "aks-web-dev",
    location: "northeurope",
    tags: { env: "dev", owner: "web" },
  },
];

const SUBSCRIPTIONS = [
  {
    id: PROVIDER_SUBSCRIPTION,
    displayName: "Platform",
    tags: { owner: "platform" },
    managementGroups: ["mg-platform"],
  },
  {
    id: "3e9e0d50-1ff8-4789-acc6-7d571bd52f17",
    displayName: "Payments",
    tags: { env: "prod", costCenter: "4711" },
    managementGroups: ["mg-payments", "mg-production"],
  },
  {
    id: "7c1f2a64-9a0b-4e0e-8d6c-2f5b7a9e4d11",
    displayName: "Sandbox",
    tags: { env: "sandbox" },
    managementGroups: ["mg-sandbox"],
  },
  {
    id: "a4b8f0c2-6d1e-4c57-9e34-8f7d2b6c5e90",
    displayName: "Data",
    tags: { env: "prod", costCenter: "0815" },
    managementGroups: ["mg-data", "mg-production"],
  },
];

/** All three want the production cluster; the sample policy treats each differently. */
const CONSUMERS = [
  {
    subscription: "3e9e0d50-1ff8-4789-acc6-7d571bd52f17",
    resourceGroup: "rg-payments",
    name: "pe-payments-01-prod",
    message: undefined,
  },
  {
    subscription: "7c1f2a64-9a0b-4e0e-8d6c-2f5b7a9e4d11",
    resourceGroup: "rg-sandbox",
    name: "pe-sandbox-test",
    message: undefined,
  },
  {
    subscription: "a4b8f0c2-6d1e-4c57-9e34-8f7d2b6c5e90",
    resourceGroup: "rg-data",
    name: "pe-data-jobs",
    message: "Nightly export, CHG0042137",
  },
];

/** Options of npm run request, which make one more consumer of this world. */
export const ONE_MORE_REQUEST =
  "--cluster aks-payments-prod --subscription a4b8f0c2-6d1e-4c57-9e34-8f7d2b6c5e90 --name pe-data-report";

/**
 * Creates two private clusters and three consumers' private endpoints, the way their deployments would: through ARM.
 * Doing it again changes nothing. @returns the resource IDs of the private endpoints.
 */
export async function createSampleWorld(
  endpoints: Endpoints,
  log: (line: string) => void,
): Promise<readonly string[]> {
  const control = armControl(endpoints);
  for (const subscription of SUBSCRIPTIONS) await control.describeSubscription(subscription);

  const platform = await armAs(PLATFORM_DEPLOYER, endpoints);
  const clusterIds: string[] = [];
  for (const cluster of CLUSTERS) {
    clusterIds.push(await platform.putCluster(cluster));
    log(`created the private cluster ${cluster.name} (${cluster.location}, env=${cluster.tags.env})`);
  }
  const [clusterId = ""] = clusterIds;

  const consumers = await armAs(CONSUMER_DEPLOYER, endpoints);
  const privateEndpointIds: string[] = [];
  for (const { message, ...consumer } of CONSUMERS) {
    const id = await consumers.putPrivateEndpoint({
      ...consumer,
      location: "westeurope",
      clusterId,
      message,
    });
    privateEndpointIds.push(id);
    const words = message === undefined ? "" : `: "${message}"`;
    log(`${consumer.name} of subscription ${consumer.subscription} asks for ${CLUSTERS[0]?.name}${words}`);
  }
  return privateEndpointIds;
}
