import { randomUUID } from "node:crypto";
import { queryValue } from "../../kit/query.ts";
import type { HttpCall, HttpReply } from "../contract.ts";
import { beginExecution } from "../store/new-execution.ts";
import { FINISHED, type Instance, type RuntimeStatus } from "../store/schema.ts";
import { failure } from "./failure.ts";
import { checkInstanceId, flag, jsonBody } from "./input.ts";
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
  const version = queryValue(call.query, "version") ?? needs.versioning?.defaultVersion ?? "";
  const wanted = { id: instanceId, name, input: jsonBody(call), version };
  return startAndWait(wanted, call.query, needs, ({ status }) => problem(409, alreadyExists(status)));
}

/**
 * POST instances/{id}/restart: a new instance of the same orchestrator with the same input, under a new id unless the
 * query says otherwise.
 * @see HttpApiHandler.HandleRestartInstanceRequestAsync
 */
export async function restartInstance({ query }: HttpCall, id: string, needs: ApiNeeds): Promise<HttpReply> {
  const instance = needs.hub.instances.find(id);
  if (instance === undefined) {
    return failure(400, "InstanceId does not match a valid orchestration instance.", {
      type: "argument",
      message: `An orchestration with the instanceId ${id} was not found.`,
    });
  }
  const keepsId = !flag(query, "restartWithNewInstanceId", true);
  const { name, input } = instance;
  const version = needs.versioning?.defaultVersion ?? "";
  const wanted = { id: keepsId ? id : newInstanceId(), name, input, version };
  return startAndWait(wanted, query, needs, ({ status }) =>
    failure(409, "A non-terminal instance with this instance ID already exists.", {
      type: "exists",
      message: alreadyExists(status),
    }),
  );
}

function newInstanceId(): string {
  return randomUUID().replaceAll("-", "");
}

type Wanted = Pick<Instance, "id" | "name" | "input" | "version">;
/** Says that an id is not free. */
type Conflict = (existing: Instance) => HttpReply;

const alreadyExists = (status: RuntimeStatus): string =>
  `An Orchestration instance with the status ${status} already exists.`;

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
  if (outcome.run === undefined) return conflict(outcome.existing);
  needs.onMessage(outcome.run);
  const headers = { location: links.status(wanted.id), "retry-after": RETRY_AFTER_SECONDS };
  return json(202, links.checkStatus(wanted.id), headers);
}
