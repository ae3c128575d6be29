import * as z from "zod";
import type { AppFunction } from "../app.ts";
import { StartError } from "../errors.ts";
import { AUTH_LEVELS, type AuthLevel } from "../keys.ts";
import { parseRouteTemplate, type RouteTemplate } from "./route-template.ts";

const HttpTrigger = z.object({
  authLevel: z.string().toLowerCase().pipe(z.enum(AUTH_LEVELS)).default("function"),
  methods: z.array(z.string().toUpperCase()).default(["GET", "POST"]),
  route: z.string().optional(),
});

/** How an HTTP function is reached. */
export interface Route {
  readonly fn: AppFunction;
  readonly level: AuthLevel;
  /** As the app wrote it, without slashes around it; the function's name when it wrote none. */
  readonly written: string;
  readonly methods: readonly string[];
  readonly template: RouteTemplate;
}

/**
 * The routes of the HTTP functions, the more specific first. Throws a StartError for one that makes no sense, is kept
 * for the host, or is another function's.
 * @see azure-functions-host, ScriptHost.cs, ValidateFunction
 */
export function createRoutes(functions: readonly AppFunction[], prefix: string): Route[] {
  const routes = functions.map((fn) => toRoute(fn, prefix));
  routes.forEach((route, index) => {
    const rival = routes.slice(0, index).find((other) => conflicts(route, other));
    if (rival === undefined) return;
    throw new StartError(
      `${route.fn.name}: The route specified conflicts with the route defined by function '${rival.fn.name}'.`,
    );
  });
  return routes.sort((one, other) => compare(one.template.precedence, other.template.precedence));
}

/** An empty list stands for every method. */
export const serves = ({ methods }: Route, method: string): boolean =>
  methods.length === 0 || methods.includes(method);

function toRoute(fn: AppFunction, prefix: string): Route {
  const trigger = HttpTrigger.safeParse(fn.trigger);
  if (!trigger.success) throw new StartError(`${fn.name}: ${z.prettifyError(trigger.error)}`);
  const { authLevel, methods, route } = trigger.data;
  const written = (route ?? fn.name).replace(/^\/+|\/+$/g, "");
  if (/^(admin|runtime)(\/|$)/i.test(written)) {
    throw new StartError(`${fn.name}: The specified route conflicts with one or more built in routes.`);
  }
  try {
    const template = parseRouteTemplate(`${prefix}/${written}`);
    return { fn, level: authLevel, written, methods, template };
  } catch (error) {
    if (error instanceof StartError) error.message = `${fn.name}: ${error.message}`;
    throw error;
  }
}

function conflicts(one: Route, other: Route): boolean {
  if (one.written.toLowerCase() !== other.written.toLowerCase()) return false;
  if (one.methods.length === 0 || other.methods.length === 0) return true;
  return one.methods.some((method) => other.methods.includes(method));
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
