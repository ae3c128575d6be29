/** The sections of an AMQP message this broker looks at, by descriptor code. They come in this order. */
export const SECTION = {
  header: 0x70,
  messageAnnotations: 0x72,
  properties: 0x73,
  applicationProperties: 0x74,
  data: 0x75,
  footer: 0x78,
} as const;

/** Where one section lies in an encoded message: from its descriptor to just past its value. */
export interface Section {
  readonly code: number;
  readonly start: number;
  /** Where the value's constructor byte is, past the descriptor. */
  readonly value: number;
  readonly end: number;
}

const FIXED_WIDTH: Readonly<Record<number, number>> = { 4: 0, 5: 1, 6: 2, 7: 4, 8: 8, 9: 16 };

/** Offset just past the primitive value at `at`. The high half of the constructor byte says how wide it is. */
function skipValue(bytes: Buffer, at: number): number {
  const subcategory = bytes.readUInt8(at) >>> 4;
  const fixed = FIXED_WIDTH[subcategory];
  if (fixed !== undefined) return at + 1 + fixed;
  if (subcategory < 0xa) throw new RangeError("not a primitive AMQP value");
  const sizeIsOneByte = subcategory % 2 === 0;
  return sizeIsOneByte ? at + 2 + bytes.readUInt8(at + 1) : at + 5 + bytes.readUInt32BE(at + 1);
}

/** The descriptor code: senders write it as a small ulong or, rarely, as a full one. */
function readDescriptor(bytes: Buffer, at: number): number {
  const typeCode = bytes.readUInt8(at);
  if (typeCode === 0x53) return bytes.readUInt8(at + 1);
  if (typeCode === 0x80) return Number(bytes.readBigUInt64BE(at + 1));
  throw new RangeError("a section's descriptor is not a number");
}

/**
 * Finds the sections of an encoded message without decoding their values, so that they can be kept byte for byte.
 *
 * @throws RangeError when the bytes are not a sequence of AMQP sections.
 * @see OASIS AMQP 1.0, part 1 §1.2 (type encodings) and part 3 §3.2 (message format)
 */
export function splitSections(bytes: Buffer): Section[] {
  const sections: Section[] = [];
  for (let start = 0; start < bytes.length; ) {
    if (bytes.readUInt8(start) !== 0) throw new RangeError("a section must start with a descriptor");
    const value = skipValue(bytes, start + 1);
    const end = skipValue(bytes, value);
    if (end > bytes.length) throw new RangeError("a section is longer than its message");
    const code = readDescriptor(bytes, start + 1);
    if (code < SECTION.header || code > SECTION.footer)
      throw new RangeError(`0x${code.toString(16)} is no section of a message`);
    sections.push({ code, start, value, end });
    start = end;
  }
  return sections;
}

/** The bytes of a data section's binary value. */
export function dataOf(bytes: Buffer, section: Section): Buffer {
  const typeCode = bytes.readUInt8(section.value);
  if (typeCode !== 0xa0 && typeCode !== 0xb0) throw new RangeError("a data section must hold a binary");
  return bytes.subarray(section.value + (typeCode === 0xa0 ? 2 : 5), section.end);
}
