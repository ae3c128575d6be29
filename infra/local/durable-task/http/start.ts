import { randomUUID } from "node:crypto";
import type { HttpCall, HttpReply } from "../contract.ts";
import { EventType, historyEvent } from "../core/history.ts";
import { FINISHED } from "../store/schema.ts";
import type { ApiNeeds } from "./api.ts";
import { checkInstanceId, jsonBody } from "./input.ts";
import { json, problem } from "./reply.ts";

/** Seconds after which the extension tells clients to look at a new instance's status. */
const RETRY_AFTER_SECONDS = "10";

/**
 * POST orchestrators/{name}[/{id}]: one instance at a time per id; a finished instance is replaced, history and all.
 * @see OverridableStates.NonRunningStates in the Durable extension
 */
export async function startInstance(
  call: HttpCall,
  name: string,
  id: string,
  needs: ApiNeeds,
): Promise<HttpReply> {
  const instanceId = id === "" ? randomUUID().replaceAll("-", "") : checkInstanceId(id);
  const input = jsonBody(call);
  const { hub, clock, links } = needs;
  const started = historyEvent(clock.now(), {
    EventType: EventType.ExecutionStarted,
    Name: name,
    Version: call.query.get("version") ?? "",
    Input: input,
    OrchestrationInstance: { InstanceId: instanceId, ExecutionId: randomUUID().replaceAll("-", "") },
    ParentInstance: null,
    Tags: null,
  });
  const outcome = await hub.store.write(() => {
    const existing = hub.instances.find(instanceId);
    if (existing !== undefined && !FINISHED.has(existing.status)) return { existing };
    if (existing !== undefined) hub.instances.remove(existing.run);
    const run = hub.instances.create(instanceId, name, input, clock.now());
    hub.inbox.put(run, started);
    return { run };
  });
  if (outcome.run === undefined) {
    return problem(
      409,
      `An Orchestration instance with the status ${outcome.existing.status} already exists.`,
    );
  }
  needs.onMessage(outcome.run);
  const headers = { location: links.status(instanceId), "retry-after": RETRY_AFTER_SECONDS };
  return json(202, links.management(instanceId), headers);
}
