import {
  type HttpHandler,
  type HttpRequest,
  type HttpResponseInit,
  app as host,
  type InvocationContext,
} from "@azure/functions";
import * as df from "durable-functions";
import type * as z from "zod";
import { RequestId } from "../../shared/connection/connection.ts";
import { CursorError } from "../../shared/search/page.ts";
import { keep } from "./access-log.ts";
import type { App } from "./app.ts";
import { authorize, type Needed } from "./authorize.ts";
import { type ExportPage, streamed } from "./export.ts";
import type { Link } from "./link.ts";
import { outgoing, watchOutgoing } from "./outgoing.ts";
import { parametersOf, parseBody, parsePath, parseQuery, type QuerySchema } from "./parse.ts";
import { Problem, type ProblemKind, problemResponse, statusOf } from "./problem.ts";
import { shownTo } from "./redact.ts";
import { type RefusalLog, refusalLog } from "./refusal-log.ts";
import {
  type ExportType,
  exportTypeOf,
  NOT_MODIFIED,
  representation,
  unconditional,
} from "./representation.ts";
import type { Caller } from "./sign-in.ts";
import { registerUnknownOperation } from "./unknown-operation.ts";

/** Where the API is. The host's own prefix is off, since the inbox is not below it. */
export const API = "api";

/** One operation of the API: what it takes, what it gives, who may call it. Schemas parse the traffic and document it. */
export interface Route<Path, Query, Body, Reply> {
  readonly operationId: string;
  readonly method: "GET" | "POST";
  /** Below `api/`, with `{names}` of `path`. */
  readonly path: string;
  readonly summary: string;
  /** Null: anybody may call it. */
  readonly role: Needed | null;
  readonly pathSchema?: z.ZodType<Path>;
  readonly querySchema?: QuerySchema<Query>;
  readonly bodySchema?: z.ZodType<Body>;
  readonly replySchema: z.ZodType<Reply>;
  /** Which problems it may answer with, besides those that every route has. */
  readonly problems: readonly ProblemKind[];
  /**
   * Where somebody reads of requests or trails: how many the reply shows. Such a reading is kept in the log of accesses. What
   * is personal is shown to auditors only, there and in the reply to whoever changes a request.
   */
  shows?(reply: Reply): number;
  /** Where everything that meets the filters can be had as a file. */
  readonly exports?: Exports<Path, Query, Body>;
  /**
   * Where a message that is signed may come in the place of a token: tells by which key it is, of the names in the path.
   * Throws a `Problem` when it does not prove anybody. The body that was signed is the one that is parsed.
   */
  signedBy?(app: App, request: HttpRequest, parameters: Readonly<Record<string, string>>): Promise<Signed>;
  /**
   * Where a link lets somebody in, who proves nothing else: tells what it lets them see. Throws a `Problem` when it is none that
   * is good.
   */
  linkedBy?(app: App, request: HttpRequest, parameters: Readonly<Record<string, string>>): Promise<Link>;
  /** Who, what, do, answer: returns the reply and throws a `Problem`. */
  handle(app: App, call: Call<Path, Query, Body>): Promise<Reply>;
}

/** The files that a list can be had as. */
export interface Exports<Path, Query, Body> {
  /** Of the file, without what stands after the dot. */
  readonly name: string;
  pages(type: ExportType, app: App, call: Call<Path, Query, Body>): AsyncGenerator<ExportPage, void>;
}

/** A message that was signed by a key that we know. */
export interface Signed {
  /** Whose key it is: a name that the path gave and the signature proves. */
  readonly name: string;
  readonly keyId: string;
  readonly messageId: string;
  /** As it came, which is what the signature covers. */
  readonly body: Uint8Array;
}

/** A call whose parts have been parsed; `caller` is present where the route demands a role. */
export interface Call<Path, Query, Body> {
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Caller;
  /** Null where a token says who calls. */
  readonly signed: Signed | null;
  /** Present where a link lets them in. */
  readonly link: Link | null;
  readonly context: InvocationContext;
}

/** A route among others: only its own schemas know what its handler takes. */
export type AnyRoute = Route<unknown, unknown, unknown, unknown>;

/** Checks a route's handler against its schemas. */
export const route = <Path, Query, Body, Reply>(made: Route<Path, Query, Body, Reply>): AnyRoute => made;

const ANYBODY: Caller = {
  kind: "person",
  oid: "",
  name: "nobody",
  groups: [],
  hasTooManyGroups: false,
  authContexts: [],
  signInNames: [],
  roles: [],
  isPerson: false,
  scopes: [],
  clientId: "",
};

/** Registers routes. */
export function serve(routes: readonly AnyRoute[], app: () => App): void {
  // A body comes as a stream, so that this process takes nobody's in before they may send one (Azure's host itself reads
  // one of a length known before); and one of no length known before is a body, too, which it is not otherwise.
  host.setup({ enableHttpStream: true });
  watchOutgoing();
  const refused = refusalLog(Date.now);
  for (const served of routes) {
    host.http(served.operationId, {
      methods: [served.method],
      route: `${API}/${served.path}`,
      // Anonymous to the host, whose keys prove no person: `signIn` is the check.
      authLevel: "anonymous",
      extraInputs: [df.input.durableClient()],
      handler: handlerOf(served, app, refused),
    });
  }
  registerUnknownOperation(API, routes);
}

