import { type HttpRequest, type HttpResponseInit, app as host } from "@azure/functions";
import type { App } from "./app.ts";
import { HEADERS, Problem, problemResponse } from "./problem.ts";
import { represented } from "./representation.ts";

/** The files of a page by name, of which one is `index.html`; each is text. */
export type PageFiles = Readonly<Record<string, string>>;

/** A page of the app. It is anybody's to load: what it shows comes from the API, which asks who they are, or what they have. */
interface ServedPage {
  /** Where it is: `inbox` is at `/inbox/`. */
  readonly name: string;
  readonly files: PageFiles;
  /** What else than this app its scripts may reach. */
  connectsTo(app: App): readonly string[];
  /** Why nothing is changed by it, to whoever tries. */
  readonly onlyRead: string;
}

const HTML = "index.html";
/** Where somebody is led who is lost. */
const INBOX = "/inbox/";

const TYPES: readonly (readonly [ending: string, type: string])[] = [
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
];

const READING = ["GET", "HEAD"] as const;
/** The host answers a method that a function does not name with 404. */
const OTHERS = ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/** Registers what serves a page. */
export function registerPage(app: () => App, page: ServedPage): void {
  host.http(page.name, {
    methods: [...READING, ...OTHERS],
    route: `${page.name}/{*path}`,
    authLevel: "anonymous",
    handler: async (request) => {
      const reply = await replyOf(page, request, headersFor(page.connectsTo(app())));
      return request.method === "HEAD"
        ? { status: reply.status ?? 200, headers: reply.headers ?? {} }
        : reply;
    },
  });
}

/** What is at an address: one of the files, or nothing. No part of the address is made a path of anything. */
async function replyOf(
  { name: page, files, onlyRead }: ServedPage,
  { method, url, headers }: HttpRequest,
  common: Readonly<Record<string, string>>,
): Promise<HttpResponseInit> {
  if (!READING.some((known) => known === method)) return readOnly(onlyRead, common);
  const place = `/${page}/`;
  const { pathname } = new URL(url);
  if (`${pathname}/` === place) return { status: 308, headers: { ...common, location: place } };
  const name = pathname === place ? HTML : pathname.slice(place.length);
  const text = pathname.startsWith(place) && Object.hasOwn(files, name) ? files[name] : undefined;
  const type = TYPES.find(([ending]) => name.endsWith(ending))?.[1];
  if (text === undefined || type === undefined) return notFound(common);
  return represented(
    { text, type },
    { ...common, vary: "accept-encoding", ...(name !== HTML && { "cache-control": FOR_GOOD }) },
    headers,
  );
}

function readOnly(why: string, common: Readonly<Record<string, string>>): HttpResponseInit {
  const problem = problemResponse(new Problem("methodNotAllowed", why));
  return { ...problem, headers: { ...common, ...problem.headers, allow: READING.join(", ") } };
}

/** A file's name changes with what is in it. */
const FOR_GOOD = "public, max-age=31536000, immutable";

const NOT_FOUND = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>Not found</title></head>
  <body><p>There is nothing here. <a href="${INBOX}">Go to the inbox.</a></p></body>
</html>
`;

const notFound = (common: Readonly<Record<string, string>>): HttpResponseInit => ({
  status: 404,
  headers: { ...common, "content-type": "text/html; charset=utf-8" },
  body: NOT_FOUND,
});

/** The page runs its own scripts and nothing else, reaches the API and what it must besides, and stands in no frame. */
function headersFor(others: readonly string[]): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    ["connect-src 'self'", ...others].join(" "),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return {
    ...HEADERS,
    "content-security-policy": policy.join("; "),
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-robots-tag": "noindex",
  };
}
