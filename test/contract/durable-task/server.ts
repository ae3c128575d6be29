import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type {
  DurableFunctions,
  TaskHub,
  TaskHubOptions,
} from "../../../infra/local/durable-task/contract.ts";
import { listenOnLoopback } from "../../../infra/local/kit/listen.ts";
import { openTaskHub } from "./engine.ts";

export interface ServerSettings {
  file: string;
  functions: DurableFunctions;
  log(level: string, message: string): void;
  options?: Partial<TaskHubOptions>;
}

/** A started task hub with the HTTP listener before it that a Functions host would have. */
export async function serveHub({ file, functions, log, options }: ServerSettings) {
  const server = createServer((request, response) => void serve(hub, request, response));
  const origin = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
  const rpcBaseUrl = `${origin}/durabletask/`;
  const hub = await openTaskHub({
    file,
    hubName: "TestHub",
    functions,
    maxConcurrentOrchestrations: 5,
    maxConcurrentActivities: 10,
    appUrl: origin,
    rpcBaseUrl,
    key: "secret",
    log,
    ...options,
  });
  hub.start();
  return {
    hub,
    rpcBaseUrl,
    async stop(): Promise<void> {
      server.close();
      server.closeAllConnections();
      await hub.stop();
    },
  };
}

async function serve(hub: TaskHub, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "", "http://localhost");
  const reply = await hub.handle({
    method: request.method ?? "",
    path: url.pathname.replace("/durabletask/", ""),
    query: url.searchParams,
    headers: request.headers as Record<string, string>,
    body: await text(request),
  });
  response.writeHead(reply.status, reply.headers).end(reply.body);
}
