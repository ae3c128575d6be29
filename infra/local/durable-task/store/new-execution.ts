import { randomUUID } from "node:crypto";
import { EventType, historyEvent } from "../core/history.ts";
import type { HubStore } from "./hub-store.ts";
import type { Instance, Parent } from "./schema.ts";

export interface NewExecution extends Pick<Instance, "id" | "name" | "input" | "version"> {
  parent: Parent | undefined;
  /** The place in a trace of the client that starts it, as W3C's `traceparent`. */
  traceparent?: string | undefined;
  /** What an execution has from the one that it continues. */
  inherited?: Pick<Instance, "status" | "customStatus">;
}

/**
 * Begins an execution: a new run in the place of what the id stood for, with its start in the inbox. To be called inside
 * a transaction.
 * @returns the run
 */
export function beginExecution(hub: HubStore, execution: NewExecution, now: number): number {
  const { id, name, input, version, parent, inherited, traceparent } = execution;
  const before = hub.instances.find(id);
  if (before !== undefined) hub.instances.remove(before.run);
  const parentText = parent === undefined ? null : JSON.stringify(parent);
  const row = { id, name, input, version, parent: parentText, created: now };
  const run = hub.instances.create({ ...row, ...inherited });
  const started = historyEvent(now, {
    EventType: EventType.ExecutionStarted,
    Name: name,
    Version: version,
    Input: input,
    OrchestrationInstance: { InstanceId: id, ExecutionId: randomUUID().replaceAll("-", "") },
    ParentInstance: parent?.instance ?? null,
    Tags: null,
    ...(traceparent !== undefined && { ParentTraceContext: { TraceParent: traceparent } }),
  });
  hub.inbox.put(run, started);
  return run;
}
