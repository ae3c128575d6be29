import { createHmac, timingSafeEqual } from "node:crypto";
import type { DecodedMessage } from "../rhea.ts";
import { PutToken, TOKEN_PREFIX, TokenFields } from "../schemas.ts";
import type { Reply } from "./requests.ts";

/** What one connection may reach. Grows with every accepted token. */
export interface Claims {
  /** Answers a `$cbs` request: 202 when the token is good, 401 when not. */
  putToken(request: DecodedMessage): Reply;
  /** Whether a token for this path (in lower case), or for a parent of it, was put. */
  cover(path: string): boolean;
}

/**
 * Claims-based security of one connection. A token's expiry is checked when it is put; links already open stay open.
 *
 * @see https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas (generating a token)
 */
export function createClaims(key: string, nowMs: () => number): Claims {
  const paths = new Set<string>();
  return {
    putToken(request) {
      const path = readPath(request, key, nowMs());
      if (path === null)
        return answer(401, "InvalidSignature: The token has an invalid signature, or has expired.");
      paths.add(path);
      return answer(202, "Accepted");
    },
    cover: (wanted) =>
      [...paths].some((path) => path === "" || wanted === path || wanted.startsWith(`${path}/`)),
  };
}

function answer(status: number, description: string): Reply {
  return { properties: { "status-code": status, "status-description": description } };
}

/** The path a put-token request proves access to; `null` when it proves nothing. Only the signed part is looked at. */
function readPath(request: DecodedMessage, key: string, nowMs: number): string | null {
  const put = PutToken.safeParse(request);
  if (!put.success) return null;
  const raw = put.data.body.slice(TOKEN_PREFIX.length);
  const token = TokenFields.safeParse(Object.fromEntries(new URLSearchParams(raw)));
  if (!token.success || Number(token.data.se) * 1000 < nowMs) return null;
  // The signature covers the resource as it is written in the token, still URL-encoded.
  const encodedResource = /(?:^|&)sr=([^&]*)/.exec(raw)?.[1];
  const expected = createHmac("sha256", key).update(`${encodedResource}\n${token.data.se}`).digest();
  const given = Buffer.from(token.data.sig, "base64");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  return URL.canParse(token.data.sr) ? new URL(token.data.sr).pathname.slice(1).toLowerCase() : null;
}
