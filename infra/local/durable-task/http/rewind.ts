import { queryValue } from "../../kit/query.ts";
import type { HttpCall, HttpReply } from "../contract.ts";
import { childCannotGoOn } from "../core/detectors/cannot-proceed.ts";
import { EventType, historyEvent } from "../core/history.ts";
import { rewound } from "../core/rewind.ts";
import type { Instance } from "../store/schema.ts";
import { failure } from "./failure.ts";
import type { ApiNeeds } from "./needs.ts";
import { empty } from "./reply.ts";

/**
 * POST instances/{id}/rewind: strikes the failures off a failed instance's history, and off those of the failed children
 * that brought it down, and lets the deepest of them go on.
 * @see RewindHistoryAsync in AzureTableTrackingStore.cs, DurableTask.AzureStorage
 */
export async function rewind({ query }: HttpCall, id: string, needs: ApiNeeds): Promise<HttpReply> {
  const { hub, clock, onMessage } = needs;
  const outcome = await hub.store.write(() => {
    const instance = hub.instances.find(id);
    if (instance === undefined) {
      return {
        // The dollar is a slip of theirs.
        refused: { status: 404, headers: {}, body: `No orchestration with instance ID "$${id}" found.` },
      };
    }
    if (instance.status !== "Failed") {
      const body = `This orchestration has status ${instance.status}, but only orchestrations in the "Failed" state can be rewound.`;
      return { refused: { status: 412, headers: {}, body } };
    }
    const isChildGone = rewound(hub.instances.history(instance.run)).failedChildren.some(
      (childId) => hub.instances.find(childId) === undefined,
    );
    if (isChildGone) return { refused: CHILD_IS_GONE };
    return { runs: rewindTree(needs, instance, queryValue(query, "reason"), clock.now()) };
  });
  if (outcome.runs === undefined) return outcome.refused;
  for (const run of outcome.runs) onMessage(run);
  return empty(202);
}

/** A slip of theirs: they look for the child's last execution where there is none. */
const CHILD_IS_GONE = failure(400, "One or more of the arguments submitted is incorrect", {
  type: "range",
  message:
    "Index was out of range. Must be non-negative and less than the size of the collection. (Parameter 'index')",
});

/** @returns the runs that go on: the instance's own, or those of its deepest failed children */
function rewindTree(needs: ApiNeeds, instance: Instance, reason: string | null, now: number): number[] {
  const { hub, log } = needs;
  const { run, id, output } = instance;
  const { history, failedChildren } = rewound(hub.instances.history(run));
  hub.instances.replaceHistory(run, history);
  hub.instances.update(run, { status: "Pending", output, customStatus: undefined, updated: now });
  if (failedChildren.length === 0) {
    hub.inbox.put(run, historyEvent(now, { EventType: EventType.GenericEvent, Data: reason }));
    return [run];
  }
  return [...new Set(failedChildren)].flatMap((childId) => {
    const child = hub.instances.find(childId);
    if (child?.status === "Failed") return rewindTree(needs, child, reason, now);
    log("warning", `Instance ${id}: ${childCannotGoOn(childId, child?.status).message}`);
    return [];
  });
}
