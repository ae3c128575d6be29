import { app as host } from "@azure/functions";
import { Problem, problemResponse } from "./problem.ts";

/** A route as far as an address leads to it. */
export interface Addressed {
  readonly method: string;
  /** With `{names}`. */
  readonly path: string;
}

/** Every method that the host tells apart. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/**
 * The host tries routes in the order of their functions' names, and goes on where a method is not a route's: this one must be
 * the last, whatever others are called. A host that takes the more specific route first leaves it to the last, too.
 * @see https://github.com/Azure/azure-functions-host/issues/9876
 */
export const LAST = "zUnknownOperation";

/** Answers what no route does: with the methods that there are at the address, or that nothing is there. */
export function registerUnknownOperation(api: string, routes: readonly Addressed[]): void {
  host.http(LAST, {
    methods: [...METHODS],
    route: `${api}/{*path}`,
    authLevel: "anonymous",
    handler: ({ method, params }) => {
      const allowed = methodsAt(params.path ?? "", routes);
      if (allowed.length === 0) return problemResponse(NOWHERE);
      const detail = `${method} is not among what can be done here: ${allowed.join(", ")}.`;
      const response = problemResponse(new Problem("methodNotAllowed", detail));
      return { ...response, headers: { ...response.headers, allow: allowed.join(", ") } };
    },
  });
}

const NOWHERE = new Problem("notFound", "There is no such operation; openapi.json beside it lists all.");

/** By which methods something is at an address, as the host compares them: in any case. */
export const methodsAt = (address: string, routes: readonly Addressed[]): readonly string[] => [
  ...new Set(routes.filter(({ path }) => patternOf(path).test(address)).map(({ method }) => method)),
];

/** Names stand for one segment each; all else in a route is letters, slashes and dots. */
const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}/?$`, "i");
