import { randomUUID } from "node:crypto";

const NONCE_BYTES = 8;
const TOKEN_BYTES = 16;

/** Proves that a message is locked by its holder. New on every delivery. */
export interface Lock {
  readonly sequence: number;
  readonly nonce: Buffer;
}

/** The unguessable half of a token. From a UUID, because Node keeps a stock of random bytes for those alone. */
export function newNonce(): Buffer {
  return Buffer.from(
    randomUUID()
      .replaceAll("-", "")
      .slice(-2 * NONCE_BYTES),
    "hex",
  );
}

/**
 * The lock token in network byte order, as `$management` carries it.
 *
 * Its second half is the message's sequence number, so that settling needs no index on tokens.
 */
export function lockToken({ sequence, nonce }: Lock): Buffer {
  const token = Buffer.alloc(TOKEN_BYTES);
  nonce.copy(token);
  token.writeBigInt64BE(BigInt(sequence), NONCE_BYTES);
  return token;
}

/** Reads a token in network byte order. `null` when these bytes cannot be a token of ours. */
export function readLockToken(token: unknown): Lock | null {
  if (!Buffer.isBuffer(token) || token.length !== TOKEN_BYTES) return null;
  const sequence = Number(token.readBigInt64BE(NONCE_BYTES));
  return Number.isSafeInteger(sequence) ? { sequence, nonce: token.subarray(0, NONCE_BYTES) } : null;
}

/**
 * Turns network byte order into the byte order of a .NET Guid, and back.
 *
 * Delivery tags are .NET Guids: the first three fields of the UUID are little-endian there.
 * @see https://learn.microsoft.com/dotnet/api/system.guid.tobytearray
 */
export function swapGuidBytes(uuid: Buffer): Buffer {
  const swapped = Buffer.from(uuid);
  swapped.subarray(0, 4).reverse();
  swapped.subarray(4, 6).reverse();
  swapped.subarray(6, 8).reverse();
  return swapped;
}
