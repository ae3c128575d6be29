import * as z from "zod";
import { parseJson } from "../kit/json-text.ts";
import type { AppFunction } from "./app.ts";
import { type HttpCall, type HttpReply, type HttpSurface, jsonReply } from "./http/call.ts";
import type { Gate } from "./keys.ts";

interface AdminOptions {
  readonly functions: readonly AppFunction[];
  readonly gate: Gate;
  /** Begins to run a function; false when it cannot be run by hand. */
  runByHand(fn: AppFunction, input: unknown): boolean;
}

const Invocation = z.object({ input: z.unknown().optional() });

/**
 * The part of the host's admin API that people and supervisors use: status, list of functions, running one by hand.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-manually-run-non-http
 */
export function adminSurface({ functions, gate, runByHand }: AdminOptions): HttpSurface {
  const byName = new Map(functions.map((fn) => [fn.name.toLowerCase(), fn]));

  async function run(name: string, call: HttpCall): Promise<HttpReply> {
    const fn = byName.get(name.toLowerCase());
    if (fn === undefined) return { status: 404 };
    const invocation = Invocation.safeParse(parseJson((await call.body()).toString("utf8")));
    if (!invocation.success)
      return jsonReply(400, { message: 'The body must be JSON such as {"input": "text"}.' });
    if (runByHand(fn, invocation.data.input)) return { status: 202 };
    return jsonReply(400, {
      message: `${fn.name} cannot be run by hand: its trigger is ${fn.trigger.type}.`,
    });
  }

  return {
    serves: (path) => path.startsWith("/admin/"),
    answer: async (call) => {
      if (!gate.mayAdminister(call)) return { status: 401 };
      const { method, path } = call;
      if (method === "GET" && path === "/admin/host/status") return jsonReply(200, { state: "Running" });
      if (method === "GET" && path === "/admin/functions") return jsonReply(200, functions.map(describe));
      const name = /^\/admin\/functions\/([^/]+)$/.exec(path)?.[1];
      if (name !== undefined && method === "POST") return run(name, call);
      const fn = method === "GET" ? byName.get(name?.toLowerCase() ?? "") : undefined;
      return fn === undefined ? { status: 404 } : jsonReply(200, describe(fn));
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
