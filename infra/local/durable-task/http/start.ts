import { randomUUID } from "node:crypto";
import type { HttpCall, HttpReply } from "../contract.ts";
import { beginExecution } from "../store/new-execution.ts";
import { FINISHED, type Instance } from "../store/schema.ts";
import { checkInstanceId, jsonBody } from "./input.ts";
import type { ApiNeeds } from "./needs.ts";
import { json, problem } from "./reply.ts";
import { waitForEnd, waitOf } from "./wait.ts";

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
  const instanceId = id === "" ? newInstanceId() : checkInstanceId(id);
  const version = call.query.get("version") ?? needs.versioning?.defaultVersion ?? "";
  const wanted = { id: instanceId, name, input: jsonBody(call), version };
  return startAndWait(wanted, call.query, needs, ({ status }) => {
    return `An Orchestration instance with the status ${status} already exists.`;
  });
}

/**
 * POST instances/{id}/restart: a new instance of the same orchestrator with the same input, under a new id unless the
 * query says otherwise.
 * @see HttpApiHandler.HandleRestartInstanceRequestAsync
 */
export async function restartInstance({ query }: HttpCall, id: string, needs: ApiNeeds): Promise<HttpReply> {
  const instance = needs.hub.instances.find(id);
  if (instance === undefined)
    return problem(400, "InstanceId does not match a valid orchestration instance.");
  const keepsId = query.get("restartWithNewInstanceId")?.toLowerCase() === "false";
  const { name, input } = instance;
  const version = needs.versioning?.defaultVersion ?? "";
  const wanted = { id: keepsId ? id : newInstanceId(), name, input, version };
  return startAndWait(
    wanted,
    query,
    needs,
    () => "A non-terminal instance with this instance ID already exists.",
  );
}

function newInstanceId(): string {
  return randomUUID().replaceAll("-", "");
}

type Wanted = Pick<Instance, "id" | "name" | "input" | "version">;
/** Says why an id is not free. */
type Conflict = (existing: Instance) => string;

/** Who asks to wait for what cannot be waited for learns it when the instance has been started, as in the extension. */
async function startAndWait(
  wanted: Wanted,
  query: URLSearchParams,
  needs: ApiNeeds,
  conflict: Conflict,
): Promise<HttpReply> {
  const reply = await start(wanted, needs, conflict);
  const wait = reply.status === 202 ? waitOf(query) : undefined;
  return (wait && (await waitForEnd(wanted.id, wait, needs))) ?? reply;
}

async function start(wanted: Wanted, needs: ApiNeeds, conflict: Conflict): Promise<HttpReply> {
  const { hub, clock, links } = needs;
  const outcome = await hub.store.write(() => {
    const existing = hub.instances.find(wanted.id);
    if (existing !== undefined && !FINISHED.has(existing.status)) return { existing };
    return { run: beginExecution(hub, { ...wanted, parent: undefined }, clock.now()) };
  });
  if (outcome.run === undefined) return problem(409, conflict(outcome.existing));
  needs.onMessage(outcome.run);
  const headers = { location: links.status(wanted.id), "retry-after": RETRY_AFTER_SECONDS };
  return json(202, links.management(wanted.id), headers);
}
