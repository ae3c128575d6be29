import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { listenOnLoopback } from "../../../../infra/local/kit/listen.ts";
import { loadOrCreateTls } from "../../../../infra/local/kit/tls.ts";
import { trust } from "./stand-in.ts";

/** An answer that no ARM of ours would give. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
}

/** A server that was asked. */
interface Wire {
  readonly url: string;
  /** Paths of the requests so far, with their queries. */
  readonly asked: readonly string[];
}

/** An HTTPS server that gives these answers in turn, the last one for ever; "nothing" leaves the request unanswered. */
export async function aWire(...answers: readonly (Answer | "nothing")[]): Promise<Wire> {
  const folder = mkdtempSync(join(tmpdir(), "wire-"));
  const tls = await loadOrCreateTls(folder);
  trust(readFileSync(tls.caFile, "utf8"));
  const asked: string[] = [];
  const server = createServer(tls, (request, response) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    asked.push(request.url ?? "");
    if (answer !== undefined && answer !== "nothing") give(response, answer);
  });
  const port = await listenOnLoopback(server, 0);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  return { url: `https://127.0.0.1:${port}`, asked };
}

function give(response: ServerResponse, { status = 200, headers = {}, body = {} }: Answer): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}
