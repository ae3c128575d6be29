import type { SettingProblem } from "../../setting-kinds.ts";
import { addressIn, kindOfAddress } from "./addresses.ts";
import { EVERYTHING, EventFilterText } from "./filter.ts";
import { WebhookKeysText } from "./signature.ts";
import type { WebhookSettings } from "./webhook.ts";

/**
 * The settings of webhooks go by a name that whoever sets them chooses: `WEBHOOK_URL_TICKETS` and its others are the
 * channel `webhook-tickets`. These are the rows of the README's table.
 */
export const WEBHOOK_SETTINGS: readonly { readonly name: string; readonly text: string }[] = [
  {
    name: "WEBHOOK_URL_<NAME>",
    text: "Where another system hears what happens, by CloudEvents with signatures of Standard Webhooks: an https URL, without anything before an `@`. `<NAME>` is upper-case letters, digits and underscores: `WEBHOOK_URL_TICKETS` is the channel `webhook-tickets`.",
  },
  {
    name: "WEBHOOK_KEYS_<NAME>",
    text: "Its keys, one or two, separated by a comma: `whsec_` and 24 to 64 bytes in base64. Each signs; so to replace one, put the new one beside it, give it to the receiver, and take the old one away.",
  },
  {
    name: "WEBHOOK_FILTER_<NAME>",
    text: "Of what it hears: `kind=decided,closed&cluster=aks-prod&outcome=approved`, each as it is needed; clusters by name or ARM id. Absent: everything.",
  },
];

const SETTING = /^WEBHOOK_(URL|KEYS|FILTER)_([A-Z0-9]+(?:_[A-Z0-9]+)*)$/;
const OTHERS: readonly string[] = ["WEBHOOK_PRIVATE"];
const MAX_NAME = 40;

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the webhooks that are set, and everything that is wrong with them. What is wrong is said without showing it. */
export function webhooksIn(
  environment: Environment,
  { allowsPrivate }: { readonly allowsPrivate: boolean },
): { readonly webhooks: readonly WebhookSettings[]; readonly problems: readonly SettingProblem[] } {
  const given = Object.entries(environment).filter(
    ([name, text]) =>
      name.startsWith("WEBHOOK_") && !OTHERS.includes(name) && text !== undefined && text !== "",
  );
  const problems: SettingProblem[] = given
    .filter(([name]) => nameIn(name) === null)
    .map(([name]) => ({
      name,
      message: `is no setting: webhooks are set by ${WEBHOOK_SETTINGS.map((one) => one.name).join(", ")}`,
    }));
  const webhooks: WebhookSettings[] = [];
  for (const name of new Set(given.flatMap(([setting]) => nameIn(setting) ?? []))) {
    const read = webhookIn(name, environment, allowsPrivate);
    if (Array.isArray(read)) problems.push(...read);
    else webhooks.push(read);
  }
  return { webhooks, problems };
}

/** The name in a setting's; null when it is none of a webhook's. */
function nameIn(setting: string): string | null {
  const name = SETTING.exec(setting)?.[2] ?? null;
  return name !== null && name.length <= MAX_NAME ? name : null;
}

function webhookIn(
  name: string,
  environment: Environment,
  allowsPrivate: boolean,
): WebhookSettings | SettingProblem[] {
  const problems: SettingProblem[] = [];
  const read = <T>(part: string, parse: (text: string) => T | string): T | undefined => {
    const text = environment[`WEBHOOK_${part}_${name}`] ?? "";
    const found = text === "" ? "is not set" : parse(text.trim());
    if (typeof found !== "string") return found;
    problems.push({ name: `WEBHOOK_${part}_${name}`, message: found });
    return undefined;
  };
  const url = read("URL", (text) => urlIn(text, allowsPrivate));
  const keys = read("KEYS", (text) => parsedBy(WebhookKeysText.safeParse(text)));
  const isFiltered = (environment[`WEBHOOK_FILTER_${name}`] ?? "") !== "";
  const filter = isFiltered
    ? read("FILTER", (text) => parsedBy(EventFilterText.safeParse(text)))
    : EVERYTHING;
  if (url === undefined || keys === undefined || filter === undefined) return problems;
  return { name: `webhook-${name.toLowerCase().replaceAll("_", "-")}`, url, keys, filter };
}

/** What was read, or what is wrong. */
function parsedBy<T>(parsed: {
  readonly data?: T;
  readonly error?: { readonly issues: readonly { readonly message: string }[] };
}): T | string {
  return parsed.data ?? parsed.error?.issues[0]?.message ?? "cannot be read";
}

const LOOPBACK: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];

/** Where something may be sent, or what is wrong with it. A name is looked at again whenever it is connected to. */
function urlIn(text: string, allowsPrivate: boolean): URL | string {
  const url = URL.parse(text);
  if (url === null) return "must be a URL";
  const isPlain = url.protocol === "http:" && allowsPrivate && LOOPBACK.includes(url.hostname);
  if (url.protocol !== "https:" && !isPlain)
    return "must be an https URL; where WEBHOOK_PRIVATE is on, it may be http on this very machine";
  if (url.username !== "" || url.password !== "") return "must have nothing before an @";
  if (url.hash !== "") return "must have no #";
  const address = addressIn(url.hostname);
  const kind = address === null ? "public" : kindOfAddress(address);
  if (kind === "never") return "must not be an address that is none of a receiver's";
  if (kind === "private" && !allowsPrivate)
    return "must be an address of the internet; WEBHOOK_PRIVATE=on allows private ones";
  return url;
}
