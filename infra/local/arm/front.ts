import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { transaction } from "../kit/database.ts";
import type { Script } from "../kit/script.ts";
import type { VirtualClock } from "../kit/virtual-clock.ts";
import { checkApiVersion } from "./api-version.ts";
import type { Answer, World } from "./call.ts";
import type { Authenticate, Caller } from "./caller.ts";
import { clusterOf } from "./clusters.ts";
import { ArmError, errorBody } from "./errors.ts";
import { type ChangeRequest, eventOf } from "./events.ts";
import type { Incoming } from "./http.ts";
import { isUuid, keyOf, pathSegments } from "./ids.ts";
import { startOperation } from "./operations.ts";
import type { Outbox } from "./outbox.ts";
import type { LoggedRequest, RequestLog } from "./request-log.ts";
import { type Match, matchRoute } from "./routes.ts";
import { deleteFirst, scripted } from "./scripted.ts";
import { challenge } from "./subscriptions.ts";
import type { LimitName, Throttle } from "./throttling.ts";
import type { Trouble } from "./troubles.ts";

/** Everything between the wire and the behaviours. */
export interface Front {
  database: DatabaseSync;
  world: World;
  authenticate: Authenticate;
  throttle: Throttle;
  troubles: Script<Trouble>;
  requests: RequestLog;
  outbox: Outbox;
  /** The time of this process where it can be put forward; the control interface does it. */
  clock: VirtualClock | undefined;
  /** Aborted when the server closes, so that no scripted hang outlives it. */
  closing: AbortSignal;
}

/** What becomes of a request: an answer, or a cut connection. */
export type Outcome = { kind: "answer"; answer: Answer } | { kind: "reset" };

/** Answers one ARM request: who, scripted trouble, where, how often, do. What was done is committed before it resolves. */
export async function respond(front: Front, incoming: Incoming): Promise<Outcome> {
  const caller = await front.authenticate(incoming.authorization).catch(keepRefusal);
  const isHeard = !(caller instanceof ArmError) || strangersSubscription(incoming) !== undefined;
  const trouble = isHeard ? front.troubles.next(incoming.method, incoming.path) : undefined;
  if (trouble?.kind === "hang") await delay(trouble.ms, undefined, { signal: front.closing });

  const whole = settle(front, incoming, caller, trouble);
  const answer = trouble?.kind === "empty" ? { ...whole, body: undefined } : whole;
  if (answer.change) front.outbox.kick();
  const cut = trouble?.kind === "resetBeforeCommit" || trouble?.kind === "resetAfterCommit";
  return cut ? { kind: "reset" } : { kind: "answer", answer: withIds(answer, incoming) };
}

/** Does it or refuses it; what it did is committed together with its log entry and its event. */
function settle(
  front: Front,
  incoming: Incoming,
  caller: Caller | ArmError,
  trouble: Trouble | undefined,
): Answer {
  const now = Date.now();
  const entry = (answer: Answer) => entryOf(incoming, caller, trouble, answer, now);
  try {
    if (trouble?.kind === "deleted") deleteFirst(front.database, front.world, incoming, trouble.what);
    if (caller instanceof ArmError || incoming.method === "GET") {
      const answer = scripted(trouble) ?? behave(front, incoming, trusted(front, incoming, caller), now);
      front.requests.addSoon(entry(answer));
      return answer;
    }
    const lastsMs = trouble?.kind === "accepted" ? trouble.ms : undefined;
    const work = () => scripted(trouble) ?? behave(front, incoming, caller, now, lastsMs);
    return commit(front, { ...incoming, caller, now }, work, entry);
  } catch (error) {
    const { status, code, message, headers, details } = keepRefusal(error);
    const answer = { status, headers, body: errorBody(code, message, details) };
    front.requests.addSoon(entry(answer));
    return answer;
  }
}

/** The caller, or the refusal; who comes without a token and asks for a subscription is told where to sign in. */
function trusted({ world }: Front, incoming: Incoming, caller: Caller | ArmError): Caller {
  if (!(caller instanceof ArmError)) return caller;
  const subscription = strangersSubscription(incoming);
  throw subscription === undefined ? caller : challenge(world, subscription);
}

