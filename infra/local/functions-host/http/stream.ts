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
 * Hands a request to the function over its port while it comes, and relays what comes back while it comes. A function
 * that answers before it has read the body gets no more of it.
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
  response.on("end", forwarded.end);
  // Half an answer must not look like a whole one.
  void running.then((outcome) => {
    if (!outcome.ok) response.destroy(new Error(outcome.error.message));
  });
  return { status: response.statusCode ?? 500, headers: headersOf(response), body: response };
}

function forward(port: URL, { method, url, headers, stream }: HttpCall, invocationId: string) {
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
      // Who does not know the length sends pieces, on either line.
      ...(headers["transfer-encoding"] !== undefined && { "transfer-encoding": "chunked" }),
    },
  });
  const end = () => {
    stream.unpipe(outgoing);
    if (!outgoing.writableFinished) outgoing.destroy();
  };
  outgoing.on("response", resolve).on("error", reject);
  // The client that leaves leaves the function, too.
  stream.on("error", end).pipe(outgoing);
  // Whoever still waits hears of it; after an abort nobody does.
  promise.catch(() => undefined);
  return { response: promise, abort: () => outgoing.destroy(), end };
}

function headersOf({ headersDistinct }: IncomingMessage): [string, string][] {
  return Object.entries(headersDistinct)
    .filter(([name]) => !HOP_BY_HOP.has(name) && name !== INVOCATION_ID && name !== "date")
    .flatMap(([name, values = []]) => values.map((value): [string, string] => [name, value]));
}
