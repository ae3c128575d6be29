import type { Readable } from "node:stream";

/**
 * Reads the body of a request to its end; undefined when it is larger than `maxBytes`. What is too large is read on
 * without being kept, so that the client gets to read the refusal.
 * @throws what the socket throws when the client goes away.
 */
export async function readBody(request: Readable, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  return bytes <= maxBytes ? Buffer.concat(chunks) : undefined;
}
