import { randomBytes } from "node:crypto";

const NONCE_BYTES = 8;
const TOKEN_BYTES = 16;
/** Where each of the first bytes of a .NET Guid is in the UUID. */
const GUID_ORDER = [3, 2, 1, 0, 5, 4, 7, 6];

/** Proves that a message is locked by its holder. New on every delivery. */
export interface Lock {
  readonly sequence: number;
  readonly nonce: Buffer;
}

const STOCK_BYTES = 512 * NONCE_BYTES;
let stock = Buffer.alloc(0);
let used = 0;

/** The unguessable half of a token. From a stock, because asking for random bytes costs the same for one as for many. */
export function newNonce(): Buffer {
  if (used === stock.length) {
    stock = randomBytes(STOCK_BYTES);
    used = 0;
  }
  used += NONCE_BYTES;
  return stock.subarray(used - NONCE_BYTES, used);
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
  for (const [to, from] of GUID_ORDER.entries()) swapped[to] = uuid.readUInt8(from);
  return swapped;
}
