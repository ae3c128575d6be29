import { randomBytes } from "node:crypto";

/** A secret of keys, as one of the app's settings takes it; the newest key stands first. */
export interface KeyKind {
  /** In the vault. */
  readonly secret: string;
  /** The setting that refers to it. */
  readonly setting: string;
  /** What the app takes; null for any number of keys. */
  readonly most: number | null;
  /** One new key, beside those that are there. */
  make(there: readonly string[], now: Date): string;
  /** Whether this is one key. */
  readonly isKey: RegExp;
}

const KEY_BYTES = 32;
/** At least 32 bytes, which is what the app takes; of those that are shared, 24. */
const BASE64 = "[A-Za-z0-9+/]{43,}={0,2}";
const SHORTER = "[A-Za-z0-9+/]{32,}={0,2}";
const random = (): string => randomBytes(KEY_BYTES).toString("base64");

/** `main`, and later the day on which it was made: each key has an id that records name it by. */
function freeId(there: readonly string[], now: Date): string {
  const taken = there.map((pair) => pair.split(":")[0]);
  if (taken.length === 0) return "main";
  const day = now.toISOString().slice(0, 10);
  const ids = [day, ...Array.from({ length: there.length + 1 }, (_, index) => `${day}-${index + 2}`)];
  return ids.find((id) => !taken.includes(id)) ?? day;
}

const RECORD_KEYS: KeyKind = {
  secret: "record-keys",
  setting: "RECORD_KEYS",
  most: null,
  make: (there, now) => `${freeId(there, now)}:${random()}`,
  isKey: new RegExp(`^[a-z0-9-]{1,16}:${BASE64}$`),
};

const LINK_KEYS: KeyKind = {
  secret: "link-keys",
  setting: "LINK_KEYS",
  most: 2,
  make: random,
  isKey: new RegExp(`^${BASE64}$`),
};

/** Those that the deployment refers to. */
export const ALWAYS: readonly KeyKind[] = [RECORD_KEYS, LINK_KEYS];

/** Keys that somebody else is given as well, in the shape of Standard Webhooks. */
const shared = (secret: string, setting: string): KeyKind => ({
  secret,
  setting,
  most: 2,
  make: () => `whsec_${random()}`,
  isKey: new RegExp(`^whsec_${SHORTER}$`),
});

const upper = (name: string): string => name.toUpperCase().replaceAll("-", "_");

/** @param name of the webhook, as the policy has it behind `webhook-` */
export const webhookKeys = (name: string): KeyKind =>
  shared(`webhook-keys-${name}`, `WEBHOOK_KEYS_${upper(name)}`);

/** @param name of the integration, as the policy has it */
export const integrationKeys = (name: string): KeyKind =>
  shared(`integration-keys-${name}`, `INTEGRATION_KEYS_${upper(name)}`);

/** The keys of a secret; null when it holds anything else. */
export function keysIn({ isKey }: KeyKind, value: string): readonly string[] | null {
  const keys = value.split(",").map((key) => key.trim());
  return keys.every((key) => isKey.test(key)) ? keys : null;
}

/** The secret with a new key in front. Of those that the app takes two of, the older one of two goes. */
export function withNewKey(kind: KeyKind, there: readonly string[], now: Date): string {
  const kept = kind.most === null ? there : there.slice(0, kind.most - 1);
  return [kind.make(there, now), ...kept].join(",");
}
