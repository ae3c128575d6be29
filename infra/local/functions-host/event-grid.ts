import * as z from "zod";
import type { AppFunction } from "./app.ts";
import { type HttpCall, type HttpReply, type HttpSurface, jsonReply } from "./http/call.ts";
import type { Invoke } from "./invoke.ts";
import { json } from "./typed-data.ts";

const PATH = "/runtime/webhooks/eventgrid";

const Event = z.record(z.string(), z.unknown());
const Events = z.union([z.array(Event), Event.transform((event) => [event])]);
const Validation = z
  .array(z.object({ data: z.object({ validationCode: z.string() }) }))
  .min(1)
  .transform(([event]) => event?.data.validationCode);

/**
 * The Event Grid extension's webhook: both handshakes, and delivery of each event of a request on its own.
 * @see azure-sdk-for-net, Microsoft.Azure.WebJobs.Extensions.EventGrid, HttpRequestProcessor.cs
 */
export function eventGridSurface(functions: readonly AppFunction[], invoke: Invoke): HttpSurface {
  const byName = new Map(functions.map((fn) => [fn.name.toLowerCase(), fn]));
  return {
    serves: (path) => path.toLowerCase() === PATH,
    answer: async (call) => {
      const name = call.url.searchParams.get("functionName") ?? "";
      const fn = byName.get(name.toLowerCase());
      if (fn === undefined) return { status: 404, body: `cannot find function: '${name}'` };
      if (call.method === "OPTIONS") return allowOrigin(call);
      if (call.method !== "POST") return { status: 404 };
      return receive(fn, call, invoke);
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

async function receive(fn: AppFunction, call: HttpCall, invoke: Invoke): Promise<HttpReply> {
  const type = String(call.headers["aeg-event-type"] ?? "").toLowerCase();
  if (type === "subscriptionvalidation") {
    const code = Validation.safeParse(parseBody(call));
    return code.success ? jsonReply(200, { validationResponse: code.data }) : { status: 400 };
  }
  if (type === "unsubscribe") return { status: 202 };
  const isCloudEvent = /^application\/cloudevents(-batch)?\+json/i.test(call.headers["content-type"] ?? "");
  const events = Events.safeParse(type === "notification" || isCloudEvent ? parseBody(call) : undefined);
  if (!events.success) return { status: 400 };

  const outcomes = await Promise.all(
    events.data.map((event) =>
      invoke(fn, { input: json(event), metadata: { data: json(event.data ?? null) } }),
    ),
  );
  const failed = outcomes.find((outcome) => !outcome.ok);
  return failed === undefined
    ? { status: 202 }
    : { status: 500, body: failed.ok ? "" : failed.error.message };
}

/** Undefined, which no schema accepts, when the body is no JSON. */
function parseBody({ body }: HttpCall): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
