import { randomUUID } from "node:crypto";
import type { AppFunction } from "../app.ts";
import type { Invoke } from "../invoke.ts";
import type { Gate } from "../keys.ts";
import type { HostLog } from "../log.ts";
import { nullableMap } from "../typed-data.ts";
import { bindingData, headerPairs, queryPairs } from "./binding-data.ts";
import type { HttpCall, HttpReply, HttpSurface } from "./call.ts";
import { toReply } from "./reply.ts";
import { createRoutes, serves } from "./routes.ts";
import { relay } from "./stream.ts";

interface HttpOptions {
  readonly routePrefix: string;
  readonly invoke: Invoke;
  readonly gate: Gate;
  /** Where the app takes requests itself, when it enables HTTP streams. */
  readonly streamPort: URL | undefined;
  readonly log: HostLog;
}

/**
 * The HTTP functions. A path that only other methods serve is 404, and HEAD is not derived from GET: so does the real
 * host (azure-functions-host issues 10098 and 11625).
 */
export function httpSurface(functions: readonly AppFunction[], options: HttpOptions): HttpSurface {
  const { routePrefix, gate, streamPort } = options;
  const routes = createRoutes(functions, routePrefix);
  return {
    serves: () => true,
    answer: async (call) => {
      for (const route of routes) {
        const params = serves(route, call.method) ? route.template.match(call.path) : null;
        if (params === null) continue;
        if (!gate.mayCall(route.fn, route.level, call)) return { status: 401 };
        return streamPort === undefined
          ? answer(route.fn, call, params, options)
          : answerByStream(route.fn, call, params, { ...options, streamPort });
      }
      return call.path === "/"
        ? { status: 200, body: "Your function app is up and running." }
        : { status: 404 };
    },
  };
}

async function answer(
  fn: AppFunction,
  call: HttpCall,
  params: Record<string, string>,
  { invoke, log }: HttpOptions,
): Promise<HttpReply> {
  // The real host takes in a body of a length known before, and no other.
  // https://github.com/Azure/azure-functions-host (GrpcMessageConversionExtensions.cs, ToRpcHttp)
  const body = Number(call.headers["content-length"] ?? 0) > 0 ? await call.body() : Buffer.alloc(0);
  const http = {
    method: call.method,
    url: call.url.href,
    nullableHeaders: nullableMap(headerPairs(call)),
    nullableQuery: nullableMap(queryPairs(call)),
    nullableParams: nullableMap(Object.entries(params)),
    ...(body.length > 0 && { body: { bytes: body } }),
  };
  const outcome = await invoke(fn, { input: { http }, traceparent: traceparentOf(call) });
  if (!outcome.ok) return { status: 500 };
  const isAnswer = fn.metadata.bindings.$return?.type.toLowerCase() === "http";
  const reply = toReply(isAnswer ? outcome.returnValue : undefined);
  if (reply.ok) return reply.reply;
  log("error", `${fn.name}: the response cannot be sent: ${reply.problem}`);
  return { status: 500 };
}

/** The request takes a way of its own; the invocation carries what goes beside it. */
function answerByStream(
  fn: AppFunction,
  call: HttpCall,
  params: Record<string, string>,
  { invoke, streamPort }: HttpOptions & { streamPort: URL },
): Promise<HttpReply> {
  const id = randomUUID();
  const metadata = bindingData(call, params);
  return relay(
    streamPort,
    call,
    id,
    invoke(fn, { id, input: {}, metadata, traceparent: traceparentOf(call) }),
  );
}

const traceparentOf = ({ headers }: HttpCall): string | undefined => headers.traceparent?.toString();
