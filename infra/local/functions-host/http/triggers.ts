import * as z from "zod";
import type { AppFunction } from "../app.ts";
import { StartError } from "../errors.ts";
import type { Invoke } from "../invoke.ts";
import type { HostLog } from "../log.ts";
import { nullableMap } from "../typed-data.ts";
import type { HttpCall, HttpReply, HttpSurface } from "./call.ts";
import { toReply } from "./reply.ts";
import { parseRouteTemplate, type RouteTemplate } from "./route-template.ts";

const HttpTrigger = z.object({
  methods: z.array(z.string().toUpperCase()).default(["GET", "POST"]),
  route: z.string().optional(),
});

interface Route {
  readonly fn: AppFunction;
  readonly methods: readonly string[];
  readonly template: RouteTemplate;
}

/**
 * The HTTP functions. A path that only other methods serve is 404, and HEAD is not derived from GET: so does the real
 * host (azure-functions-host issues 10098 and 11625). `authLevel` is not enforced: this host issues no keys.
 */
export function httpSurface(
  functions: readonly AppFunction[],
  routePrefix: string,
  invoke: Invoke,
  log: HostLog,
): HttpSurface {
  const routes = functions
    .map((fn) => toRoute(fn, routePrefix))
    .sort((one, other) => (one.template.precedence < other.template.precedence ? -1 : 1));
  return {
    serves: () => true,
    answer: async (call) => {
      for (const { fn, methods, template } of routes) {
        const params = accepts(methods, call.method) ? template.match(call.path) : null;
        if (params !== null) return answer(fn, call, params, invoke, log);
      }
      return call.path === "/"
        ? { status: 200, body: "Your function app is up and running." }
        : { status: 404 };
    },
  };
}

/** An empty list stands for every method. */
const accepts = (methods: readonly string[], method: string): boolean =>
  methods.length === 0 || methods.includes(method);

function toRoute(fn: AppFunction, routePrefix: string): Route {
  const { methods, route } = HttpTrigger.parse(fn.trigger);
  try {
    return { fn, methods, template: parseRouteTemplate(`${routePrefix}/${route ?? fn.name}`) };
  } catch (error) {
    if (error instanceof StartError) error.message = `${fn.name}: ${error.message}`;
    throw error;
  }
}

async function answer(
  fn: AppFunction,
  call: HttpCall,
  params: Record<string, string>,
  invoke: Invoke,
  log: HostLog,
): Promise<HttpReply> {
  const http = {
    method: call.method,
    url: call.url.href,
    nullableHeaders: nullableMap(headerPairs(call)),
    nullableQuery: nullableMap(queryPairs(call.url.searchParams)),
    nullableParams: nullableMap(Object.entries(params)),
    ...(call.body.length > 0 && { body: { bytes: call.body } }),
  };
  const outcome = await invoke(fn, { input: { http } });
  if (!outcome.ok) return { status: 500 };
  const reply = toReply(outcome.returnValue);
  if (reply.ok) return reply.reply;
  log("error", `${fn.name}: the response cannot be sent: ${reply.problem}`);
  return { status: 500 };
}

function headerPairs({ headers }: HttpCall): [string, string][] {
  return Object.entries(headers).map(([name, value]) => [name, [value ?? ""].flat().join(",")]);
}

/** The real host hands repeated query parameters to Node joined by commas. */
function queryPairs(query: URLSearchParams): [string, string][] {
  return [...new Set(query.keys())].map((name) => [name, query.getAll(name).join(",")]);
}
