import { request } from "node:http";
import { text } from "node:stream/consumers";
import type { HttpCall, HttpReply } from "../../infra/local/durable-task/contract.ts";

/**
 * Passes a call of the public API on to the extension's own listener.
 * @param origin of that listener
 * @param webHook what the extension shall take for the address that was called: it tells the two by host and port, and
 *   makes the links in its answers from it
 */
export async function askOver(origin: string, call: HttpCall, { host, pathname }: URL): Promise<HttpReply> {
  const { method, path, query, body } = call;
  const { "content-type": type, "x-ms-continuation-token": continuation } = call.headers;
  const url = `${origin}${pathname}${path}?${query}`;
  const response = await new Promise<import("node:http").IncomingMessage>((resolve, reject) => {
    const headers = {
      host,
      ...(type !== undefined && { "content-type": type }),
      ...(continuation !== undefined && { "x-ms-continuation-token": continuation }),
      ...(body !== "" && { "content-length": Buffer.byteLength(body) }),
    };
    request(url, { method, headers }, resolve).on("error", reject).end(body);
  });
  const { "content-type": contentType, location, "retry-after": retryAfter } = response.headers;
  const token = response.headers["x-ms-continuation-token"];
  return {
    status: response.statusCode ?? 0,
    headers: {
      ...(contentType !== undefined && { "content-type": contentType }),
      ...(location !== undefined && { location }),
      ...(retryAfter !== undefined && { "retry-after": retryAfter }),
      ...(typeof token === "string" && { "x-ms-continuation-token": token }),
    },
    body: await text(response),
  };
}
