import { type IncomingMessage, request, Server } from "node:http";
import type { ProgrammingModel } from "../app.ts";
import type { Outcome } from "../invoke.ts";
import type { HttpCall, HttpReply } from "./call.ts";
import { HOP_BY_HOP } from "./reply.ts";

/** By which @azure/functions knows the request that belongs to an invocation. */
const INVOCATION_ID = "x-ms-invocation-id";

/**
 * Asks @azure/functions for its capabilities, which locks `app.setup`, as in the worker. With HTTP streams it opens a
 * port of its own for the requests, and this is its address; else undefined. That port is on loopback only: the library
 * asks for every interface.
 */
export async function openStreamPort(model: ProgrammingModel | undefined): Promise<URL | undefined> {
  const { listen } = Server.prototype;
  Server.prototype.listen = function (this: Server, listening: () => void) {
    return Reflect.apply(listen, this, [0, "127.0.0.1", listening]);
  } as typeof listen;
  try {
    const { HttpUri } = (await model?.getCapabilities?.({})) ?? {};
    return HttpUri === undefined ? undefined : new URL(HttpUri);
  } finally {
    Server.prototype.listen = listen;
  }
}

/**
 * Hands a request to the function over its port and relays what comes back while it comes.
 * @see azure-functions-host, DefaultHttpProxyService.cs; @azure/functions 4.16, httpProxy.ts
 */
export async function relay(
  port: URL,
  call: HttpCall,
  invocationId: string,
  running: Promise<Outcome>,
): Promise<HttpReply> {
  const forwarded = forward(port, call, invocationId);
  const first = await Promise.race([forwarded.response, running]);
  if ("ok" in first && !(first.ok && first.hasResult)) {
    forwarded.abort();
    return { status: first.ok ? 204 : 500 };
  }
  const response = await forwarded.response;
  // Half an answer must not look like a whole one.
  void running.then((outcome) => {
    if (!outcome.ok) response.destroy(new Error(outcome.error.message));
  });
  return { status: response.statusCode ?? 500, headers: headersOf(response), body: response };
}

function forward(port: URL, { method, url, headers, body }: HttpCall, invocationId: string) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sendable = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name));
  const outgoing = request({
    host: "127.0.0.1",
    port: port.port,
    method,
    path: url.pathname + url.search,
    headers: {
      ...Object.fromEntries(sendable),
      [INVOCATION_ID]: invocationId,
      "x-forwarded-host": url.host,
      "x-forwarded-proto": "http",
      ...(body.length > 0 && { "content-length": body.length }),
    },
  });
  outgoing.on("response", resolve).on("error", reject).end(body);
  // Whoever still waits hears of it; after an abort nobody does.
  promise.catch(() => undefined);
  return { response: promise, abort: () => outgoing.destroy() };
}

function headersOf({ headersDistinct }: IncomingMessage): [string, string][] {
  return Object.entries(headersDistinct)
    .filter(([name]) => !HOP_BY_HOP.has(name) && name !== INVOCATION_ID && name !== "date")
    .flatMap(([name, values = []]) => values.map((value): [string, string] => [name, value]));
}
