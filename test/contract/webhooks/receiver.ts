import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import {
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { loadOrCreateTls } from "../../../infra/local/kit/tls.ts";
import { trustAuthority } from "../../../infra/local/kit/trust.ts";

/** What a receiver got. */
export interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver of webhooks on this machine, which answers as it is told. */
export interface Receiver {
  readonly url: URL;
  readonly port: number;
  readonly calls: readonly Call[];
  /** How many connections were made. */
  readonly connections: () => number;
}

const NO_CONTENT: RequestListener = (_request, response) => void response.writeHead(204).end();

/** A certificate for localhost and 127.0.0.1 that this process trusts. */
async function trusted() {
  const folder = mkdtempSync(join(tmpdir(), "receiver-"));
  const tls = await loadOrCreateTls(folder);
  trustAuthority(tls.caFile);
  rmSync(folder, { recursive: true });
  return tls;
}
let certificate: ReturnType<typeof trusted> | undefined;

/** Starts one, with TLS; `answer` is called when the whole request is there. */
export async function startReceiver(answer: RequestListener = NO_CONTENT): Promise<Receiver> {
  certificate ??= trusted();
  return listening(createServer(await certificate), "https", answer);
}

/** The same without TLS. */
export const startPlainReceiver = (answer: RequestListener = NO_CONTENT): Promise<Receiver> =>
  listening(createHttpServer(), "http", answer);

async function listening(server: Server, scheme: string, answer: RequestListener): Promise<Receiver> {
  const calls: Call[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on("connection", (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
  });
  server.on("request", (request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      calls.push({ method, url, headers, body });
      answer(request, response);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`${scheme}://localhost:${port}/hook`), port, calls, connections: () => connections };
}
