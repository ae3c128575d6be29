import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { CONTROL_PREFIX } from "../kit/control.ts";
import { closeAtOnce, KEEP_ALIVE_MS, listenOnLoopback } from "../kit/listen.ts";
import { control } from "./control.ts";
import { errorBody } from "./errors.ts";
import { type Front, respond } from "./front.ts";
import { receive, send } from "./http.ts";
import type { Log } from "./outbox.ts";

/** What the HTTPS server is made of. */
export interface ServerOptions {
  port: number;
  tls: { key: string; cert: string };
  controlKey: string;
  log: Log;
}

/** An HTTPS server that is listening. */
export interface RunningServer {
  port: number;
  /** Cuts every connection; resolves when nothing is being worked on any more. */
  close(): Promise<void>;
}

/** Serves a front over HTTPS on loopback; `makeFront` is told the origin because links in answers need it. */
export async function serve(
  options: ServerOptions,
  makeFront: (origin: string) => Front,
): Promise<RunningServer> {
  const { tls, controlKey, log } = options;
  const server = createServer({ ...tls, noDelay: true, keepAlive: true });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const port = await listenOnLoopback(server, options.port);
  const front = makeFront(`https://127.0.0.1:${port}`);

  const underWay = new Set<Promise<void>>();
  server.on("request", (request, response) => {
    const work = handle(front, controlKey, request, response).catch((error: unknown) => {
      // A client that hangs up before its request is complete is no fault of ours.
      if (request.complete) log(`arm: ${request.method} failed: ${String(error)}`);
      fail(response);
    });
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  });

  return {
    port,
    async close() {
      await Promise.all([closeAtOnce(server), ...underWay]);
    },
  };
}

async function handle(
  front: Front,
  controlKey: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const incoming = await receive(request, front.world.origin);
  if (incoming.path.startsWith(CONTROL_PREFIX)) {
    send(response, await control(front, controlKey, incoming, request.headers));
    return;
  }
  const outcome = await respond(front, incoming);
  if (outcome.kind === "reset") request.socket.destroy();
  else send(response, outcome.answer);
}

function fail(response: ServerResponse): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const body = errorBody("InternalServerError", "This ARM stand-in has a bug; see its log.");
  send(response, { status: 500, body });
}
