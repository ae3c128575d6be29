import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { readBody } from "../../kit/read-body.ts";

/** Limit of a request body in bytes. @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-trigger#limits */
const MAX_BODY_BYTES = 104_857_600;

/** An HTTP request; its body comes while it is answered. */
export interface HttpCall {
  readonly method: string;
  /** Absolute, as the client addressed us. */
  readonly url: URL;
  /** Still percent-encoded. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The body while it comes. */
  readonly stream: Readable;
  /** The whole body, once. Throws BadRequest, or what the socket throws when the client goes away. */
  body(): Promise<Buffer>;
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

/** Understands a request's head. Throws BadRequest. */
export function callOf(request: IncomingMessage): HttpCall {
  const url = addressOf(request);
  const { method = "GET", headers } = request;
  if (Number(headers["content-length"] ?? 0) > MAX_BODY_BYTES) throw TOO_LARGE;
  return { method, url, path: url.pathname, headers, stream: request, body: () => bodyOf(request) };
}

/** Neither a Host header nor an absolute target may smuggle in credentials, a path or another server. */
function addressOf({ url: target = "/", headers }: IncomingMessage): URL {
  const base = URL.parse(`http://${headers.host ?? "127.0.0.1"}`);
  if (base === null || base.href !== `${base.origin}/`) throw new BadRequest(400, "Bad Host header");
  if (!target.startsWith("/")) throw new BadRequest(400, "Bad request target");
  return new URL(base.origin + target);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === undefined) throw TOO_LARGE;
  return body;
}

const TOO_LARGE = new BadRequest(413, `Request body larger than ${MAX_BODY_BYTES} bytes`);
