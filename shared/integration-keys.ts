import { createHash, type KeyObject } from "node:crypto";
import { WebhookKeysText } from "./notify/events/signature.ts";
import type { SettingProblem } from "./setting-kinds.ts";

/** A key by which an integration signs, and the short name by which records say that it was the one. */
export interface IntegrationKey {
  /** The beginning of the key's SHA-256, in hex: it tells keys apart and nothing about them. */
  readonly id: string;
  readonly key: KeyObject;
}

/** The keys of integrations by their names in the policy; of each one, or two while one is being replaced. */
export type IntegrationKeys = ReadonlyMap<string, readonly IntegrationKey[]>;

const PREFIX = "INTEGRATION_KEYS_";
export const INTEGRATION_KEYS = {
  name: `${PREFIX}<NAME>`,
  text: "Keys by which the integration of this name in the policy signs what it sends (`INTEGRATION_KEYS_TICKET_SYSTEM` is `ticket-system`): `whsec_` and 24 to 64 bytes in base64; two of them, separated by a comma, while one is being replaced. No two integrations share one.",
};

/** `TICKET_SYSTEM` is `ticket-system`: names in a policy have no underscores. */
const nameIn = (setting: string): string => setting.slice(PREFIX.length).toLowerCase().replaceAll("_", "-");

const idOf = (key: KeyObject): string => createHash("sha256").update(key.export()).digest("hex").slice(0, 8);

/** Reads the keys of all integrations, and says of each setting what is wrong with it, without showing a key. */
export function readIntegrationKeys(environment: Readonly<Record<string, string | undefined>>): {
  readonly keys: IntegrationKeys;
  readonly problems: readonly SettingProblem[];
} {
  const keys = new Map<string, readonly IntegrationKey[]>();
  const problems: SettingProblem[] = [];
  const holderOf = new Map<string, string>();
  for (const [setting, text] of Object.entries(environment).toSorted()) {
    if (!setting.startsWith(PREFIX) || !text) continue;
    const read = WebhookKeysText.safeParse(text);
    if (!read.success) {
      problems.push({ name: setting, message: read.error.issues.map(({ message }) => message).join("; ") });
      continue;
    }
    const own = read.data.map((key) => ({ id: idOf(key), key }));
    const shared = own.map(({ key }) => holderOf.get(keyText(key))).find((holder) => holder !== undefined);
    if (shared !== undefined)
      problems.push({
        name: setting,
        message: `has a key of ${shared}, too: each integration needs keys of its own`,
      });
    for (const { key } of own) holderOf.set(keyText(key), setting);
    keys.set(nameIn(setting), own);
  }
  return { keys, problems };
}

const keyText = (key: KeyObject): string => key.export().toString("base64");
