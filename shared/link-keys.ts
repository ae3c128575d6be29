import { createHash, createSecretKey, type KeyObject } from "node:crypto";
import * as z from "zod";

/** A key by which links are signed, and the short name by which a link says which one it was. */
export interface LinkKey {
  /** The beginning of the key's SHA-256, in hex: it tells keys apart and nothing about them. */
  readonly id: string;
  /** Shows its bytes in no log and in no JSON. */
  readonly key: KeyObject;
}

/** The first one signs, all are known: one, or two while one is being replaced. */
export type LinkKeys = readonly [LinkKey, ...LinkKey[]];

/** HS256 wants as many bytes as its hash has. @see https://www.rfc-editor.org/rfc/rfc7518#section-3.2 */
const MIN_KEY_BYTES = 32;
const MUST_BE = `must be one or two keys, separated by a comma, each at least ${MIN_KEY_BYTES} bytes in base64; \`openssl rand -base64 32\` makes one`;

/** One key; null when it is none. */
function keyIn(text: string): LinkKey | null {
  const bytes = /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, "base64") : Buffer.alloc(0);
  if (bytes.length < MIN_KEY_BYTES) return null;
  return { id: createHash("sha256").update(bytes).digest("hex").slice(0, 8), key: createSecretKey(bytes) };
}

/** Reads keys; what is wrong is said without showing them. */
export const LinkKeysText = z.string().transform((text, context): LinkKeys => {
  const [first = null, second, ...others] = text.split(",").map((part) => keyIn(part.trim()));
  if (first !== null && second !== null && others.length === 0)
    return second === undefined ? [first] : [first, second];
  context.addIssue({ code: "custom", message: MUST_BE });
  return z.NEVER;
});
