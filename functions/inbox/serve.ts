import { type HttpRequest, type HttpResponseInit, app as host } from "@azure/functions";
import type { App } from "../kit/app.ts";
import { HEADERS, Problem, problemResponse } from "../kit/problem.ts";
import { represented } from "../kit/representation.ts";

/** The files of the page by name, of which one is `index.html`; each is text. */
export type PageFiles = Readonly<Record<string, string>>;

const PLACE = "/inbox/";
const HTML = "index.html";

const TYPES: readonly (readonly [ending: string, type: string])[] = [
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
];

const READING = ["GET", "HEAD"] as const;
/** The host answers a method that a function does not name with 404. */
const OTHERS = ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/** The page for people. It is anybody's to load: what it shows comes from the API, which asks who they are. */
export function registerInbox(app: () => App, files: PageFiles): void {
  host.http("inbox", {
    methods: [...READING, ...OTHERS],
    route: "inbox/{*path}",
    authLevel: "anonymous",
    handler: async (request) => {
      const reply = await inboxReply(files, request, app().config.SIGN_IN_ISSUER);
      return request.method === "HEAD"
        ? { status: reply.status ?? 200, headers: reply.headers ?? {} }
        : reply;
    },
  });
}

/** What is at an address: one of the files, or nothing. No part of the address is made a path of anything. */
async function inboxReply(
  files: PageFiles,
  { method, url, headers }: HttpRequest,
  issuer: string,
): Promise<HttpResponseInit> {
  const common = headersFor(issuer);
  if (!READING.some((known) => known === method)) return onlyRead(common);
  const { pathname } = new URL(url);
  if (`${pathname}/` === PLACE) return { status: 308, headers: { ...common, location: PLACE } };
  const name = pathname === PLACE ? HTML : pathname.slice(PLACE.length);
  const text = pathname.startsWith(PLACE) ? files[name] : undefined;
  const type = TYPES.find(([ending]) => name.endsWith(ending))?.[1];
  if (text === undefined || type === undefined) return notFound(common);
  return represented(
    { text, type },
    { ...common, vary: "accept-encoding", ...(name !== HTML && { "cache-control": FOR_GOOD }) },
    headers,
  );
}

function onlyRead(common: Readonly<Record<string, string>>): HttpResponseInit {
  const problem = problemResponse(
    new Problem("methodNotAllowed", "The inbox is a page; decide through the API."),
  );
  return { ...problem, headers: { ...common, ...problem.headers, allow: READING.join(", ") } };
}

/** A file's name changes with what is in it. */
const FOR_GOOD = "public, max-age=31536000, immutable";

const NOT_FOUND = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>Not found</title></head>
  <body><p>There is nothing here. <a href="${PLACE}">Go to the inbox.</a></p></body>
</html>
`;

const notFound = (common: Readonly<Record<string, string>>): HttpResponseInit => ({
  status: 404,
  headers: { ...common, "content-type": "text/html; charset=utf-8" },
  body: NOT_FOUND,
});

/** The page runs its own scripts and nothing else, reaches the API and the issuer of tokens, and stands in no frame. */
function headersFor(issuer: string): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ${new URL(issuer).origin}`,
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
