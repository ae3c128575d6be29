import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { StoredRow, Value } from "./table.ts";

/** @see https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model#property-types */
const MAX_PROPERTY_BYTES = 64 * 1024;
/** A row may have 1 MiB, names and all. */
const MAX_CHUNKS = 15;
/** What somebody else wrote must not fill the memory. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;

/** A text, compressed, as members of a row. Throws when no row can hold it. */
export function packed(text: string): Readonly<Record<string, Value>> {
  const bytes = deflateRawSync(text);
  const chunks = Math.ceil(bytes.length / MAX_PROPERTY_BYTES);
  if (chunks > MAX_CHUNKS)
    throw new Error(
      `A record of ${bytes.length} compressed bytes does not fit into a row, which holds 1 MiB.`,
    );
  return Object.fromEntries(
    Array.from({ length: chunks }, (_none, n) => [
      `said${n}`,
      bytes.subarray(n * MAX_PROPERTY_BYTES, (n + 1) * MAX_PROPERTY_BYTES),
    ]),
  );
}

/** The text again; empty, which is no record, when somebody made it unreadable. */
export function unpacked(row: StoredRow): string {
  const chunks: Uint8Array[] = [];
  for (let n = 0; row[`said${n}`] instanceof Uint8Array; n++) chunks.push(row[`said${n}`] as Uint8Array);
  try {
    return inflateRawSync(Buffer.concat(chunks), { maxOutputLength: MAX_TEXT_BYTES }).toString();
  } catch {
    return "";
  }
}