/** Who it is and what they may comes first: until then nothing of the call is parsed, and its body is not read. */
function handlerOf(served: AnyRoute, app: () => App, refused: RefusalLog): HttpHandler {
  return async (request, context) => {
    const parameters = parametersOf(served.path, request.params);
    let caller: Caller | null = null;
    let signed: Signed | null = null;
    let link: Link | null = null;
    try {
      const { signIn, config } = app();
      const authorization = request.headers.get("authorization");
      if (served.signedBy !== undefined && authorization === null) {
        signed = await served.signedBy(app(), request, parameters);
      } else if (served.linkedBy !== undefined) {
        link = await served.linkedBy(app(), request, parameters);
      } else if (served.role !== null) {
        caller = await signIn(authorization);
        authorize(caller, served.role, config);
      }
      const path = parsePath(served.pathSchema, parameters);
      const query = parseQuery(served.querySchema, request.url);
      const body = await parseBody(served.bodySchema, request, signed?.body);
      return await answered(served, app(), request, {
        path,
        query,
        body,
        caller: caller ?? ANYBODY,
        signed,
        link,
        context,
      });
    } catch (error) {
      const problem = problemOf(error, context);
      const { status } = statusOf(problem.kind);
      if (status === 401 || status === 403) {
        const refusal = {
          problem,
          status,
          operation: served.operationId,
          requestId: requestIdIn(parameters),
          caller,
          integration: signed?.name ?? null,
        };
        refused(refusal, (line) => context.warn(line));
      }
      return problemResponse(problem);
    }
  };
}

/** The request that an address names; null when that is none of ours, which is a stranger's text. */
const requestIdIn = ({ id }: Readonly<Record<string, string>>): string | null =>
  RequestId.safeParse(id).data ?? null;

type AnyCall = Call<unknown, unknown, unknown>;

/** What was asked for, after it is kept who reads it, where it tells of requests or trails. */
async function answered(
  served: AnyRoute,
  app: App,
  { url, headers }: HttpRequest,
  call: AnyCall,
): Promise<HttpResponseInit> {
  const asked = { ...(call.path ?? {}), ...Object.fromEntries(new URL(url).searchParams) };
  const type = served.exports === undefined ? null : exportTypeOf(headers.get("accept"));
  const kept = async (count: number, format?: ExportType): Promise<void> => {
    const reading = { operation: served.operationId, query: format ? { ...asked, format } : asked, count };
    await keep(app.store.accesses, call.caller, reading, (line) => call.context.error(line));
  };
  if (served.exports !== undefined && type !== null) {
    authorize(call.caller, "Auditor", app.config);
    return exported(served.exports, type, app, call, (count) => kept(count, type));
  }
  const reply = await served.handle(app, call);
  if (served.method === "POST") return representation(shownTo(call.caller, reply), unconditional(headers));
  if (served.shows === undefined) return representation(reply, headers);
  const response = await representation(shownTo(call.caller, reply), headers);
  // Whoever names the tag has read the very same before; an open page asks every few seconds. Whoever says `*` has not: they
  // are told by the tag what there is.
  const isNews = response.status !== NOT_MODIFIED || headers.get("if-none-match")?.includes("*");
  if (isNews) await kept(served.shows(reply));
  return response;
}

/** A file, page by page; that somebody asks for it is kept before anything goes out, and each page that shows something. */
async function exported(
  files: Exports<unknown, unknown, unknown>,
  type: ExportType,
  app: App,
  call: AnyCall,
  kept: (count: number) => Promise<void>,
): Promise<HttpResponseInit> {
  async function* keptPages(): AsyncGenerator<ExportPage, void> {
    let isFirst = true;
    for await (const page of files.pages(type, app, call)) {
      if (isFirst || page.count > 0) await kept(page.count);
      isFirst = false;
      yield page;
    }
  }
  // Found now: once it has gone, nothing would tell that it was there.
  const line = outgoing(call.context.invocationId);
  const all = keptPages();
  // What cannot be had or kept at all is said as any other problem is.
  const begun = await all.next();
  return streamed(type, files.name, begun, all, line);
}

/** Errors become HTTP here and nowhere else. What is not a `Problem` is ours: a 500 that says nothing, and a log line. */
function problemOf(error: unknown, context: InvocationContext): Problem {
  if (error instanceof Problem) {
    if (error.kind === "sign-in-unavailable") context.error(`Sign-in: ${String(error.cause)}`);
    return error;
  }
  if (error instanceof CursorError) return new Problem("badRequest", error.message);
  context.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const detail = `Nothing was said about it here on purpose; the log has it under invocation ${context.invocationId}.`;
  return new Problem("internal", detail);
}
