import { randomUUID } from "node:crypto";
import { errors, type JWTHeaderParameters, type JWTPayload, jwtVerify, SignJWT } from "jose";
import * as z from "zod";
import type { Config } from "../../shared/config.ts";
import { type Instant, instant, RequestId } from "../../shared/connection/connection.ts";
import type { LinkKeys } from "../../shared/link-keys.ts";
import { type CodeOf, Problem } from "./problem.ts";

/** What a link lets whoever has it see, and until when. It proves nobody, and nothing is decided by it. */
export interface Link {
  /** Its own, by which the log tells which link was opened. */
  readonly id: string;
  readonly requestId: RequestId;
  /** Number of the record that asks: another question is another link's. */
  readonly asked: number;
  readonly expiresAt: Instant;
}

type Settings = Pick<Config, "LINK_KEYS" | "PUBLIC_URL">;

const ALGORITHM = "HS256";
/** No other token of anybody's passes for one. @see https://www.rfc-editor.org/rfc/rfc8725#section-3.11 */
const TYPE = "link+jwt";
const AUDIENCE = "link";
const MAX_TOKEN_CHARACTERS = 2_048;

/** The scheme in the header `Authorization`. */
const SCHEME = /^Link ([\w-]+\.[\w-]+\.[\w-]+)$/i;

const Claims = z.object({
  jti: z.uuid(),
  sub: RequestId,
  asked: z.int().positive(),
  exp: z.int().positive(),
});

const OTHERWISE = "Ask whoever sent it for a new one; or sign in to the inbox, if you have the role Reader.";

/** @throws a `Problem` where the app has no keys */
export function linkKeysOf({ LINK_KEYS }: Settings): LinkKeys {
  if (LINK_KEYS !== undefined) return LINK_KEYS;
  throw new Problem("noLinks", "Nobody can make links, or open any: the setting LINK_KEYS is not set.");
}

/** What a link is before it is signed: its end is in whole seconds, as its token counts. */
export const newLink = (link: Pick<Link, "requestId" | "asked">, expiresAtMs: number): Link => ({
  ...link,
  id: randomUUID(),
  expiresAt: instant(Math.floor(expiresAtMs / 1_000) * 1_000),
});

/** Signs a link. */
export function signLink(
  { id, requestId, asked, expiresAt }: Link,
  settings: Settings,
  now: Date,
): Promise<string> {
  const [{ id: kid, key }] = linkKeysOf(settings);
  return new SignJWT({ asked })
    .setProtectedHeader({ alg: ALGORITHM, kid, typ: TYPE })
    .setIssuer(settings.PUBLIC_URL)
    .setAudience(AUDIENCE)
    .setSubject(requestId)
    .setJti(id)
    .setIssuedAt(now)
    .setExpirationTime(new Date(expiresAt))
    .sign(key);
}

/** The link that a header `Authorization` holds. @throws a `Problem` where it holds none that is good */
export async function linkIn(
  authorization: string | null,
  requestId: string,
  settings: Settings,
  now: Date,
): Promise<Link> {
  const keys = linkKeysOf(settings);
  const token = SCHEME.exec(authorization ?? "")?.[1];
  if (token === undefined || token.length > MAX_TOKEN_CHARACTERS)
    throw refused("noLink", "A view needs a link's token in the header Authorization: Link.");
  const claims = Claims.safeParse(await verified(token, keys, settings, now));
  if (!claims.success) throw broken();
  const { jti: id, sub, asked, exp } = claims.data;
  if (sub !== requestId.toLowerCase())
    throw refused("linkForAnother", `The link is of another request than its address says. ${OTHERWISE}`);
  return { id, requestId: sub, asked, expiresAt: instant(exp * 1_000) };
}

async function verified(
  token: string,
  keys: LinkKeys,
  { PUBLIC_URL }: Settings,
  now: Date,
): Promise<JWTPayload> {
  const keyOf = ({ kid }: JWTHeaderParameters) => {
    const named = keys.find(({ id }) => id === kid);
    if (named === undefined) throw broken();
    return named.key;
  };
  try {
    const { payload } = await jwtVerify(token, keyOf, {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer: PUBLIC_URL,
      audience: AUDIENCE,
      requiredClaims: ["exp", "iat"],
      currentDate: now,
    });
    return payload;
  } catch (error) {
    // Found after the signature was: the link was good.
    if (error instanceof errors.JWTExpired) throw over("linkExpired", "The link has expired.");
    if (error instanceof errors.JOSEError) throw broken();
    throw error;
  }
}

const refused = (code: CodeOf<"bad-link">, detail: string): Problem => new Problem(code, detail, {}, "Link");

const broken = (): Problem =>
  refused(
    "brokenLink",
    `The link is incomplete or was changed, or the app does not know its key any more. ${OTHERWISE}`,
  );

/** A link that shows nothing any more, with how to get in otherwise. */
export const over = (code: CodeOf<"link-over">, detail: string): Problem =>
  new Problem(code, `${detail} ${OTHERWISE}`);
