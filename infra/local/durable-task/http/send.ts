import { queryValue } from "../../kit/query.ts";
import type { HttpCall, HttpReply } from "../contract.ts";
import { EventType, type HistoryEvent, historyEvent } from "../core/history.ts";
import { FINISHED, type RuntimeStatus } from "../store/schema.ts";
import { BadRequest } from "./bad-request.ts";
import { failure, SOMETHING_WENT_WRONG } from "./failure.ts";
import { demandJsonType, INVALID_JSON, jsonBody } from "./input.ts";
import type { ApiNeeds } from "./needs.ts";
import { empty, problem } from "./reply.ts";

type Refusal = (status: RuntimeStatus) => HttpReply | undefined;

/** Puts a message into an instance's inbox: 202 after the commit, 404 for an unknown and 410 for a finished instance. */
async function send(
  id: string,
  needs: ApiNeeds,
  event: () => HistoryEvent,
  refusal?: Refusal,
): Promise<HttpReply> {
  const { hub } = needs;
  const sent = await hub.store.write(() => {
    const instance = hub.instances.find(id);
    if (instance === undefined) return { refused: empty(404) };
    if (FINISHED.has(instance.status)) return { refused: empty(410) };
    const refused = refusal?.(instance.status);
    if (refused !== undefined) return { refused };
    hub.inbox.put(instance.run, event());
    return { run: instance.run };
  });
  if (sent.run === undefined) return sent.refused;
  needs.onMessage(sent.run);
  return empty(202);
}

/** POST instances/{id}/raiseEvent/{name}. Whether the instance is there is answered before what is wrong with the body. */
export function raiseEvent(call: HttpCall, id: string, name: string, needs: ApiNeeds): Promise<HttpReply> {
  const body = parsedBody(call);
  const event = () =>
    historyEvent(needs.clock.now(), { EventType: EventType.EventRaised, Name: name, Input: body.text });
  return send(id, needs, event, () => body.refused);
}

/** @see Newtonsoft.Json, JToken.ReadFrom */
const NOTHING_TO_READ = "Error reading JToken from JsonReader. Path '', line 0, position 0.";

function parsedBody(call: HttpCall): { text: string | null; refused?: HttpReply } {
  try {
    demandJsonType(call);
    const text = jsonBody(call);
    // So it is when the SDK raises an event without data.
    if (text === null) throw new BadRequest(INVALID_JSON, { cause: new SyntaxError(NOTHING_TO_READ) });
    return { text };
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error;
    const { message, cause } = error;
    const refused =
      cause instanceof SyntaxError
        ? failure(400, message, { type: "json", message: cause.message })
        : problem(400, message);
    return { text: null, refused };
  }
}

/** POST instances/{id}/terminate */
export function terminate({ query }: HttpCall, id: string, needs: ApiNeeds): Promise<HttpReply> {
  const Input = queryValue(query, "reason");
  return send(id, needs, () =>
    historyEvent(needs.clock.now(), { EventType: EventType.ExecutionTerminated, Input }),
  );
}

/** POST instances/{id}/suspend */
export function suspend({ query }: HttpCall, id: string, needs: ApiNeeds): Promise<HttpReply> {
  const Reason = queryValue(query, "reason");
  const event = () => historyEvent(needs.clock.now(), { EventType: EventType.ExecutionSuspended, Reason });
  return send(id, needs, event, (status) =>
    status === "Suspended" ? cannot("suspend", id, status) : undefined,
  );
}

/** POST instances/{id}/resume */
export function resume({ query }: HttpCall, id: string, needs: ApiNeeds): Promise<HttpReply> {
  const Reason = queryValue(query, "reason");
  const event = () => historyEvent(needs.clock.now(), { EventType: EventType.ExecutionResumed, Reason });
  return send(id, needs, event, (status) =>
    status === "Suspended" ? undefined : cannot("resume", id, status),
  );
}

/** @see DurableClient.cs, SuspendAsync and ResumeAsync */
const cannot = (operation: "suspend" | "resume", id: string, status: RuntimeStatus): HttpReply =>
  failure(500, SOMETHING_WENT_WRONG, {
    type: "invalidOperation",
    message: `Cannot ${operation} the orchestration instance ${id} because instance is in the ${status} state.`,
  });
