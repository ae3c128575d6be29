import { subscribe } from "node:diagnostics_channel";
import { type ClientRequest, ServerResponse } from "node:http";
import type { Pass } from "./pass.ts";

/** What `fetch` tells of its requests. @see https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md */
interface FetchRequest {
  readonly method: string;
  readonly path: string;
}

/**
 * A point is a request on its way out, or a reply: before its first byte, and after its last one was handed to the
 * operating system.
 */
export function watchHttp(pass: Pass): void {
  subscribe("http.client.request.created", (message) => {
    const { request } = message as { request: ClientRequest };
    const what = `send ${request.method} ${placeOf(request.path)}`;
    pass(what, "before");
    request.once("finish", () => pass(what, "after"));
  });
  for (const [channel, side] of [
    ["undici:request:create", "before"],
    ["undici:request:bodySent", "after"],
  ] as const) {
    subscribe(channel, (message) => {
      const { request } = message as { request: FetchRequest };
      pass(`send ${request.method} ${placeOf(request.path)}`, side);
    });
  }

  const { end } = ServerResponse.prototype;
  ServerResponse.prototype.end = function (this: ServerResponse, ...args: Parameters<typeof end>) {
    const { method = "", url = "" } = this.req;
    if (!isTheDrivers(method, url)) {
      const what = `reply ${method} ${placeOf(url)} ${this.statusCode}`;
      pass(what, "before");
      this.once("finish", () => pass(what, "after"));
    }
    return end.apply(this, args);
  } as typeof end;
}

/** The driver looks on; how often it does is no part of what is tested, and a read of the app's API promises nothing. */
const isTheDrivers = (method: string, url: string): boolean =>
  url.startsWith("/_control/") ||
  url.startsWith("/runtime/webhooks/durabletask/") ||
  (method === "GET" && url.startsWith("/api/"));

/** A path without what differs from request to request. */
function placeOf(url: string): string {
  const [path = ""] = url.split("?");
  return path
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, "*")
    .replaceAll(/\b(pe|pec)-[^/]*/g, "$1-*");
}
