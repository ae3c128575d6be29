import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { readBody } from "../../kit/read-body.ts";

/** Limit of a request body in bytes. @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-trigger#limits */
const MAX_BODY_BYTES = 104_857_600;

/** An HTTP request, read to its end. */
export interface HttpCall {
  readonly method: string;
  /** Absolute, as the client addressed us. */
  readonly url: URL;
  /** Still percent-encoded. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpReply {
  readonly status: number;
  readonly headers?: readonly (readonly [string, string])[];
  /** A stream is sent while it comes. */
  readonly body?: Uint8Array | string | Readable;
}

/** One part of the host's HTTP surface. */
export interface HttpSurface {
  serves(path: string): boolean;
  answer(call: HttpCall): Promise<HttpReply>;
}

/** A reply with a JSON body. */
export const jsonReply = (status: number, value: unknown): HttpReply => ({
  status,
  headers: [["content-type", "application/json; charset=utf-8"]],
  body: JSON.stringify(value),
});

/** What a request cannot be answered for before any function sees it. */
export class BadRequest extends Error {
  readonly status: 400 | 413;
  constructor(status: 400 | 413, message: string) {
    super(message);
    this.status = status;
  }
}

/** Reads a request to its end. Throws BadRequest, or what the socket throws when the client goes away. */
export async function readCall(request: IncomingMessage): Promise<HttpCall> {
  const url = addressOf(request);
  const { method = "GET", headers } = request;
  return { method, url, path: url.pathname, headers, body: await bodyOf(request) };
}

/** Neither a Host header nor an absolute target may smuggle in credentials, a path or another server. */
function addressOf({ url: target = "/", headers }: IncomingMessage): URL {
  const base = URL.parse(`http://${headers.host ?? "127.0.0.1"}`);
  if (base === null || base.href !== `${base.origin}/`) throw new BadRequest(400, "Bad Host header");
  if (!target.startsWith("/")) throw new BadRequest(400, "Bad request target");
  return new URL(base.origin + target);
}

/** A body that is announced as too large is refused unread. */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const announced = Number(request.headers["content-length"] ?? 0);
  const body = announced > MAX_BODY_BYTES ? undefined : await readBody(request, MAX_BODY_BYTES);
  if (body !== undefined) return body;
  throw new BadRequest(413, `Request body larger than ${MAX_BODY_BYTES} bytes`);
}
