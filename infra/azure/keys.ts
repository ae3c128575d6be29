import { noPositionals, runCommand } from "../local/kit/command.ts";
import { CommandError, UsageError } from "../local/kit/errors.ts";
import { azToken } from "./kit/az.ts";
import { table } from "./kit/table.ts";
import { type Line, lineFor, willBe } from "./vault/plan.ts";
import { ALWAYS, integrationKeys, type KeyKind, webhookKeys, withNewKey } from "./vault/secrets.ts";
import { type Vault, vaultClient } from "./vault/vault-client.ts";

const HELP = `Makes the app's keys in its Key Vault: those that are missing. It shows none, and replaces none.
Without --apply it only says what it would do.

Usage: npm run keys -- [options]

  --vault NAME          the vault, or its URL (default KEY_VAULT_NAME)
  --webhook NAME        also keys of this webhook; may be repeated
  --integration NAME    also keys of this integration; may be repeated
  --rotate SECRET       puts a new key in front of this secret's and keeps the old one; may be repeated
  --apply               does it
  --json                for programs
  --help                this text

Secrets are record-keys, link-keys, webhook-keys-NAME and integration-keys-NAME. It acts as whoever is signed in by az
login, or by the token in VAULT_TOKEN.`;

const OPTIONS = {
  vault: { type: "string" },
  webhook: { type: "string", multiple: true, default: [] as string[] },
  integration: { type: "string", multiple: true, default: [] as string[] },
  rotate: { type: "string", multiple: true, default: [] as string[] },
  apply: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

/** Where vaults are, in Azure's clouds: a token goes nowhere else. @see https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates */
const HOSTS = ["vault.azure.net", "vault.azure.cn", "vault.usgovcloudapi.net"];

interface Place {
  readonly name: string;
  readonly url: string;
  /** What tokens for it are asked for. */
  readonly resource: string;
}

function placeOf(text: string): Place {
  const url = URL.parse(text.includes("://") ? text : `https://${text}.vault.azure.net`);
  const isHere = url?.hostname === "127.0.0.1";
  const host = isHere ? HOSTS[0] : HOSTS.find((each) => url?.hostname.endsWith(`.${each}`));
  if (url === null || host === undefined || (url.protocol !== "https:" && !isHere))
    throw new UsageError("--vault needs the name of a vault, or its https URL.");
  return { name: url.hostname.split(".")[0] ?? "", url: url.origin, resource: `https://${host}` };
}

const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

function named(names: readonly string[], option: string): readonly string[] {
  if (names.every((name) => NAME.test(name))) return names;
  throw new UsageError(`${option} takes a name as the policy has it: a to z, digits, and - between them.`);
}

/** Makes the secret, or puts a key in front, and looks whether anybody else did the same since it was read. */
async function done({ kind, deed }: Line, vault: Vault): Promise<void> {
  if (deed.kind !== "make" && deed.kind !== "rotate") return;
  const { there, versions } = deed.kind === "make" ? { there: [], versions: 0 } : deed;
  const after = await vault.set(kind.secret, withNewKey(kind, there, new Date()));
  if (after === versions + 1) return;
  throw new CommandError(
    `Somebody else changed ${kind.secret} at the same moment: it has ${after} versions, and the app uses the newest. Put the keys of the last two into one, separated by commas.`,
  );
}

const REFRESH = "config/configreferences/appsettings/refresh?api-version=2022-03-01";

function told(lines: readonly Line[], { url }: Place, isApplied: boolean): string {
  const rows = lines.map((line) => [line.kind.secret, line.now, willBe(line)]);
  const changes = lines.filter(({ deed }) => deed.kind === "make" || deed.kind === "rotate");
  const optional = lines.filter(({ kind }) => !ALWAYS.includes(kind));
  const app = `https://management.azure.com${process.env.APP_ID ?? "/ARM-ID-OF-THE-APP"}`;
  return [
    table(isApplied ? ["secret", "was", "is now"] : ["secret", "now", "will be"], rows),
    ...(changes.length > 0 && !isApplied ? ["Nothing was changed: add --apply."] : []),
    ...(changes.length > 0 && isApplied
      ? ["", `The app reads them within a day, or at once: az rest --method post --url "${app}/${REFRESH}"`]
      : []),
    ...(optional.length > 0 ? ["", "Settings of the app that refer to them:"] : []),
    ...optional.map(
      ({ kind }) => `  ${kind.setting}=@Microsoft.KeyVault(SecretUri=${url}/secrets/${kind.secret})`,
    ),
  ].join("\n");
}

const linesOf = (vault: Vault, kinds: readonly KeyKind[], place: Place, rotated: readonly string[]) =>
  Promise.all(
    kinds.map(async (kind) =>
      lineFor(kind, await vault.find(kind.secret), {
        vault: place.name,
        rotates: rotated.includes(kind.secret),
        now: new Date(),
      }),
    ),
  );

await runCommand({
  help: HELP,
  options: OPTIONS,
  async run(values, positionals) {
    noPositionals(positionals);
    const name = values.vault ?? process.env.KEY_VAULT_NAME;
    if (!name) throw new UsageError("--vault is missing.");
    const place = placeOf(name);
    const kinds = [
      ...ALWAYS,
      ...named(values.webhook, "--webhook").map(webhookKeys),
      ...named(values.integration, "--integration").map(integrationKeys),
    ];
    const stranger = values.rotate.find((secret) => kinds.every((kind) => kind.secret !== secret));
    if (stranger !== undefined)
      throw new UsageError(
        `--rotate takes ${kinds.map(({ secret }) => secret).join(", ")}; name a webhook's or an integration's by --webhook or --integration, too.`,
      );
    const otherwise = "Or put a token for the vault into VAULT_TOKEN.";
    const token = process.env.VAULT_TOKEN || (await azToken(["--resource", place.resource], otherwise));
    const whenWaiting = () =>
      console.error("The vault does not know your role yet; a new one takes some minutes ...");
    const vault = vaultClient({ url: place.url, token, whenWaiting });
    const lines = await linesOf(vault, kinds, place, values.rotate);
    if (values.apply) for (const line of lines) await done(line, vault);
    const plain = lines.map((line) => ({ secret: line.kind.secret, now: line.now, willBe: willBe(line) }));
    console.log(
      values.json
        ? JSON.stringify({ secrets: plain, applied: values.apply }, null, 2)
        : told(lines, place, values.apply),
    );
    if (lines.some(({ deed }) => deed.kind === "blocked")) process.exitCode = 1;
  },
});
