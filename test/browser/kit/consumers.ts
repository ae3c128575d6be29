import { CONSUMER_DEPLOYER } from "../../../infra/local/entra/directory.ts";
import { armAs } from "../../../infra/local/world/arm.ts";
import { armControl, type SubscriptionWish } from "../../../infra/local/world/control.ts";
import { CLUSTER, clusterIdOf, connectionIdOf } from "../../journey/kit/arm.ts";
import { ASKED, trailBecomes } from "../../journey/kit/trails.ts";
import type { World } from "./visits.ts";

/** A consumer of a subscription of its own, as Azure describes it. */
export interface AnotherConsumer extends SubscriptionWish {
  readonly displayName: string;
}

/** Somebody of that subscription wants to connect, and people are asked. */
export async function asksFrom(
  world: World,
  consumer: AnotherConsumer,
  name: string,
  cluster = CLUSTER,
): Promise<void> {
  await armControl(world.endpoints()).describeSubscription(consumer);
  const user = await armAs(CONSUMER_DEPLOYER, world.endpoints());
  await user.putPrivateEndpoint({
    subscription: consumer.id,
    resourceGroup: "rg-another",
    name,
    location: "westeurope",
    clusterId: clusterIdOf(cluster),
    message: undefined,
  });
  // No event tells of what happens in another tenant.
  const connectionId = connectionIdOf(await world.arm.connection(name));
  if (consumer.tenantId !== undefined) await world.queue.send({ body: { connectionId } });
  await trailBecomes(world, name, ASKED);
}
