import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { ALWAYS } from "../../../infra/azure/vault/secrets.ts";
import { vaultClient } from "../../../infra/azure/vault/vault-client.ts";
import { readIntegrationKeys } from "../../../shared/integration-keys.ts";
import { LinkKeysText } from "../../../shared/link-keys.ts";
import { WebhookKeysText } from "../../../shared/notify/events/signature.ts";
import { RecordKeys } from "../../../shared/record-keys.ts";
import { aVault, type TestVault } from "./vault.ts";

const COMMAND = resolve(import.meta.dirname, "../../../infra/azure/keys.ts");

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function keys(
  vault: TestVault,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const around = { PATH: process.env.PATH, VAULT_TOKEN: vault.token, KEY_VAULT_NAME: vault.url, ...env };
  return new Promise((done) => {
    const child = execFile(process.execPath, [COMMAND, ...args], { env: around }, (_error, out, err) =>
      done({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

const writesTo = ({ calls }: TestVault): readonly string[] =>
  calls.filter((call) => !call.startsWith("GET "));

/** Every key that the vault has ever had. */
const allKeys = ({ secrets }: TestVault): readonly string[] =>
  [...secrets.values()].flatMap(({ versions }) => versions.flatMap(({ value }) => value.split(",")));

const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);

/** Long enough to be a key, and easy to know again. */
const key = (letter: string): string => Buffer.from(letter.repeat(32)).toString("base64");

describe("npm run keys", () => {
  test("says what is missing, and writes nothing", async () => {
    const vault = await aVault();

    const { code, out, err } = await keys(vault);

    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toBe(
      "secret       now      will be\nrecord-keys  missing  made\nlink-keys    missing  made\nNothing was changed: add --apply.\n",
    );
    expect(writesTo(vault)).toEqual([]);
  });

  test("makes what is missing, as the app's settings take it, and has nothing to do then", async () => {
    const vault = await aVault();
    const wishes = ["--webhook", "tickets", "--integration", "ticket-system", "--apply"];

    const first = await keys(vault, wishes);
    const again = await keys(vault, [...wishes, "--json"]);

    expect({ code: first.code, err: first.err }).toEqual({ code: 0, err: "" });
    const newest = (name: string) => vault.newest(name);
    expect(RecordKeys.safeParse(newest("record-keys")).data?.map(({ id }) => id)).toEqual(["main"]);
    expect(LinkKeysText.safeParse(newest("link-keys")).data).toHaveLength(1);
    expect(WebhookKeysText.safeParse(newest("webhook-keys-tickets")).data).toHaveLength(1);
    const integrations = { INTEGRATION_KEYS_TICKET_SYSTEM: newest("integration-keys-ticket-system") };
    expect(readIntegrationKeys(integrations)).toMatchObject({ problems: [] });
    expect(new Set(allKeys(vault)).size).toBe(4);
    expect(first.out).toContain(
      `WEBHOOK_KEYS_TICKETS=@Microsoft.KeyVault(SecretUri=${vault.url}/secrets/webhook-keys-tickets)\n`,
    );
    expect(first.out).toContain("INTEGRATION_KEYS_TICKET_SYSTEM=@Microsoft.KeyVault(");
    expect(JSON.parse(again.out).secrets.map(({ willBe }: { willBe: string }) => willBe)).toEqual(
      Array(4).fill("as it is"),
    );
    expect(writesTo(vault)).toHaveLength(4);
  });

  test("shows no key, whatever it does and whatever goes wrong", async () => {
    const vault = await aVault();
    vault.put("link-keys", `${key("a")},${key("b")}`);
    vault.put("record-keys", `main:${key("c")}`);
    const rotating = ["--rotate", "record-keys", "--rotate", "link-keys"];

    const runs = [
      await keys(vault, rotating),
      await keys(vault, [...rotating, "--apply"]),
      await keys(vault, [...rotating, "--apply", "--json"]),
    ];
    vault.put("link-keys", "hunter2");
    runs.push(await keys(vault, rotating));

    const said = runs.map(({ out, err }) => out + err).join();
    for (const secret of [...allKeys(vault), ...allKeys(vault).map((each) => each.split(":").at(-1) ?? "")])
      expect(said).not.toContain(secret);
    expect(said).toContain("it holds no keys: look at it");
  });

  test("puts a new key in front of the records' keys, under an id of its own, and keeps every old one", async () => {
    const vault = await aVault();
    vault.put("record-keys", `main:${key("a")}`);
    vault.put("link-keys", key("b"));

    await keys(vault, ["--rotate", "record-keys", "--apply"]);
    await keys(vault, ["--rotate", "record-keys", "--apply"]);

    const value = vault.newest("record-keys");
    const day = new Date().toISOString().slice(0, 10);
    expect(RecordKeys.parse(value).map(({ id }) => id)).toEqual([`${day}-2`, day, "main"]);
    expect(value.endsWith(`main:${key("a")}`)).toBe(true);
    expect(vault.newest("link-keys")).toBe(key("b"));
  });

  test.each([
    ["one key", [key("a")], 0, [key("a")]],
    ["two keys that are old enough", [key("a"), key("b")], 3, [key("a")]],
  ])("puts a new key of links in front of %s", async (_what, there, days, kept) => {
    const vault = await aVault();
    vault.put("record-keys", `main:${key("x")}`);
    vault.put("link-keys", there.join(","), daysAgo(days));

    const { code } = await keys(vault, ["--rotate", "link-keys", "--apply"]);

    const [first, ...others] = vault.newest("link-keys").split(",");
    expect(code).toBe(0);
    expect(LinkKeysText.safeParse(vault.newest("link-keys")).success).toBe(true);
    expect(there).not.toContain(first);
    expect(others).toEqual(kept);
  });

  test("takes no key away that a link may still be signed with", async () => {
    const vault = await aVault();
    vault.put("record-keys", `main:${key("x")}`);
    vault.put("link-keys", `${key("a")},${key("b")}`, daysAgo(2.5));

    const { code, out } = await keys(vault, ["--rotate", "link-keys", "--apply"]);

    expect(code).toBe(1);
    expect(out).toContain("it was changed 2 days ago; its older key may be in use until 3 have passed");
    expect(writesTo(vault)).toEqual([]);
  });

  test.each([
    ["deleted", "az keyvault secret recover --vault-name 127 --name record-keys"],
    ["disabled", "az keyvault secret set-attributes --vault-name 127 --name record-keys --enabled true"],
  ] as const)("makes no other keys in the place of some that are %s", async (state, advice) => {
    const vault = await aVault();
    vault.secrets.set("record-keys", { versions: [{ value: `main:${key("a")}`, created: 1 }], state });

    const { code, out } = await keys(vault, ["--apply", "--rotate", "record-keys"]);

    expect(code).toBe(1);
    expect(out).toContain(advice);
    expect(writesTo(vault)).toEqual(["PUT link-keys"]);
  });

  test("says so when somebody else makes them at the same moment: one of the two keys would be lost", async () => {
    const vault = await aVault();
    vault.whenWriting(() => vault.put("record-keys", `main:${key("b")}`));

    const { code, err } = await keys(vault, ["--apply"]);

    expect(code).toBe(1);
    expect(err).toMatch(/^Somebody else changed record-keys at the same moment: it has 2 versions/);
  });

  test("asks az for a token of vaults, and sends it nowhere else", async () => {
    const vault = await aVault();
    const folder = mkdtempSync(join(tmpdir(), "az-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const expected = "account get-access-token --resource https://vault.azure.net --output json";
    const lines = [
      "#!/bin/sh",
      `[ "$*" = "${expected}" ] || exit 3`,
      `echo '{ "accessToken": "${vault.token}" }'`,
      "",
    ];
    writeFileSync(join(folder, "az"), lines.join("\n"));
    chmodSync(join(folder, "az"), 0o755);
    const PATH = `${folder}${delimiter}${process.env.PATH}`;

    const { code } = await keys(vault, [], { VAULT_TOKEN: "", PATH });
    const elsewhere = await keys(vault, ["--vault", "https://kv.vault.azure.net.evil.example"], {
      VAULT_TOKEN: "",
      PATH,
    });

    expect(code).toBe(0);
    expect(elsewhere).toMatchObject({
      code: 2,
      err: "--vault needs the name of a vault, or its https URL.\nTry --help.\n",
    });
  });

  test.each([
    [
      ["--webhook", "Tickets!"],
      "--webhook takes a name as the policy has it: a to z, digits, and - between them.",
    ],
    [
      ["--rotate", "passwords"],
      "--rotate takes record-keys, link-keys; name a webhook's or an integration's by --webhook or --integration, too.",
    ],
  ])("refuses %j before it asks anybody", async (args, sentence) => {
    const vault = await aVault();

    const { code, err } = await keys(vault, args);

    expect({ code, err }).toEqual({ code: 2, err: `${sentence}\nTry --help.\n` });
    expect(vault.calls).toEqual([]);
  });
});

test("the keys that are always made are those that the deployment refers to", () => {
  const bicep = readFileSync(
    resolve(import.meta.dirname, "../../../infra/azure/modules/key-vault.bicep"),
    "utf8",
  );

  const names = [...bicep.matchAll(/secrets\/([\w-]+)'/g)].map(([, name]) => name);

  expect(names.length).toBeGreaterThan(0);
  expect(ALWAYS.map(({ secret }) => secret)).toEqual(names);
});

describe("a vault that refuses", () => {
  const clientOf = ({ url, token }: TestVault) => {
    const seen = { waits: 0, told: 0 };
    const pause = async () => void seen.waits++;
    return { seen, client: vaultClient({ url, token, pause, whenWaiting: () => void seen.told++ }) };
  };

  test("because a role is new is waited for, and that is said once", async () => {
    const vault = await aVault();
    vault.refuse(3, 403, "ForbiddenByRbac");
    const { seen, client } = clientOf(vault);

    const found = await client.find("record-keys");

    expect(found).toEqual({ kind: "missing" });
    expect(seen).toEqual({ waits: 3, told: 1 });
  });

  test.each([
    [403, "ForbiddenByRbac", /answered 403\. You need the role Key Vault Secrets Officer on it/, 8],
    [403, "ForbiddenByConnection", /answered 403\. It is reached from its private network alone/, 0],
    [403, "ForbiddenByFirewall", /answered 403\. Its firewall does not let this machine in/, 0],
    [401, "", /answered 401\. Sign in again with az login/, 0],
    [503, "", /answered 503\. Run the command again in some minutes/, 8],
  ])("for good (%d %s) is told with what to do", async (status, code, sentence, waits) => {
    const vault = await aVault();
    vault.refuse(1_000, status, code);
    const { seen, client } = clientOf(vault);

    await expect(client.find("record-keys")).rejects.toThrow(sentence);

    expect(seen.waits).toBe(waits);
  });
});
