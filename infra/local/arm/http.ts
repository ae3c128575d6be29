import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../kit/read-body.ts";
import { MAX_BODY_BYTES } from "./constants.ts";
import { isUuid } from "./ids.ts";

/** One request as it came in; nothing of it is believed yet. */
export interface Incoming {
  method: string;
  /** Still encoded, without the query. */
  path: string;
  query: URLSearchParams;
  url: string;
  /** Undefined when it was larger than ARM takes. */
  body: string | undefined;
  authorization: string | undefined;
  correlationId: string;
  clientRequestId: string | undefined;
  clientIpAddress: string;
}

/** Reads a request to its end. `origin` is only for display: the Host header decides nothing. */
export async function receive(request: IncomingMessage, origin: string): Promise<Incoming> {
  const target = request.url ?? "/";
  const [path = "", ...query] = target.split("?");
  const body = await readBody(request, MAX_BODY_BYTES);
  return {
    method: request.method ?? "GET",
    path,
    query: new URLSearchParams(query.join("?")),
    url: origin + target,
    body: body?.toString(),
    authorization: request.headers.authorization,
    correlationId: correlationIdOf(headerOf(request, "x-ms-correlation-request-id")),
    clientRequestId: headerOf(request, "x-ms-client-request-id"),
    clientIpAddress: request.socket.remoteAddress ?? "",
  };
}

/** Sends a whole JSON answer, a page where the body is a text, or only a status when there is no body. */
export function send(
  response: ServerResponse,
  answer: { status: number; body?: unknown; headers?: Readonly<Record<string, string>> },
): void {
  const { body } = answer;
  const text = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
  const content = text === undefined ? undefined : Buffer.from(text);
  response.writeHead(answer.status, {
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
    ...(content && { "content-type": "application/json; charset=utf-8" }),
    ...(answer.status !== 204 && { "content-length": content?.length ?? 0 }),
    ...answer.headers,
  });
  response.end(content);
}

/** The value of a header, if it was sent once. */
function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" ? value : undefined;
}

/** A correlation id that is not a uuid is replaced, not refused. */
const correlationIdOf = (sent: string | undefined): string => (sent && isUuid(sent) ? sent : randomUUID());
