import type { HttpRequest } from "@azure/functions";
import type * as z from "zod";
import { enumerate, quote } from "../../shared/policy/text.ts";
import { Problem } from "./problem.ts";

const MAX_BODY_BYTES = 64 * 1024;
/** Of the problems of one call; whoever made more mistakes sees the others when these are mended. */
const MAX_PROBLEMS = 10;

/** The schema of a route's query: an object, one parameter for each member. */
export type QuerySchema<T> = z.ZodType<T> & { readonly shape: Readonly<Record<string, unknown>> };

/**
 * What stands in a path in the places that its template names. The host's map is no safe answer: with HTTP streams it
 * holds the query and the members of a body, too, and spells a name as any of them did.
 * @see infra/local/functions-host/README.md, HTTP streams
 */
export function parametersOf(
  template: string,
  params: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const given = new Map(Object.entries(params).map(([name, value]) => [name.toLowerCase(), value]));
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = given.get(name.toLowerCase());
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** What stands in the path, by the schema's sentences; what is wrong there names nothing that exists. */
export const parsePath = <T>(schema: z.ZodType<T> | undefined, params: unknown): T =>
  parse(schema, params, "path", "notFound");

/**
 * The query of an address: each parameter at most once, and none that the route does not have, since a filter that is
 * misspelt must not silently list everything. The address is read, not the host's map of it: that one joins what is
 * given twice, and cannot hold `__proto__`.
 */
export function parseQuery<T>(schema: QuerySchema<T> | undefined, address: string): T {
  const { searchParams } = new URL(address);
  const known = Object.keys(schema?.shape ?? {});
  const given = [...new Set(searchParams.keys())];
  const problems = given.flatMap((name) => {
    if (!known.includes(name)) return [`there is no parameter ${quote(name, 60)}; ${listed(known)}`];
    return searchParams.getAll(name).length > 1 ? [`${name} is given more than once`] : [];
  });
  if (problems.length > 0) throw badPart("query", problems, "badRequest");
  return parse(schema, Object.fromEntries(searchParams), "query", "badRequest");
}

const listed = (names: readonly string[]): string =>
  names.length === 0 ? "this takes none" : `there are ${enumerate(names, names.length)}`;

/**
 * The JSON body, read only as far as it may be long.
 * @param bytes the body, where it was read before
 */
export async function parseBody<T>(
  schema: z.ZodType<T> | undefined,
  request: HttpRequest,
  bytes?: Uint8Array,
): Promise<T> {
  const json = async () => jsonIn(bytes ?? (await readBody(request)));
  return parse(schema, schema === undefined ? undefined : await json(), "body", "badRequest");
}

/** The body as it came, read once and only as far as it may be long. */
export async function readBody(request: HttpRequest): Promise<Uint8Array> {
  if (!/^application\/([\w.-]+\+)?json\b/i.test(request.headers.get("content-type") ?? "")) {
    throw new Problem("unsupportedMediaType", "Send the body as application/json.");
  }
  const bytes = await readBytes(request);
  if (bytes.byteLength === 0 && !request.headers.has("content-length")) {
    throw new Problem("lengthRequired", "No body has arrived. Send one with a Content-Length.");
  }
  return bytes;
}

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Problem("badRequest", "The body is not JSON.");
  }
}

async function readBytes({ headers, body }: HttpRequest): Promise<Uint8Array> {
  const tooLarge = new Problem("tooLarge", `At most ${MAX_BODY_BYTES} bytes.`);
  if (Number(headers.get("content-length") ?? 0) > MAX_BODY_BYTES) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    if (length > MAX_BODY_BYTES) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parse<T>(
  schema: z.ZodType<T> | undefined,
  raw: unknown,
  part: string,
  code: "notFound" | "badRequest",
): T {
  // A route without a schema for this part has handlers that do not look at it.
  if (schema === undefined) return undefined as T;
  const parsed = schema.safeParse(raw, { error: sentenceOf });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.length === 0 ? "it" : path.join(".")} ${message}`,
  );
  throw badPart(part, problems, code);
}

const badPart = (part: string, problems: readonly string[], code: "notFound" | "badRequest"): Problem =>
  new Problem(code, `In the ${part}: ${[...new Set(problems)].slice(0, MAX_PROBLEMS).join("; ")}.`);

const TYPES: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};

/** What is wrong with a value, to be read after its name. For what a schema says nothing about in words of its own. */
function sentenceOf(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined) return "is missing";
  switch (issue.code) {
    case "invalid_type":
      return `must be ${TYPES[issue.expected] ?? "of another type"}`;
    case "invalid_value":
      return `must be ${issue.values.join(" or ")}`;
    case "too_big":
      return `must ${measured(issue.origin, "at most", issue.maximum)}`;
    case "too_small":
      return `must ${measured(issue.origin, "at least", issue.minimum)}`;
    case "unrecognized_keys":
      return `has no ${enumerate(
        issue.keys.map((key) => quote(key, 60)),
        3,
      )}`;
    default:
      return "has a form that is not taken here";
  }
}

/** What texts and lists are counted in; numbers are compared. */
const COUNTED: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ["character", "characters"],
  array: ["entry", "entries"],
};

function measured(origin: string, bound: string, size: number | bigint): string {
  const counted = COUNTED[origin];
  if (counted === undefined) return `be ${bound} ${size}`;
  return `have ${bound} ${size} ${Number(size) === 1 ? counted[0] : counted[1]}`;
}