/** The subscription that somebody without a token asks for; undefined when it is anything else. */
function strangersSubscription({ method, path, authorization }: Incoming): string | undefined {
  const id = /^\/subscriptions\/([^/]+)$/i.exec(path)?.[1];
  const isAsked = method === "GET" && authorization === undefined && id !== undefined && isUuid(id);
  return isAsked ? id : undefined;
}

function commit(
  { database, outbox, requests }: Front,
  request: ChangeRequest,
  work: () => Answer,
  entry: (answer: Answer) => LoggedRequest,
): Answer {
  return transaction(database, () => {
    const answer = work();
    if (answer.change) outbox.add(eventOf(answer.change, request));
    requests.add(entry(answer));
    return answer;
  });
}

/** @param lastsMs when given, the answer is 202 and says for so long that the work is under way. */
function behave(front: Front, incoming: Incoming, caller: Caller, now: number, lastsMs?: number): Answer {
  const { method, path, query, body, correlationId } = incoming;
  const match = matchRoute(method, pathSegments(path));
  checkApiVersion(query, match.provider, match.type);
  const arm = ARM_LIMITS[method] ?? ARM_LIMITS.PUT;
  const scope = match.parameters.subscription === "" ? "tenant" : "subscription";
  const remaining = front.throttle.take(drawsOf(arm.limit, match, caller), now);
  if (body === undefined)
    throw new ArmError("RequestContentTooLarge", "The request content is larger than 4 MB.");

  const call = { parameters: match.parameters, query, body, caller, correlationId, now };
  const answer = match.behaviour(front.world, call);
  const counted = { [`x-ms-ratelimit-remaining-${scope}-${arm.header}`]: String(remaining) };
  const headers = { ...counted, ...answer.headers };
  if (lastsMs === undefined || answer.status >= 202) return { ...answer, headers };
  const { body: _withheld, ...done } = answer;
  const started = startOperation(front.world, call, clusterOf(front.world, call), lastsMs);
  return { ...done, ...started, headers: { ...headers, ...started.headers } };
}

const ARM_LIMITS: Readonly<Record<string, { limit: LimitName; header: string }>> & {
  PUT: { limit: LimitName; header: string };
} = {
  GET: { limit: "armReads", header: "reads" },
  PUT: { limit: "armWrites", header: "writes" },
  // A query is posted because it is long, and only reads.
  POST: { limit: "armReads", header: "reads" },
  DELETE: { limit: "armDeletes", header: "deletes" },
};

function drawsOf(armLimit: LimitName, { parameters, limits = [] }: Match, caller: Caller) {
  const own = {
    limit: armLimit,
    key: `${keyOf(parameters.subscription)} ${caller.oid ?? caller.appid ?? ""}`,
  };
  return [own, ...limits.map(({ name, countedBy }) => ({ limit: name, key: countedBy(parameters) }))];
}

function withIds(answer: Answer, { correlationId }: Incoming): Answer {
  const ids = { "x-ms-request-id": randomUUID(), "x-ms-correlation-request-id": correlationId };
  return { ...answer, headers: { ...ids, ...answer.headers } };
}

function entryOf(
  { method, path, query, body, correlationId }: Incoming,
  caller: Caller | ArmError,
  trouble: Trouble | undefined,
  { status, effective = false }: Answer,
  now: number,
): LoggedRequest {
  return {
    time: new Date(now).toISOString(),
    method,
    path,
    apiVersion: query.get("api-version") ?? undefined,
    caller: caller instanceof ArmError ? undefined : { oid: caller.oid, appid: caller.appid },
    body: body || undefined,
    status,
    effective,
    correlationId,
    trouble: trouble?.kind,
  };
}

/** Lets nothing but ARM's own refusals pass as an answer. */
function keepRefusal(error: unknown): ArmError {
  if (error instanceof ArmError) return error;
  throw error;
}
