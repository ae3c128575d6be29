import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { addressesOf } from "../../../infra/local/supervisor/addresses.ts";
import { dataFolder } from "../../../infra/local/supervisor/data-folder.ts";
import { appSettings, commandSettings } from "../../../infra/local/supervisor/environment.ts";
import { START_HELP } from "../../../infra/local/supervisor/options.ts";
import { settle } from "../../../infra/local/supervisor/settings.ts";
import { parseConfig } from "../../../shared/config.ts";

const root = mkdtempSync(join(tmpdir(), "record-keys-"));
afterAll(() => rmSync(root, { recursive: true }));

/** The environment of an app whose stack is started on this folder. */
async function started(name: string) {
  const folder = dataFolder(join(root, name));
  const settings = await settle(folder, 0);
  return { folder, app: appSettings({}, folder, settings, addressesOf(settings, "ca.pem"), undefined) };
}

test("what npm start --help says is handed to the app is", async () => {
  const { folder } = await started("shell");
  const settings = await settle(folder, 0);
  const [sentence = ""] = /^Environment: .*?handed\s+to the app\./ms.exec(START_HELP) ?? [];
  const names = sentence.match(/\b[A-Z]+(_[A-Z]+)*\b/g) ?? [];
  const shell = Object.fromEntries(names.map((name) => [name, `/${name}`]));

  expect(names).toEqual(expect.arrayContaining(["KILL_SWITCH", "WRITES", "REJECTION_DELAY"]));
  expect(appSettings(shell, folder, settings, addressesOf(settings, "ca.pem"), undefined)).toMatchObject(
    shell,
  );
});

test("every data folder gets a key of its own, once, that only this user may read and the app takes", async () => {
  const first = await started("a");
  const [again, other] = [await started("a"), await started("b")];

  const keysOf = (app: Record<string, string>) =>
    parseConfig(app).RECORD_KEYS.map(({ id, key }) => [id, key.export().toString("base64")]);
  expect(keysOf(first.app)).toEqual([["local", expect.stringMatching(/^.{43}=$/)]]);
  expect(keysOf(again.app)).toEqual(keysOf(first.app));
  expect(keysOf(other.app)).not.toEqual(keysOf(first.app));
  expect(statSync(first.folder.settings).mode & 0o777).toBe(0o600);
});

test("a data folder of an earlier version gets one, too, and keeps it", async () => {
  const { folder } = await started("old");
  const { keys, ...others } = JSON.parse(readFileSync(folder.settings, "utf8"));
  const { records: _, ...old } = keys;
  writeFileSync(folder.settings, JSON.stringify({ ...others, keys: old }));

  const [one, two] = [await started("old"), await started("old")];

  expect(one.app.RECORD_KEYS).toMatch(/^local:.{43}=$/);
  expect(two.app.RECORD_KEYS).toBe(one.app.RECORD_KEYS);
  expect(one.app.ServiceBus).toContain(old.serviceBus);
});

test("commands on this machine write no records and take no reviews, so they do not get the keys", async () => {
  const { app } = await started("c");

  const settings = commandSettings({ ...app, INTEGRATION_KEYS_A: "whsec_x" });

  expect(settings.AUDIT_STORE).toBe(app.AUDIT_STORE);
  expect(JSON.stringify(settings)).not.toContain(app.RECORD_KEYS?.slice("local:".length));
  expect(settings).not.toHaveProperty("INTEGRATION_KEYS_A");
});

test("webhooks of the shell are the app's, and no command gets their keys", async () => {
  const { folder } = await started("d");
  const settings = await settle(folder, 0);
  const key = `whsec_${"A".repeat(44)}`;
  const shell = {
    WEBHOOK_PRIVATE: "on",
    WEBHOOK_URL_TRY: "http://127.0.0.1:8080/",
    WEBHOOK_KEYS_TRY: key,
    WEBHOOK_FILTER_TRY: "kind=closed",
  };

  const app = appSettings(shell, folder, settings, addressesOf(settings, "ca.pem"), undefined);

  expect(app).toMatchObject(shell);
  expect(parseConfig(app).WEBHOOKS).toMatchObject([{ name: "webhook-try" }]);
  expect(JSON.stringify(commandSettings(app))).not.toContain(key);
});
