import {
  type HttpHandler,
  type HttpRequest,
  type HttpResponseInit,
  app as host,
  type InvocationContext,
} from "@azure/functions";
import * as df from "durable-functions";
import type * as z from "zod";
import { CursorError } from "../../shared/request/store.ts";
import type { App } from "./app.ts";
import { Problem, type ProblemKind, problemResponse } from "./problem.ts";
import type { Caller, Role, SignIn } from "./sign-in.ts";

/** One operation of the API: what it takes, what it gives, who may call it. Schemas parse the traffic and document it. */
export interface Route<Path, Query, Body, Reply> {
  readonly operationId: string;
  readonly method: "GET" | "POST";
  /** Below the route prefix, with `{names}` of `path`. */
  readonly path: string;
  readonly summary: string;
  /** Null: anybody may call it. */
  readonly role: Role | null;
  readonly pathSchema?: z.ZodType<Path>;
  readonly querySchema?: z.ZodType<Query>;
  readonly bodySchema?: z.ZodType<Body>;
  readonly replySchema: z.ZodType<Reply>;
  /** Which problems it may answer with, besides those that every route has. */
  readonly problems: readonly ProblemKind[];
  /** Who, what, do, answer: returns the reply and throws a `Problem`. */
  handle(app: App, call: Call<Path, Query, Body>): Promise<Reply>;
}

/** A call whose parts have been parsed; `caller` is present where the route demands a role. */
export interface Call<Path, Query, Body> {
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Caller;
  readonly context: InvocationContext;
}

/** A route among others: only its own schemas know what its handler takes. */
export type AnyRoute = Route<unknown, unknown, unknown, unknown>;

/** Checks a route's handler against its schemas. */
export const route = <Path, Query, Body, Reply>(made: Route<Path, Query, Body, Reply>): AnyRoute => made;

const MAX_BODY_BYTES = 64 * 1024;
const ANYBODY: Caller = {
  kind: "person",
  oid: "",
  name: "nobody",
  groups: [],
  signInNames: [],
  roles: [],
  isPerson: false,
};

/** Registers routes. */
export function serve(routes: readonly AnyRoute[], app: () => App): void {
  for (const served of routes) {
    host.http(served.operationId, {
      methods: [served.method],
      route: served.path,
      // Anonymous to the host, whose keys prove no person: `signIn` is the check.
      authLevel: "anonymous",
      extraInputs: [df.input.durableClient()],
      handler: handlerOf(served, app),
    });
  }
}

function handlerOf(served: AnyRoute, app: () => App): HttpHandler {
  return async (request, context) => {
    try {
      const { signIn } = app();
      const caller = served.role === null ? ANYBODY : await authorize(signIn, request, served.role);
      const path = parsePart(served.pathSchema, request.params, "path", "not-found");
      const query = parsePart(served.querySchema, Object.fromEntries(request.query), "query", "bad-request");
      const body = parsePart(served.bodySchema, await readBody(request, served), "body", "bad-request");
      return answer(await served.handle(app(), { path, query, body, caller, context }));
    } catch (error) {
      return respond(error, context);
    }
  };
}

async function authorize(signIn: SignIn, request: HttpRequest, role: Role): Promise<Caller> {
  const caller = await signIn(request.headers.get("authorization"));
  if (!caller.roles.includes(role)) throw new Problem("forbidden", `This needs the app role ${role}.`);
  if (role === "Approver" && !caller.isPerson) {
    throw new Problem("forbidden", "Only a person can do this; the token is an app's.");
  }
  return caller;
}

function parsePart<T>(
  schema: z.ZodType<T> | undefined,
  raw: unknown,
  part: string,
  kind: "not-found" | "bad-request",
): T {
  // A route without a schema for this part has handlers that do not look at it.
  if (schema === undefined) return undefined as T;
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => [...path, message].join(" "));
  throw new Problem(kind, `In the ${part}: ${problems.join("; ")}.`);
}

async function readBody(request: HttpRequest, route: { readonly bodySchema?: unknown }): Promise<unknown> {
  if (route.bodySchema === undefined) return undefined;
  if (!/^application\/([\w.-]+\+)?json\b/i.test(request.headers.get("content-type") ?? "")) {
    throw new Problem("unsupported-media-type", "Send the body as application/json.");
  }
  const tooLarge = new Problem("too-large", `At most ${MAX_BODY_BYTES} bytes.`);
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES) throw tooLarge;
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > MAX_BODY_BYTES) throw tooLarge;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Problem("bad-request", "The body is not JSON.");
  }
}

const answer = (reply: unknown): HttpResponseInit => ({
  status: 200,
  headers: { "content-type": "application/json", "cache-control": "no-store" },
  body: JSON.stringify(reply),
});

/** Errors become HTTP here and nowhere else. What is not a `Problem` is ours: a 500 that says nothing, and a log line. */
function respond(error: unknown, context: InvocationContext): HttpResponseInit {
  if (error instanceof Problem) {
    if (error.kind === "sign-in-unavailable") context.error(`Sign-in: ${String(error.cause)}`);
    return problemResponse(error);
  }
  if (error instanceof CursorError) return problemResponse(new Problem("bad-request", error.message));
  context.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const detail = `Nothing was said about it here on purpose; the log has it under invocation ${context.invocationId}.`;
  return problemResponse(new Problem("internal", detail));
}
