import * as z from "zod";
import { parseJson } from "../kit/json-text.ts";
import { queryValue } from "../kit/query.ts";
import type { AppFunction } from "./app.ts";
import { type HttpCall, type HttpReply, type HttpSurface, jsonReply } from "./http/call.ts";
import type { Invoke } from "./invoke.ts";
import type { Gate } from "./keys.ts";
import type { HostLog } from "./log.ts";
import { json } from "./typed-data.ts";

const PATH = "/runtime/webhooks/eventgrid";

const Event = z.record(z.string(), z.unknown());
const Events = z.union([z.array(Event), Event.transform((event) => [event])]);

/** In a CloudEvent the data is JSON within JSON (see below). */
const ValidationData = z
  .union([z.object({}).loose(), z.string().transform(parseJson)])
  .pipe(z.object({ validationCode: z.string() }));
const ValidationEvent = z.object({ data: ValidationData }).transform(({ data }) => data.validationCode);
const Validation = z.union([ValidationEvent, z.tuple([ValidationEvent]).transform(([code]) => code)]);

interface EventGridOptions {
  readonly invoke: Invoke;
  readonly gate: Gate;
  readonly log: HostLog;
}

/**
 * The Event Grid extension's webhook: both handshakes, and delivery of each event of a request on its own.
 * @see azure-sdk-for-net, Microsoft.Azure.WebJobs.Extensions.EventGrid, HttpRequestProcessor.cs
 */
export function eventGridSurface(
  functions: readonly AppFunction[],
  { invoke, gate, log }: EventGridOptions,
): HttpSurface {
  const byName = new Map(functions.map((fn) => [fn.name.toLowerCase(), fn]));
  return {
    serves: (path) => path.toLowerCase() === PATH,
    answer: async (call) => {
      if (!gate.maySendEvents(call)) return { status: 401 };
      const name = queryValue(call.url.searchParams, "functionName") ?? "";
      const fn = byName.get(name.toLowerCase());
      if (fn === undefined) return { status: 404, body: `cannot find function: '${name}'` };
      if (call.method === "OPTIONS") return allowOrigin(call);
      if (call.method !== "POST") return { status: 404 };
      return receive(fn, call, invoke, log);
    },
  };
}

/** The CloudEvents handshake. @see https://github.com/cloudevents/spec/blob/v1.0/http-webhook.md#4-abuse-protection */
function allowOrigin({ headers }: HttpCall): HttpReply {
  const origin = headers["webhook-request-origin"];
  if (typeof origin !== "string") return { status: 400 };
  return {
    status: 200,
    headers: [
      ["webhook-allowed-origin", origin],
      ["webhook-allowed-rate", "*"],
    ],
  };
}

async function receive(fn: AppFunction, call: HttpCall, invoke: Invoke, log: HostLog): Promise<HttpReply> {
  const type = String(call.headers["aeg-event-type"] ?? "").toLowerCase();
  if (type === "subscriptionvalidation") {
    const code = Validation.safeParse(await parseBody(call));
    return code.success ? jsonReply(200, { validationResponse: code.data }) : { status: 400 };
  }
  if (type === "unsubscribe") return { status: 202 };
  const isCloudEvent = /^application\/cloudevents(-batch)?\+json/i.test(call.headers["content-type"] ?? "");
  const events = Events.safeParse(
    type === "notification" || isCloudEvent ? await parseBody(call) : undefined,
  );
  if (!events.success) return { status: 400 };

  return deliver(fn, events.data, invoke, log);
}

/** All of them run, whatever becomes of the others; one that fails makes the sender send all of them again. */
async function deliver(
  fn: AppFunction,
  events: readonly Record<string, unknown>[],
  invoke: Invoke,
  log: HostLog,
): Promise<HttpReply> {
  const outcomes = await Promise.all(
    events.map((event) => invoke(fn, { input: json(event), metadata: { data: json(event.data ?? null) } })),
  );
  outcomes.forEach((outcome, index) => {
    const id = String(events[index]?.id);
    if (!outcome.ok)
      log("error", `${fn.name}: event ${id} failed, so this delivery of ${events.length} will come again.`);
  });
  const failed = outcomes.find((outcome) => !outcome.ok);
  return failed === undefined
    ? { status: 202 }
    : { status: 500, body: failed.ok ? "" : failed.error.message };
}

const parseBody = async (call: HttpCall): Promise<unknown> => parseJson((await call.body()).toString("utf8"));
