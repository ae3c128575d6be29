import { CONSUMER_DEPLOYER, PLATFORM_DEPLOYER } from "../entra/directory.ts";
import type { Endpoints } from "../supervisor/endpoints.ts";
import { PROVIDER_SUBSCRIPTION } from "../supervisor/places.ts";
import { type ArmUser, armAs, clusterIdOf, endpointIdOf, type NewPrivateEndpoint } from "./arm.ts";
import { type ArmControl, armControl } from "./control.ts";
import { CLUSTERS, CONSUMERS } from "./sample-places.ts";
import type { SampleRequest } from "./sample-requests.ts";

/** Options of npm run request, which make one more consumer of this world. */
export const ONE_MORE_REQUEST =
  "--cluster aks-payments-prod --subscription a4b8f0c2-6d1e-4c57-9e34-8f7d2b6c5e90 --name pe-data-report";

/** Those who act in the sample world, as Azure and the stand-in of ARM see them. */
export interface Actors {
  readonly platform: ArmUser;
  readonly consumers: ArmUser;
  readonly control: ArmControl;
}

export async function callActors(endpoints: Endpoints): Promise<Actors> {
  const [platform, consumers] = await Promise.all([
    armAs(PLATFORM_DEPLOYER, endpoints),
    armAs(CONSUMER_DEPLOYER, endpoints),
  ]);
  return { platform, consumers, control: armControl(endpoints) };
}

/** Creates the clusters, and tells Azure about the subscriptions. Doing it again changes nothing. */
export async function createPlaces({ platform, control }: Actors): Promise<void> {
  const ours = {
    displayName: "sub-platform",
    tags: { owner: "platform" },
    managementGroups: ["mg-platform"],
  };
  await control.describeSubscription({ id: PROVIDER_SUBSCRIPTION, ...ours });
  for (const [displayName, consumer] of Object.entries(CONSUMERS))
    await control.describeSubscription({ displayName, ...consumer });
  for (const [name, cluster] of Object.entries(CLUSTERS))
    await platform.putCluster({ subscription: PROVIDER_SUBSCRIPTION, name, ...cluster });
}

/** The private endpoint that a request of the sample is about, as its consumer creates it. */
export function endpointOf(request: SampleRequest): NewPrivateEndpoint {
  const { name, resourceGroup, cluster, location, message, consumer } = request;
  const { resourceGroup: group, location: home } = CLUSTERS[cluster];
  const clusterId = clusterIdOf({ subscription: PROVIDER_SUBSCRIPTION, resourceGroup: group, name: cluster });
  return {
    subscription: CONSUMERS[consumer].id,
    resourceGroup,
    name,
    location: location ?? home,
    clusterId,
    message,
  };
}

/** Its consumer creates the private endpoint, and what is to befall it is arranged before. */
export async function createEndpoint(
  { consumers, control }: Actors,
  request: SampleRequest,
): Promise<string> {
  const endpoint = endpointOf(request);
  const { creator, trouble } = request;
  if (creator !== undefined) await control.nameCreator(endpointIdOf(endpoint), creator);
  if (trouble !== undefined) await control.refuseWritesTo(request.name, trouble);
  return consumers.putPrivateEndpoint(endpoint);
}
