import * as z from "zod";
import type { Behaviour, World } from "./call.ts";
import { notFound } from "./errors.ts";
import { keyOf } from "./ids.ts";
import type { Store } from "./store.ts";
import { findSubscription, isOurs, unknownSubscription, wrongTenant } from "./subscriptions.ts";

/** Those of a type below an id, as they were described. */
const ofType = ({ store }: World, below: string, type: string) =>
  store.described
    .below(below)
    .filter(({ document }) => keyOf(document.type) === keyOf(type))
    .map(({ document }) => document);

/** LIST of a subscription's system topics. @see https://learn.microsoft.com/rest/api/eventgrid/controlplane/system-topics/list-by-subscription */
export const listTopics: Behaviour = (world, { parameters: { subscription } }) => {
  if (!findSubscription(world, subscription)) throw unknownSubscription(subscription);
  if (!isOurs(world, subscription)) throw wrongTenant();
  const value = ofType(world, `/subscriptions/${subscription}`, "Microsoft.EventGrid/systemTopics");
  return { status: 200, body: { value } };
};

/** LIST of who is told by a system topic. */
export const listEventSubscriptions: Behaviour = (
  world,
  { parameters: { subscription, resourceGroup, topic } },
) => {
  const id = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.EventGrid/systemTopics/${topic}`;
  if (!world.store.described.get(id))
    throw notFound("Microsoft.EventGrid/systemTopics", topic, resourceGroup);
  return {
    status: 200,
    body: { value: ofType(world, id, "Microsoft.EventGrid/systemTopics/eventSubscriptions") },
  };
};

/** GET of a queue, with how many messages it has. @see https://learn.microsoft.com/rest/api/servicebus/controlplane-stable/queues/get */
export const getQueue: Behaviour = (
  { store },
  { parameters: { subscription, resourceGroup, namespace, queue } },
) => {
  const id = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.ServiceBus/namespaces/${namespace}/queues/${queue}`;
  const found = store.described.get(id);
  if (!found)
    throw notFound("Microsoft.ServiceBus/namespaces/queues", `${namespace}/${queue}`, resourceGroup);
  return { status: 200, body: found };
};

/** Says what ARM shows of something that is not imitated; nothing any more where `properties` is null. */
export const Description = z.strictObject({
  id: z.string().regex(/^\/(subscriptions|providers)\//i),
  properties: z.record(z.string(), z.json()).nullable(),
});
export type Description = z.infer<typeof Description>;

/** Makes it shown, or not any more. */
export function describe({ described }: Store, { id, properties }: Description): void {
  if (properties === null) described.delete(id);
  else described.put(id, { id, ...namesIn(id), properties });
}

/** `…/providers/Microsoft.EventGrid/systemTopics/t/eventSubscriptions/s`: the last name, and the type without the names. */
function namesIn(id: string): { name: string; type: string } {
  const [provider = "", ...parts] = id.slice(id.lastIndexOf("/providers/") + "/providers/".length).split("/");
  const types = parts.filter((_part, index) => index % 2 === 0);
  return { name: parts.at(-1) ?? "", type: [provider, ...types].join("/") };
}
