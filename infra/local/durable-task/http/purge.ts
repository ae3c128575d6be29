import type { HttpCall, HttpReply } from "../contract.ts";
import { FINISHED } from "../store/schema.ts";
import { BadRequest } from "./bad-request.ts";
import { instanceFilter } from "./input.ts";
import type { ApiNeeds } from "./needs.ts";
import { empty, json } from "./reply.ts";

/** DELETE instances/{id} */
export function purgeInstance(id: string, { hub }: ApiNeeds): Promise<HttpReply> {
  return hub.store.write(() => {
    const instance = hub.instances.find(id);
    if (instance === undefined) return empty(404);
    if (!FINISHED.has(instance.status)) {
      const body =
        "Only orchestrations in a terminal state can be purged, but the orchestration with instance ID " +
        `${id} has status ${instance.status}`;
      return { status: 412, headers: {}, body };
    }
    hub.instances.remove(instance.run);
    return json(200, { instancesDeleted: 1 });
  });
}

/**
 * DELETE instances?createdTimeFrom=...: of the statuses only those of finished instances count. Where none is left there is
 * no filter, and what runs is removed as well; its activities and timers find nobody.
 * @see PurgeInstanceHistoryAsync in AzureTableTrackingStore.cs
 */
export function purgeInstances({ query }: HttpCall, { hub, clock }: ApiNeeds): Promise<HttpReply> {
  const filter = instanceFilter(query);
  if (!filter.hasCreatedFrom) throw new BadRequest("Please provide value for 'createdTimeFrom' parameter.");
  const createdTo = Math.min(filter.createdTo, clock.now());
  const statuses = filter.statuses.filter((status) => FINISHED.has(status));
  return hub.store.write(() => {
    const runs = hub.instances.chosenRuns({ ...filter, createdTo, statuses });
    for (const run of runs) {
      hub.instances.remove(run);
      hub.inbox.clear(run);
    }
    return runs.length === 0 ? empty(404) : json(200, { instancesDeleted: runs.length });
  });
}
