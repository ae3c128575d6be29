import { createSecretKey, type KeyObject } from "node:crypto";
import * as z from "zod";

interface RecordKey {
  readonly id: string;
  readonly key: KeyObject;
}

const MIN_KEY_BYTES = 32;
export const HOW_TO_MAKE_KEYS =
  "pairs id:key separated by commas, each id 1 to 16 of a-z, 0-9 and -, each key at least 32 bytes in base64; `openssl rand -base64 32` makes one";

/** One `id:key`; null when it is none. A key object shows its bytes in no log and in no JSON. */
function recordKeyIn(pair: string): RecordKey | null {
  const [, id, base64] = /^([a-z0-9-]{1,16}):([A-Za-z0-9+/]+={0,2})$/.exec(pair) ?? [];
  if (id === undefined || base64 === undefined) return null;
  const bytes = Buffer.from(base64, "base64");
  return bytes.length < MIN_KEY_BYTES ? null : { id, key: createSecretKey(bytes) };
}

/** The keys that seal records: the first one seals, all are known. */
export const RecordKeys = z
  .string(`is not set; it must be ${HOW_TO_MAKE_KEYS}`)
  .transform((text, context) => {
    const [first = null, ...others] = text.split(",").map((pair) => recordKeyIn(pair.trim()));
    const ids = new Set([first, ...others].map((key) => key?.id));
    if (first !== null && others.every((key) => key !== null) && ids.size === others.length + 1)
      return [first, ...others] as const;
    context.addIssue({ code: "custom", message: `must be ${HOW_TO_MAKE_KEYS}` });
    return z.NEVER;
  });
