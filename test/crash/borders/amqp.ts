import { Socket } from "node:net";
import type { Pass } from "./pass.ts";

/** The frames that say that something is sent, and what became of it. @see AMQP 1.0, part 2.7, descriptors */
const PERFORMATIVES: Readonly<Record<number, string>> = { 20: "transfer", 21: "disposition" };
const HEADER = Buffer.from("AMQP");
const AMQP_FRAME = 0;
/** A descriptor: the constructor of a described type, then the format code of its number, one byte or eight. */
const [SMALL_ULONG, ULONG] = [0x53, 0x80];

/** A point is a write to an AMQP connection that carries a message or its acknowledgement. */
export function watchAmqp(pass: Pass): void {
  const speaks = new WeakMap<Socket, boolean>();
  const { write } = Socket.prototype;
  Socket.prototype.write = function (this: Socket, chunk: Uint8Array | string, ...rest: unknown[]) {
    const go = (...args: unknown[]) => write.apply(this, args as unknown as Parameters<typeof write>);
    if (!(chunk instanceof Uint8Array)) return go(chunk, ...rest);
    if (!speaks.has(this)) speaks.set(this, HEADER.equals(chunk.subarray(0, HEADER.length)));
    const frames = speaks.get(this) === true ? namesIn(Buffer.from(chunk)) : [];
    // The AMQP library hands over nothing but the bytes.
    if (frames.length === 0 || rest.length > 0) return go(chunk, ...rest);
    const what = `amqp ${[...new Set(frames)].join(", ")}`;
    pass(what, "before");
    return go(chunk, () => pass(what, "after"));
  } as typeof write;
}

/** The performatives in whole frames, in order. */
function namesIn(bytes: Buffer): string[] {
  const names: string[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    if (bytes.subarray(at, at + HEADER.length).equals(HEADER)) {
      at += 8;
      continue;
    }
    const size = bytes.readUInt32BE(at);
    const body = at + bytes.readUInt8(at + 4) * 4;
    if (size < 8 || at + size > bytes.length) break;
    const name =
      bytes[at + 5] === AMQP_FRAME && body < at + size ? PERFORMATIVES[codeAt(bytes, body)] : undefined;
    if (name !== undefined) names.push(name);
    at += size;
  }
  return names;
}

function codeAt(bytes: Buffer, body: number): number {
  if (bytes[body + 1] === SMALL_ULONG) return bytes[body + 2] ?? 0;
  return bytes[body + 1] === ULONG ? Number(bytes.readBigUInt64BE(body + 2)) : 0;
}
