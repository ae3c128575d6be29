import { validateHeaderValue } from "node:http";
import * as z from "zod";
import type { HttpReply } from "./call.ts";

/** Optional values come boxed. */
const boxed = <T extends z.ZodType>(value: T) => z.object({ value }).optional();

const Cookie = z.object({
  name: z.string(),
  value: z.string(),
  domain: boxed(z.string()),
  path: boxed(z.string()),
  expires: boxed(z.object({ seconds: z.number() })),
  secure: boxed(z.boolean()),
  httpOnly: boxed(z.boolean()),
  maxAge: boxed(z.number()),
  sameSite: z.enum(["none", "lax", "strict", "explicitNone"]),
});

/** `RpcHttp` as @azure/functions 4.16 makes it (toRpcHttp.ts). */
const HttpAnswer = z.object({
  http: z.object({
    statusCode: z.coerce.number().int().min(200).max(599),
    headers: z.record(z.string(), z.string()),
    cookies: z.array(Cookie),
    body: z.object({ bytes: z.instanceof(Uint8Array) }).optional(),
  }),
});

type Converted =
  | { readonly ok: true; readonly reply: HttpReply }
  | { readonly ok: false; readonly problem: string };

/**
 * What the client gets for an HTTP function's return value; nothing returned is 204.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-output
 */
export function toReply(returnValue: unknown): Converted {
  if (returnValue === undefined || returnValue === null) return { ok: true, reply: { status: 204 } };
  const parsed = HttpAnswer.safeParse(returnValue);
  if (!parsed.success) return { ok: false, problem: z.prettifyError(parsed.error) };
  const { statusCode, headers, cookies, body } = parsed.data.http;
  const pairs = [
    ...Object.entries(headers),
    ...cookies.map((cookie) => ["set-cookie", setCookie(cookie)] as const),
  ];
  const sendable = pairs.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()));
  try {
    for (const [name, value] of sendable) validateHeaderValue(name, value);
  } catch (error) {
    return { ok: false, problem: (error as Error).message };
  }
  return { ok: true, reply: { status: statusCode, headers: sendable, ...(body && { body: body.bytes }) } };
}

/** The server frames the message itself. */
export const HOP_BY_HOP = new Set(["content-length", "transfer-encoding", "connection", "keep-alive"]);

/** As ASP.NET Core writes it: name and value escaped, path `/` unless said otherwise. */
function setCookie(cookie: z.infer<typeof Cookie>): string {
  const { expires, maxAge, domain, path, secure, httpOnly, sameSite } = cookie;
  return [
    `${encodeURIComponent(cookie.name)}=${encodeURIComponent(cookie.value)}`,
    expires && `expires=${new Date(expires.value.seconds * 1000).toUTCString()}`,
    maxAge && `max-age=${Math.trunc(maxAge.value)}`,
    domain && `domain=${domain.value}`,
    `path=${path?.value ?? "/"}`,
    secure?.value && "secure",
    sameSite !== "none" && `samesite=${sameSite === "explicitNone" ? "none" : sameSite}`,
    httpOnly?.value && "httponly",
  ]
    .filter(Boolean)
    .join("; ");
}
