import { createPublicKey, type KeyObject } from "node:crypto";
import * as z from "zod";
import { SIGNER_NAME } from "./policy/built.ts";

const HOW =
  "must be pairs name:key separated by commas, each name 1 to 31 of a-z, 0-9 and -, each key an Ed25519 public key as `openssl pkey -in KEY.pem -pubout -outform DER | openssl base64 -A` prints it; no two names share a key";

/** One `name:key`; null when it is none. */
function keyIn(pair: string): { name: string; text: string; key: KeyObject } | null {
  const [, name = "", text = ""] = /^([^:]+):([A-Za-z0-9+/]+={0,2})$/.exec(pair) ?? [];
  if (!SIGNER_NAME.test(name)) return null;
  try {
    const key = createPublicKey({ key: Buffer.from(text, "base64"), format: "der", type: "spki" });
    if (key.asymmetricKeyType !== "ed25519") return null;
    return { name, text: key.export({ format: "der", type: "spki" }).toString("base64"), key };
  } catch {
    // What is no key has no other word for it.
    return null;
  }
}

/** Public keys of those who sign policies, by their names; one name may have several while it changes its key. */
export const PolicyKeys = z.string().transform((text, context): ReadonlyMap<string, readonly KeyObject[]> => {
  const found = text.split(",").map((pair) => keyIn(pair.trim()));
  const known = found.filter((one) => one !== null);
  if (known.length === found.length && new Set(known.map((one) => one.text)).size === found.length) {
    const byName = Map.groupBy(known, ({ name }) => name);
    return new Map([...byName].map(([name, own]) => [name, own.map(({ key }) => key)]));
  }
  context.addIssue({ code: "custom", message: HOW });
  return z.NEVER;
});
