import type { Typed } from "rhea";
import { types } from "./rhea.ts";
import { SECTION } from "./sections.ts";

const MAX_UINT = 2 ** 32 - 1;

/** What the broker says about a message when it hands it out. */
export interface Envelope {
  readonly sequence: number;
  readonly enqueuedAtMs: number;
  readonly timeToLiveMs: number | null;
  /** Failed attempts so far: 0 on the first delivery. */
  readonly deliveryCount: number;
  /** `null` when nobody holds the message. */
  readonly lockedUntilMs: number | null;
}

/** An encoded header and annotations, and where in it the numbers are that differ from message to message. */
interface Head {
  readonly bytes: Buffer;
  readonly sequence: number;
  readonly enqueuedAt: number;
  readonly deliveryCount: number;
  /** -1 when this head has none; the same for the lock. */
  readonly timeToLive: number;
  readonly lockedUntil: number;
}

/** Numbers that AMQP can only write in full, so that any other fits in their place, and that are found again. */
const PLACEHOLDER = {
  timeToLive: 0xf0f1f2f3,
  deliveryCount: 0xf4f5f6f7,
  sequence: 0x10a1a2a3a4a5a6,
  enqueuedAt: 0x10b1b2b3b4b5b6,
  lockedUntil: 0x10c1c2c3c4c5c6,
};

/** Encoding these few fields anew for every message would cost more than all else that is done to it. */
const HEADS = [false, true].map((isLocked) =>
  [false, true].map((isLimited) => createHead(isLocked, isLimited)),
);

function createHead(isLocked: boolean, isLimited: boolean): Head {
  const ttl = isLimited ? types.wrap_uint(PLACEHOLDER.timeToLive) : null;
  const header = types.List32([null, null, ttl, null, types.wrap_uint(PLACEHOLDER.deliveryCount)]);
  const annotations = types.wrap_symbolic_map({
    "x-opt-sequence-number": types.wrap_long(PLACEHOLDER.sequence),
    "x-opt-enqueued-time": types.wrap_timestamp(PLACEHOLDER.enqueuedAt),
    "x-opt-message-state": types.wrap_int(0),
    ...(isLocked ? { "x-opt-locked-until": types.wrap_timestamp(PLACEHOLDER.lockedUntil) } : {}),
  });
  const bytes = encode(described(SECTION.header, header), described(SECTION.messageAnnotations, annotations));
  return {
    bytes,
    sequence: bytes.indexOf(long(PLACEHOLDER.sequence)),
    enqueuedAt: bytes.indexOf(long(PLACEHOLDER.enqueuedAt)),
    deliveryCount: bytes.indexOf(uint(PLACEHOLDER.deliveryCount)),
    timeToLive: bytes.indexOf(uint(PLACEHOLDER.timeToLive)),
    lockedUntil: bytes.indexOf(long(PLACEHOLDER.lockedUntil)),
  };
}

/** Puts the broker's header and annotations before the stored content: a whole message again. */
export function encodeDelivery(content: Uint8Array, envelope: Envelope): Buffer {
  const { timeToLiveMs, lockedUntilMs } = envelope;
  const head = HEADS[Number(lockedUntilMs !== null)]?.[Number(timeToLiveMs !== null)] as Head;
  const bytes = Buffer.allocUnsafe(head.bytes.length + content.length);
  bytes.set(head.bytes);
  bytes.set(content, head.bytes.length);
  writeLong(bytes, envelope.sequence, head.sequence);
  writeLong(bytes, envelope.enqueuedAtMs, head.enqueuedAt);
  bytes.writeUInt32BE(envelope.deliveryCount, head.deliveryCount);
  if (timeToLiveMs !== null) bytes.writeUInt32BE(Math.min(timeToLiveMs, MAX_UINT), head.timeToLive);
  if (lockedUntilMs !== null) writeLong(bytes, lockedUntilMs, head.lockedUntil);
  return bytes;
}

/** A positive safe integer as AMQP's long or timestamp. In two halves, because a BigInt is made on the heap. */
function writeLong(bytes: Buffer, value: number, at: number): void {
  bytes.writeUInt32BE(Math.floor(value / 2 ** 32), at);
  bytes.writeUInt32BE(value % 2 ** 32, at + 4);
}

function long(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  writeLong(bytes, value, 0);
  return bytes;
}

function uint(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A section of a message, or an outcome: a value with the number that says what it is. */
export function described(code: number, value: Typed): Typed {
  return types.described_nc(types.wrap_ulong(code), value);
}

export function encode(...sections: Typed[]): Buffer {
  const writer = new types.Writer();
  for (const section of sections) writer.write(section);
  return writer.toBuffer();
}
