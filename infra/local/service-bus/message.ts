import { randomUUID } from "node:crypto";
import type { Typed } from "rhea";
import { BATCH_FORMAT } from "./constants.ts";
import { described, encode } from "./head.ts";
import { messages, types } from "./rhea.ts";
import { dataOf, SECTION, type Section, splitSections } from "./sections.ts";

const HEAD = [SECTION.header, SECTION.messageAnnotations, SECTION.properties, SECTION.applicationProperties];
const SCHEDULED_TIME = "x-opt-scheduled-enqueue-time";

/** A message as it was sent, ready to be stored. */
export interface SentMessage {
  readonly messageId: string;
  /** `null` when the sender set none. */
  readonly timeToLiveMs: number | null;
  readonly scheduled: boolean;
  /** Encoded properties, application properties, body and footer, as they were sent; plus a message id if absent. */
  readonly content: Buffer;
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
  // Everything that is ever read again is decoded once here, so that a malformed message is refused at the door.
  const [header, annotations, properties] = HEAD.map((code) => {
    const section = sections.find((one) => one.code === code);
    return section ? readItems(bytes, section) : [];
  });
  const messageId = readId(properties?.[0]?.value);
  const ttl: unknown = header?.[2]?.value;
  const content = bytes.subarray(contentStart);
  return {
    ...(messageId === null ? withNewId(content) : { messageId, content }),
    timeToLiveMs: typeof ttl === "number" ? ttl : null,
    scheduled: annotations?.some(({ value }) => value === SCHEDULED_TIME) ?? false,
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

/** The typed items of a section that holds a list or a map. @throws RangeError when it holds neither. */
function readItems(bytes: Buffer, section: Section): Typed[] {
  const items: unknown = new types.Reader(bytes.subarray(section.start, section.end)).read().value;
  if (!Array.isArray(items)) throw new RangeError("a section before the body must hold a list or a map");
  return items;
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
