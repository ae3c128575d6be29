import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { CONTROL_PREFIX } from "../kit/control.ts";
import { closeAtOnce, KEEP_ALIVE_MS } from "../kit/listen.ts";
import { readBody } from "../kit/read-body.ts";
import { MAX_MESSAGE_BYTES } from "./constants.ts";
import { control } from "./control.ts";
import { errorBody } from "./errors.ts";
import { respond } from "./front.ts";
import type { Answer, Call, Teams } from "./teams.ts";

/** What serves something, until it is closed. */
export interface Service {
  /** Cuts every connection; resolves when nothing is being worked on any more. */
  close(): Promise<void>;
}

/** Serves flows and the connector on a server that is listening, and the control interface beside them. */
export function serve(server: Server, teams: Teams, controlKey: string): Service {
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return serveWith(server, teams.log, (request, response) => handle(teams, controlKey, request, response));
}

/** Answers a server's requests by `work`, and knows when the last one is done with. */
export function serveWith(
  server: Pick<Server, "on" | "close" | "closeAllConnections">,
  log: (line: string) => void,
  work: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Service {
  const underWay = new Set<Promise<void>>();
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const one = work(request, response).catch((error: unknown) => {
      // A client that hangs up before its request is complete is no fault of ours.
      if (request.complete) log(`teams: ${request.method} failed: ${String(error)}`);
      fail(response);
    });
    underWay.add(one);
    void one.finally(() => underWay.delete(one));
  });
  return {
    async close() {
      await Promise.all([closeAtOnce(server), ...underWay]);
    },
  };
}

async function handle(
  teams: Teams,
  controlKey: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const call = await receive(request);
  if (call.path.startsWith(CONTROL_PREFIX))
    return send(response, await control(teams, controlKey, call, request.headers));
  const outcome = await respond(teams, call);
  if (outcome.kind === "reset") request.socket.destroy();
  else send(response, outcome.answer);
}

async function receive(request: IncomingMessage): Promise<Call> {
  const [path = "", ...query] = (request.url ?? "/").split("?");
  const body = await readBody(request, MAX_MESSAGE_BYTES);
  return {
    method: request.method ?? "GET",
    path,
    query: new URLSearchParams(query.join("?")),
    authorization: request.headers.authorization,
    body: body?.toString(),
  };
}

/** Sends JSON, a page where the body is a text, or only a status when there is no body. */
function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const text = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
  response.writeHead(status, {
    "cache-control": "no-cache",
    ...(text !== undefined && { "content-type": "application/json; charset=utf-8" }),
    ...(status !== 204 && { "content-length": text === undefined ? 0 : Buffer.byteLength(text) }),
    ...headers,
  });
  response.end(text);
}

function fail(response: ServerResponse): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  send(response, {
    status: 500,
    body: errorBody("ServiceError", "This stand-in of Teams has a bug; see its log."),
  });
}
