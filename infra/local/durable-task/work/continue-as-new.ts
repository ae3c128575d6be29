import { EventType, type HistoryEvent, historyEvent } from "../core/history.ts";
import type { Continuation } from "../core/replay.ts";
import type { HubStore } from "../store/hub-store.ts";
import { beginExecution } from "../store/new-execution.ts";
import { type Instance, parentOf } from "../store/schema.ts";

/**
 * Begins the next execution of an instance, with a new history and what was raised for it meanwhile; what belongs to
 * the old execution's tasks is dropped with its run. To be called inside a transaction.
 * @returns the new run
 * @see TaskOrchestrationDispatcher.cs in DurableTask.Core: the first OrchestratorCompleted comes before the first episode
 */
export function continueAsNew(hub: HubStore, instance: Instance, next: Continuation, now: number): number {
  const { run, id, name, version } = instance;
  const late = hub.inbox.read(run).events.filter((event) => !isOfTask(event));
  const customStatus = hub.instances.find(id)?.customStatus ?? null;
  hub.inbox.clear(run);
  const newRun = beginExecution(
    hub,
    {
      id,
      name,
      version,
      input: next.input,
      parent: parentOf(instance),
      inherited: { status: "Running", customStatus },
    },
    now,
  );
  const completed = historyEvent(now, { EventType: EventType.OrchestratorCompleted });
  const carriedOver = next.carriedOver.map((event) => ({ ...event, IsPlayed: false }));
  for (const event of [...carriedOver, completed, ...late]) hub.inbox.put(newRun, event);
  return newRun;
}

function isOfTask(event: HistoryEvent): boolean {
  return "TaskScheduledId" in event || "TimerId" in event;
}
