/** The text of a body, or why there is none. */
type Text =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "unreadable"; readonly because: string };

/** Reads a body as text in UTF-8, out of .NET's wrapping where it has one; says what else it seems to be. */
export function textOf(body: Uint8Array): Text {
  const because = otherEncodingOf(body);
  if (because !== null) return { kind: "unreadable", because };
  const content = startsWith(body, SERIALIZED) ? unwrapped(body) : body;
  if (content === null)
    return {
      kind: "unreadable",
      because: "The body is wrapped by .NET's DataContractSerializer, and cut or strange.",
    };
  try {
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true }).decode(content) };
  } catch {
    return { kind: "unreadable", because: "The body is not JSON in UTF-8." };
  }
}

/** What a body is encoded in that is no UTF-8; null when nothing of it shows. */
function otherEncodingOf([first, second]: Uint8Array): string | null {
  if (first === 0x1f && second === 0x8b) return "The body is compressed (gzip); send JSON in UTF-8.";
  // A byte order mark, or the ASCII that JSON begins with, in two bytes.
  const isUtf16 =
    (first === 0xff && second === 0xfe) ||
    (first === 0xfe && second === 0xff) ||
    (first !== undefined && first !== 0 && second === 0) ||
    (first === 0 && second !== undefined && second !== 0);
  return isUtf16 ? "The body is UTF-16; send JSON in UTF-8." : null;
}

/**
 * How .NET clients of Service Bus begin the body of a message that was made of a string: an element `string` of the
 * serialisation's namespace in binary XML, read as text `@string3http://schemas.microsoft.com/2003/10/Serialization/`.
 * @see https://learn.microsoft.com/openspecs/windows_protocols/mc-nbfx (ShortElement 0x40, ShortXmlnsAttribute 0x08)
 */
const SERIALIZED = Buffer.from("@\u0006string\u00083http://schemas.microsoft.com/2003/10/Serialization/");

/** Text records: Chars8, Chars16 and Chars32, by the bytes of their length; one more closes the element as well. */
const LENGTH_BYTES: Readonly<Record<number, 1 | 2 | 4>> = { 152: 1, 154: 2, 156: 4 };
const END_ELEMENT = 0x01;

/** The bytes of the string that is wrapped; null when they are cut, or the records are others. */
function unwrapped(body: Uint8Array): Uint8Array | null {
  const view = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const parts: Uint8Array[] = [];
  for (let at = SERIALIZED.length; at < view.length; ) {
    const record = view.readUInt8(at);
    if (record === END_ELEMENT) return Buffer.concat(parts);
    const closes = record % 2 === 1;
    const lengthBytes = LENGTH_BYTES[closes ? record - 1 : record];
    const start = at + 1 + (lengthBytes ?? 0);
    if (lengthBytes === undefined || start > view.length) return null;
    at = start + view.readUIntLE(at + 1, lengthBytes);
    if (at > view.length) return null;
    parts.push(view.subarray(start, at));
    if (closes) return Buffer.concat(parts);
  }
  return null;
}

const startsWith = (body: Uint8Array, prefix: Uint8Array): boolean =>
  prefix.every((byte, index) => body[index] === byte);
