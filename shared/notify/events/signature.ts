import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import * as z from "zod";

/**
 * Signatures of Standard Webhooks, the symmetric ones.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */

/** A webhook's keys: one, or two while one is being replaced. A key object shows its bytes in no log and in no JSON. */
export type WebhookKeys = readonly KeyObject[];

const MIN_KEY_BYTES = 24;
const MAX_KEY_BYTES = 64;
const MUST_BE = `must be one or two keys, separated by a comma: whsec_ and ${MIN_KEY_BYTES} to ${MAX_KEY_BYTES} bytes in base64, such as \`echo whsec_$(openssl rand -base64 32)\` makes`;

/** One key; null when it is none. */
function keyIn(text: string): KeyObject | null {
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const bytes = Buffer.from(base64 ?? "", "base64");
  return bytes.length < MIN_KEY_BYTES || bytes.length > MAX_KEY_BYTES ? null : createSecretKey(bytes);
}

/** Reads keys; what is wrong is said without showing them. */
export const WebhookKeysText = z.string().transform((text, context): WebhookKeys => {
  const keys = text.split(",").map((part) => keyIn(part.trim()));
  const sound = keys.filter((key) => key !== null);
  if (sound.length === keys.length && keys.length <= 2) return sound;
  context.addIssue({ code: "custom", message: MUST_BE });
  return z.NEVER;
});

/** What a message carries besides its body. */
export interface SignedHeaders {
  /** Names the message: the same for each attempt. */
  readonly "webhook-id": string;
  /** When this attempt was made, in seconds since the epoch. */
  readonly "webhook-timestamp": string;
  /** One signature for each key, separated by blanks. */
  readonly "webhook-signature": string;
}

const ALGORITHM = "v1";

const signatureOf = (key: KeyObject, id: string, timestamp: string, body: string | Buffer): Buffer =>
  createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();

/** Signs a message by every key, so that a receiver who knows one of them can tell. */
export function signed(keys: WebhookKeys, id: string, body: string, nowMs: number): SignedHeaders {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const signatures = keys.map(
    (key) => `${ALGORITHM},${signatureOf(key, id, timestamp, body).toString("base64")}`,
  );
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
}

/** A message that is older, or further ahead, may be a replay. */
const TOLERANCE_S = 300;
/** Signatures of one message that are looked at. */
const MAX_SIGNATURES = 16;

/** What came: its headers, as far as they are there, and its body, byte for byte. */
export interface Received {
  readonly headers: { readonly [name in keyof SignedHeaders]?: string | undefined };
  readonly body: string | Buffer;
}

/**
 * Whether a message was signed by one of the keys, in the last five minutes by our clock or the next. It takes as long for
 * every signature of the right length.
 */
export function isSignedBy(keys: WebhookKeys, { headers, body }: Received, nowMs: number): boolean {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": header } = headers;
  if (!id || !header || timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(Math.floor(nowMs / 1_000) - Number(timestamp)) > TOLERANCE_S) return false;
  const given = header.split(" ").slice(0, MAX_SIGNATURES).flatMap(signatureIn);
  const right = keys.map((key) => signatureOf(key, id, timestamp, body));
  return right.some((one) =>
    given.some((other) => one.length === other.length && timingSafeEqual(one, other)),
  );
}

function signatureIn(text: string): Buffer[] {
  const [algorithm, base64, ...others] = text.split(",");
  return algorithm === ALGORITHM && base64 !== undefined && others.length === 0
    ? [Buffer.from(base64, "base64")]
    : [];
}
