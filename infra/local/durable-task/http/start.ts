import { randomUUID } from "node:crypto";
import { queryValue } from "../../kit/query.ts";
import type { HttpCall, HttpReply } from "../contract.ts";
import { EventType } from "../core/history.ts";
import type { HubStore } from "../store/hub-store.ts";
import { beginExecution, type NewExecution } from "../store/new-execution.ts";
import { FINISHED, type Instance, type RuntimeStatus } from "../store/schema.ts";
import { BadRequest } from "./bad-request.ts";
import { failure, SOMETHING_WENT_WRONG } from "./failure.ts";
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
  const input = inputOf(call);
  if (typeof input === "object" && input !== null) return input.refused;
  const { traceparent } = call.headers;
  return startAndWait(
    { id: instanceId, name, input, version, traceparent },
    call.query,
    needs,
    ({ status }) => problem(409, alreadyExists(status)),
  );
}

/** Nobody has foreseen a body that is no JSON. */
function inputOf(call: HttpCall): string | null | { refused: HttpReply } {
  try {
    return jsonBody(call);
  } catch (error) {
    if (!(error instanceof BadRequest) || !(error.cause instanceof SyntaxError)) throw error;
    return { refused: failure(500, SOMETHING_WENT_WRONG, { type: "json", message: error.cause.message }) };
  }
}

/**
 * POST instances/{id}/restart: a new instance of the same orchestrator with the same input, under a new id unless the
 * query says otherwise.
 * @see HttpApiHandler.HandleRestartInstanceRequestAsync
 */
export async function restartInstance({ query }: HttpCall, id: string, needs: ApiNeeds): Promise<HttpReply> {
  const instance = needs.hub.instances.find(id);
  if (instance === undefined) {
    return failure(400, NO_INSTANCE, {
      type: "argument",
      message: `An orchestration with the instanceId ${id} was not found.`,
    });
  }
  const keepsId = !flag(query, "restartWithNewInstanceId", true);
  const { name, input } = instance;
  const version = needs.versioning?.defaultVersion ?? "";
  const wanted = { id: keepsId ? id : newInstanceId(), name, input, version };
  const conflict: Conflict = ({ status }) =>
    failure(409, "A non-terminal instance with this instance ID already exists.", {
      type: "exists",
      message: alreadyExists(status),
    });
  try {
    return await startAndWait(wanted, query, needs, conflict);
  } catch (error) {
    if (error instanceof BadRequest)
      return failure(400, NO_INSTANCE, { type: "argument", message: error.message });
    throw error;
  }
}

/** Whatever argument was wrong. */
const NO_INSTANCE = "InstanceId does not match a valid orchestration instance.";

function newInstanceId(): string {
  return randomUUID().replaceAll("-", "");
}

type Wanted = Omit<NewExecution, "parent" | "inherited">;
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

/** How long after a start the extension may not see it yet, when it reads before it writes. */
const AT_ONCE_MS = 1_000;

/** What the instance has been sent meanwhile stays its own. @returns the new run */
function replaceStart({ inbox }: HubStore, { run: before }: Instance, begin: () => number): number {
  const sent = inbox.read(before).events.filter(({ EventType: type }) => type !== EventType.ExecutionStarted);
  inbox.clear(before);
  const run = begin();
  for (const event of sent) inbox.put(run, event);
  return run;
}

async function start(wanted: Wanted, needs: ApiNeeds, conflict: Conflict): Promise<HttpReply> {
  const { hub, clock, troubles, links } = needs;
  const outcome = await hub.store.write((): { run: number } | { run: undefined; existing: Instance } => {
    const existing = hub.instances.find(wanted.id);
    const begin = () => beginExecution(hub, { ...wanted, parent: undefined }, clock.now());
    if (existing === undefined || FINISHED.has(existing.status)) return { run: begin() };
    const isAtOnce = clock.now() - existing.created <= AT_ONCE_MS;
    switch (isAtOnce ? troubles.startAtOnce(wanted.id, existing.status === "Pending") : "refused") {
      case "refused":
        return { run: undefined, existing };
      case "dropped":
        return { run: existing.run };
      case "counts":
        return { run: replaceStart(hub, existing, begin) };
    }
  });
  if (outcome.run === undefined) return conflict(outcome.existing);
  needs.onMessage(outcome.run);
  const headers = { location: links.status(wanted.id), "retry-after": RETRY_AFTER_SECONDS };
  return json(202, links.checkStatus(wanted.id), headers);
}
