import type { BlobClient, BlobDownloadResponseParsed } from "@azure/storage-blob";
import * as z from "zod";
import { oneLine } from "../text.ts";

/** One blob as it was when it was read. */
export interface ReadBlob {
  readonly text: string;
  readonly etag: string;
  /** Only of an account that keeps versions. */
  readonly versionId: string | null;
  /** By the storage's clock, as `ageMs`. */
  readonly writtenAt: Date;
  /** For how long it had been as it is when it was read. */
  readonly ageMs: number;
  /** What its writer put beside it, by names in lower case; hostile. */
  readonly metadata: Readonly<Record<string, string>>;
}

interface Options {
  readonly maxBytes: number;
  /** For one attempt; nothing is tried again here. */
  readonly timeLimitMs: number;
}

/** A blob that cannot be read; the sentence says why, and where it can, what to do about it. */
class BlobError extends Error {
  override readonly name = "BlobError";
}

/**
 * Reads one blob again and again, and has it sent only when it is another one than last time (If-None-Match).
 *
 * What it returns is null where there is no such blob. It throws a `BlobError` for what cannot be read, is cut off, larger
 * than that, or no UTF-8 text.
 * @param shown how errors name the blob
 */
export function blobReader(
  client: () => Promise<BlobClient>,
  shown: string,
  options: Options,
): () => Promise<ReadBlob | null> {
  let last: ReadBlob | null = null;
  return async () => {
    try {
      last = await readUnlessSame(await client(), last, options);
      return last;
    } catch (error) {
      throw new BlobError(`${shown} ${whyNot(error)}`, { cause: error });
    }
  };
}

async function readUnlessSame(
  blob: BlobClient,
  last: ReadBlob | null,
  { maxBytes, timeLimitMs }: Options,
): Promise<ReadBlob | null> {
  const abortSignal = AbortSignal.timeout(timeLimitMs);
  const conditions = last === null ? {} : { ifNoneMatch: last.etag };
  try {
    const reply = await blob.download(0, undefined, { abortSignal, conditions, maxRetryRequests: 0 });
    return { ...stateIn(reply), text: textOf(await bytesOf(reply, maxBytes)) };
  } catch (error) {
    const { statusCode: status, code } = Refusal.safeParse(error).data ?? {};
    if (status === 304 && last !== null) return last;
    // What was in a container that is gone, nobody can tell any more.
    if (status === 404 && code !== NO_CONTAINER) return null;
    throw error;
  }
}

const NO_CONTAINER = "ContainerNotFound";
const Refusal = z.object({ statusCode: z.number(), code: z.string().optional() });

function stateIn({ etag, lastModified, date, versionId, metadata }: BlobDownloadResponseParsed) {
  // The SDK takes no reply without its ETag.
  if (etag === undefined || lastModified === undefined || date === undefined)
    throw new BlobError("cannot be read: its storage does not say since when it is there.");
  const ageMs = date.getTime() - lastModified.getTime();
  return { etag, versionId: versionId ?? null, writtenAt: lastModified, ageMs, metadata: metadata ?? {} };
}

/** All of it, and no more than allowed. The SDK takes no reply that does not say its length, and misses what is cut off. */
async function bytesOf(reply: BlobDownloadResponseParsed, maxBytes: number): Promise<Buffer> {
  const { contentEncoding, readableStreamBody: body } = reply;
  if (body === undefined) throw new BlobError("cannot be read: the reply has no body.");
  if (contentEncoding)
    throw new BlobError(`is packed (${oneLine(contentEncoding, 20)}); upload it as it is.`);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    length += bytes.length;
    // Leaving the loop ends the stream.
    if (length > maxBytes) throw new BlobError(`is larger than ${maxBytes / 1_024} KiB; make it smaller.`);
  }
  return Buffer.concat(chunks);
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new BlobError("is no UTF-8 text; save it as UTF-8.", { cause });
  }
}

const MAX_REASON = 200;

function whyNot(error: unknown): string {
  if (error instanceof BlobError) return error.message;
  const { statusCode: status, code } = Refusal.safeParse(error).data ?? {};
  if (code === NO_CONTAINER) return "cannot be read: there is no such container.";
  if (status === 401 || status === 403)
    return "cannot be read: the app's identity may not; give it Storage Blob Data Reader on the container.";
  if (error instanceof Error && error.name === "AbortError")
    return "cannot be read: its storage did not answer in time.";
  return `cannot be read: ${oneLine(error instanceof Error ? error.message : String(error), MAX_REASON)}`;
}
