import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hmacBy } from "../../../shared/request/hmac.ts";

/** Also longer than a block. */
const keys = fc.uint8Array({ minLength: 1, maxLength: 200, size: "max" });
/** Also with halves of characters. */
const units = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 300 });
/** From none to more than there is room for at once. */
const texts = fc
  .tuple(units, fc.oneof(fc.constantFrom(0, 1), fc.integer({ min: 1, max: 12_000 })))
  .map(([text, times]) => text.repeat(times));

function hmacByNode(key: KeyObject, some: readonly string[]): string {
  const hmac = createHmac("sha256", key);
  for (const text of some) hmac.update(text);
  return hmac.digest("base64url");
}

describe("an HMAC", () => {
  test("is the one of the standard", () => {
    const key = createSecretKey(Buffer.from("Jefe"));

    const mac = hmacBy(key)("what do ya want for nothing?");

    expect(mac).toBe("W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM");
  });

  test("law: is Node's, for any key and any texts, whatever it was made of before", () => {
    fc.assert(
      fc.property(keys, fc.array(fc.array(texts, { maxLength: 3 }), { maxLength: 4 }), (secret, all) => {
        const key = createSecretKey(secret);
        const hmac = hmacBy(key);

        for (const some of all) expect(hmac(...some)).toBe(hmacByNode(key, some));
      }),
    );
  });
});
