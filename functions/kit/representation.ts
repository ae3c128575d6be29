import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { HttpResponseInit } from "@azure/functions";
import { HEADERS } from "./problem.ts";

/** Smaller ones would hardly become smaller. */
const MIN_GZIP_BYTES = 1_024;

/** Whoever asks has it already. */
export const NOT_MODIFIED = 304;

const compress = promisify(gzip);

/** What a client says it takes. */
type Asked = { get(name: string): string | null };

/** A reply of the API, as JSON. */
export const representation = (reply: unknown, asked: Asked): Promise<HttpResponseInit> =>
  represented(
    { text: JSON.stringify(reply), type: "application/json" },
    { ...HEADERS, vary: "accept, accept-encoding, authorization" },
    asked,
  );

/**
 * A text, compressed where the client takes that; without a body where the client has the very same one.
 *
 * The tag names the bytes that are sent, so that of a compressed body is another one.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.3
 */
export async function represented(
  { text, type }: { readonly text: string; readonly type: string },
  others: Readonly<Record<string, string>>,
  asked: Asked,
): Promise<HttpResponseInit> {
  const isZipped = Buffer.byteLength(text) >= MIN_GZIP_BYTES && takesGzip(asked.get("accept-encoding"));
  const hash = createHash("sha256").update(text).digest("base64url").slice(0, 27);
  const etag = `"${hash}${isZipped ? "-gzip" : ""}"`;
  const headers = { ...others, etag };
  if (has(asked.get("if-none-match"), etag)) return { status: NOT_MODIFIED, headers };
  const typed = { ...headers, "content-type": type };
  return isZipped
    ? { status: 200, headers: { ...typed, "content-encoding": "gzip" }, body: await compress(text) }
    : { status: 200, headers: typed, body: text };
}

/** Of a call that changes something: whatever tags it names, what came of it is said. */
export const unconditional = (asked: Asked): Asked => ({
  get: (name) => (name === "if-none-match" ? null : asked.get(name)),
});

/** Tags in this header are compared without `W/`, and `*` means any. */
const has = (ifNoneMatch: string | null, etag: string): boolean =>
  (ifNoneMatch ?? "").split(",").some((tag) => [etag, "*"].includes(tag.trim().replace(/^W\//, "")));

const takesGzip = (accepted: string | null): boolean =>
  (qualityOf("gzip", accepted) ?? qualityOf("*", accepted) ?? 0) > 0;

/** Types of which a client may ask for one. */
export const EXPORT_TYPES = ["text/csv", "application/x-ndjson"] as const;
export type ExportType = (typeof EXPORT_TYPES)[number];

/** As what a client wants a list; null: as JSON, which is also what anybody gets who does not say. */
export function exportTypeOf(accepted: string | null): ExportType | null {
  const json = qualityOf("application/json", accepted) ?? qualityOf("*/*", accepted) ?? 0;
  const [best] = EXPORT_TYPES.map((type) => ({ type, quality: qualityOf(type, accepted) ?? 0 })).toSorted(
    (one, other) => other.quality - one.quality,
  );
  return best !== undefined && best.quality > json ? best.type : null;
}

/** How much a client wants something, from 0 to 1; undefined where the header does not name it. */
function qualityOf(name: string, header: string | null): number | undefined {
  for (const part of (header ?? "").split(",")) {
    const [token = "", ...parameters] = part.split(";").map((piece) => piece.trim().toLowerCase());
    if (token !== name) continue;
    const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    return quality === undefined ? 1 : Number(quality) || 0;
  }
  return undefined;
}
