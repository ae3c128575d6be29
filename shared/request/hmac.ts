import { createHmac, hash, type KeyObject } from "node:crypto";

/** What SHA-256 takes in at a time, and what it gives, in bytes. */
const [BLOCK, DIGEST] = [64, 32];
/** Longer texts are rare, in bytes. */
const ROOM = 32 * 1024;
const MAX_BYTES_OF_A_CODE_UNIT = 3;

/**
 * What makes the HMAC-SHA256 of texts in UTF-8, one after the other, as base64url. Two hashes over memory that is there take less
 * than two thirds of the time of Node's HMAC, which makes objects each time. @see https://www.rfc-editor.org/rfc/rfc2104
 */
export function hmacBy(key: KeyObject): (...texts: readonly string[]) => string {
  const secret = key.export();
  const block = secret.length > BLOCK ? hash("sha256", secret, "buffer") : secret;
  const [inner, outer] = [padded(block, 0x36, ROOM), padded(block, 0x5c, DIGEST)];
  return (...texts) => {
    const length = texts.reduce((sum, text) => sum + text.length, 0);
    if (length * MAX_BYTES_OF_A_CODE_UNIT > ROOM) return hmacByNode(key, texts);
    let end = BLOCK;
    for (const text of texts) end += inner.write(text, end);
    outer.write(hash("sha256", inner.subarray(0, end), "binary"), BLOCK, "binary");
    return hash("sha256", outer, "base64url");
  };
}

function hmacByNode(key: KeyObject, texts: readonly string[]): string {
  const hmac = createHmac("sha256", key);
  for (const text of texts) hmac.update(text);
  return hmac.digest("base64url");
}

/** The block of a key, as one of the two hashes wants it, with room for what comes after it. */
function padded(key: Buffer, pad: number, room: number): Buffer {
  const block = Buffer.alloc(BLOCK + room);
  for (let index = 0; index < BLOCK; index++) block[index] = (key[index] ?? 0) ^ pad;
  return block;
}
