import type { AppFunction } from "./app.ts";
import { type HttpSurface, jsonReply } from "./http/call.ts";

interface AdminOptions {
  readonly functions: readonly AppFunction[];
  /** False when it is no timer. */
  fireTimer(name: string): boolean;
}

/**
 * The part of the host's admin API that people and supervisors use: status, list of functions, firing a timer by hand.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-manually-run-non-http
 */
export function adminSurface({ functions, fireTimer }: AdminOptions): HttpSurface {
  return {
    serves: (path) => path.startsWith("/admin/"),
    answer: async ({ method, path }) => {
      const [, , area, name, extra] = path.split("/");
      if (method === "GET" && path === "/admin/host/status") {
        return jsonReply(200, { state: "Running" });
      }
      if (area !== "functions" || extra !== undefined) return { status: 404 };
      if (method === "GET" && name === undefined) return jsonReply(200, functions.map(describe));
      if (method !== "POST" || name === undefined) return { status: 404 };
      if (fireTimer(name)) return { status: 202 };
      const known = functions.some((fn) => fn.name.toLowerCase() === name.toLowerCase());
      return known
        ? jsonReply(400, { message: `Only timers can be run by hand; ${name} is none.` })
        : { status: 404 };
    },
  };
}

const describe = ({ name, metadata }: AppFunction) => ({
  name,
  config: {
    name,
    bindings: Object.entries(metadata.bindings).map(([key, binding]) => ({ ...binding, name: key })),
  },
});
