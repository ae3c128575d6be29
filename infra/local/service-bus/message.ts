import { randomUUID } from "node:crypto";
import type { Typed } from "rhea";
import { BATCH_FORMAT } from "./limits.ts";
import { messages, types } from "./rhea.ts";
import { dataOf, SECTION, type Section, splitSections } from "./sections.ts";

const MAX_UINT = 2 ** 32 - 1;

/** A message as it was sent, ready to be stored. */
export interface SentMessage {
  readonly messageId: string;
  /** `null` when the sender set none. */
  readonly timeToLiveMs: number | null;
  readonly scheduled: boolean;
  /** Encoded properties, application properties, body and footer, as they were sent; plus a message id if absent. */
  readonly content: Buffer;
}

/** What the broker says about a message when it hands it out. */
export interface Envelope {
  readonly sequence: number;
  readonly enqueuedAtMs: number;
  readonly timeToLiveMs: number | null;
  /** Failed attempts so far: 0 on the first delivery. */
  readonly deliveryCount: number;
  /** `null` when the message is only looked at. */
  readonly lockedUntilMs: number | null;
}

/** Reads the message, or the messages of a batch, of one transfer. @throws when these bytes are no AMQP message. */
export function readTransfer(bytes: Buffer, format: number): SentMessage[] {
  if (format !== BATCH_FORMAT) return [readMessage(bytes)];
  return splitSections(bytes)
    .filter((section) => section.code === SECTION.data)
    .map((section) => readMessage(dataOf(bytes, section)));
}

function readMessage(bytes: Buffer): SentMessage {
  const sections = splitSections(bytes);
  const contentStart = sections.find((section) => section.code >= SECTION.properties)?.start ?? bytes.length;
  const body = sections.find((section) => section.code > SECTION.applicationProperties);
  // Everything that is ever read again is decoded once here, so that a malformed message is refused at the door.
  const head = messages.decode(bytes.subarray(0, body?.start ?? bytes.length));
  const messageId = readId(head.message_id);
  const content = bytes.subarray(contentStart);
  return {
    ...(messageId === null ? withNewId(content) : { messageId, content }),
    timeToLiveMs: typeof head.ttl === "number" ? head.ttl : null,
    scheduled: "x-opt-scheduled-enqueue-time" in ((head.message_annotations ?? {}) as object),
  };
}

function readId(id: unknown): string | null {
  if (typeof id === "string") return id === "" ? null : id;
  if (typeof id === "number") return String(id);
  return Buffer.isBuffer(id) ? id.toString("hex") : null;
}

/** The SDK cannot renew the lock of a message without an id, so a message that was sent without one gets one. */
function withNewId(content: Buffer): Pick<SentMessage, "messageId" | "content"> {
  const messageId = randomUUID().replaceAll("-", "");
  const [first] = splitSections(content);
  const old = first?.code === SECTION.properties ? first : null;
  const [, ...fields] = old ? readItems(content, old) : [];
  const section = encode(
    described(SECTION.properties, types.List32([types.wrap_string(messageId), ...fields])),
  );
  return { messageId, content: Buffer.concat([section, content.subarray(old?.end ?? 0)]) };
}

/** The typed items of a section that holds a list or a map. */
function readItems(bytes: Buffer, section: Section): Typed[] {
  return new types.Reader(bytes.subarray(section.start, section.end)).read().value;
}

function described(code: number, value: Typed): Typed {
  return types.described_nc(types.wrap_ulong(code), value);
}

function encode(...sections: Typed[]): Buffer {
  const writer = new types.Writer();
  for (const section of sections) writer.write(section);
  return writer.toBuffer();
}

/** Puts the broker's header and annotations before the stored content: a whole message again. */
export function encodeDelivery(content: Uint8Array, envelope: Envelope): Buffer {
  const { timeToLiveMs, lockedUntilMs } = envelope;
  const ttl = timeToLiveMs === null ? null : types.wrap_uint(Math.min(timeToLiveMs, MAX_UINT));
  const header = types.List32([null, null, ttl, null, types.wrap_uint(envelope.deliveryCount)]);
  const annotations = types.wrap_symbolic_map({
    "x-opt-sequence-number": types.wrap_long(envelope.sequence),
    "x-opt-enqueued-time": types.wrap_timestamp(envelope.enqueuedAtMs),
    "x-opt-message-state": types.wrap_int(0),
    ...(lockedUntilMs === null ? {} : { "x-opt-locked-until": types.wrap_timestamp(lockedUntilMs) }),
  });
  const head = encode(described(SECTION.header, header), described(SECTION.messageAnnotations, annotations));
  return Buffer.concat([head, content]);
}

/** Adds application properties to stored content; one that exists already is replaced. The rest keeps its bytes. */
export function withProperties(content: Uint8Array, added: Readonly<Record<string, unknown>>): Buffer {
  const bytes = Buffer.from(content);
  if (Object.keys(added).length === 0) return bytes;
  const sections = splitSections(bytes);
  const old = sections.find((section) => section.code === SECTION.applicationProperties);
  const after = sections.find((section) => section.code === SECTION.properties)?.end ?? 0;
  const map = pairs(old ? readItems(bytes, old) : []);
  for (const [key, value] of Object.entries(added)) map.set(key, [types.wrap_string(key), types.wrap(value)]);
  const section = encode(described(SECTION.applicationProperties, types.Map32([...map.values()].flat())));
  return Buffer.concat([bytes.subarray(0, old?.start ?? after), section, bytes.subarray(old?.end ?? after)]);
}

/** The entries of a map, by key, each as its typed key and value. */
function pairs(items: readonly Typed[]): Map<string, [Typed, Typed]> {
  const map = new Map<string, [Typed, Typed]>();
  for (let i = 0; i < items.length; i += 2) {
    const [key, value] = items.slice(i, i + 2);
    if (key && value) map.set(String(key.value), [key, value]);
  }
  return map;
}

/** A message from inside this process. */
export interface NewMessage {
  readonly body: Uint8Array | string;
  readonly messageId: string;
  readonly contentType?: string;
  readonly applicationProperties?: Readonly<Record<string, string | number | boolean>>;
}

/** Encodes a message the way a client's single send would. */
export function encodeMessage(message: NewMessage): Buffer {
  return messages.encode({
    message_id: message.messageId,
    content_type: message.contentType,
    application_properties: message.applicationProperties,
    body: messages.data_section(Buffer.from(message.body as Uint8Array)),
  });
}
