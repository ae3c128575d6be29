import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { OPTIONS, wantedBy } from "../../../infra/azure/registration/options.ts";
import { TENANT_ID } from "../../../infra/local/entra/constants.ts";
import { parseCommandLine } from "../../../infra/local/kit/command.ts";
import { UsageError } from "../../../infra/local/kit/errors.ts";
import { aPlace, PLATFORM, type Place, PUBLIC_URL, writesTo } from "./kit.ts";

const COMMAND = resolve(import.meta.dirname, "../../../infra/azure/app-registration.ts");

/** A folder with programs of these names and lines of shell, in front of the PATH. */
function onThePath(programs: Readonly<Record<string, readonly string[]>>) {
  const folder = mkdtempSync(join(tmpdir(), "path-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, lines] of Object.entries(programs)) {
    writeFileSync(join(folder, name), ["#!/bin/sh", ...lines, ""].join("\n"));
    chmodSync(join(folder, name), 0o755);
  }
  return { folder, PATH: `${folder}${delimiter}${process.env.PATH}` };
}

/** An `az` that gives this token for Microsoft Graph and nothing else, and an `azd` that writes down what it is told. */
const tools = (token: string) =>
  onThePath({
    az: [
      '[ "$*" = "account get-access-token --resource-type ms-graph --output json" ] || exit 3',
      `echo '{ "accessToken": "${token}" }'`,
    ],
    azd: ['echo "$*" >> "$(dirname "$0")/said"'],
  });

function command(place: Place, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { folder, PATH } = tools(place.token);
  const around = { PATH, HOME: folder, GRAPH_ENDPOINT: place.endpoint, ...env };
  return new Promise<{ code: number; out: string; err: string; azd: string }>((done) => {
    const child = execFile(process.execPath, [COMMAND, ...args], { env: around }, (_error, out, err) => {
      const said = join(folder, "said");
      const azd = existsSync(said) ? readFileSync(said, "utf8") : "";
      done({ code: child.exitCode ?? -1, out, err, azd });
    });
  });
}

describe("npm run app-registration", () => {
  test("says what it would do, as whom and where, and sends nothing", async () => {
    const place = await aPlace();

    const { code, out, azd } = await command(place, [
      "--name",
      "prod",
      "--public-url",
      `${PUBLIC_URL}/`,
      "--azd",
    ]);

    expect(code).toBe(0);
    expect(out).toContain(`Tenant ${TENANT_ID}, as di@contoso.example\n`);
    expect(out).toMatch(
      /\ninbox registration +redirect URI +missing +https:\/\/func-approvals-x\.azurewebsites\.net\/inbox\/\n/,
    );
    expect(out).toMatch(/\n\d+ changes to make\. Nothing was changed: add --apply\.$/m);
    expect(azd).toBe("");
    expect(writesTo(place)).toEqual([]);
  });

  test("does it with --apply, tells azd the settings, and has nothing to do then", async () => {
    const place = await aPlace();
    const args = ["--apply", "--azd", "--assign", `Approver=${PLATFORM}`];
    const env = { AZURE_ENV_NAME: "prod", PUBLIC_URL, AZURE_TENANT_ID: TENANT_ID };

    const first = await command(place, args, env);
    const again = await command(place, [...args, "--json"], env);

    const { settings, ...others } = JSON.parse(again.out);
    expect({ code: first.code, err: first.err }).toEqual({
      code: 0,
      err: expect.stringContaining("API registration ...\n"),
    });
    expect(first.azd).toBe(
      `env set SIGN_IN_AUDIENCE ${settings.SIGN_IN_AUDIENCE}\nenv set INBOX_CLIENT_ID ${settings.INBOX_CLIENT_ID}\n`,
    );
    expect(first.out).toContain(`azd env set SIGN_IN_AUDIENCE ${settings.SIGN_IN_AUDIENCE}\n`);
    expect(others).toEqual({
      who: { tenant: TENANT_ID, name: "di@contoso.example" },
      changes: [],
      left: [],
      applied: true,
    });
    expect(again.err).toBe("");
  });

  test("says what to tell azd by hand where azd does not take it", async () => {
    const place = await aPlace();
    const { folder, PATH } = onThePath({ azd: ["exit 1"] });

    const { code, err } = await command(place, ["--name", "prod", "--apply", "--azd"], {
      PATH,
      HOME: folder,
      GRAPH_TOKEN: place.token,
    });

    expect(code).toBe(1);
    expect(err).toMatch(
      /azd did not take SIGN_IN_AUDIENCE\. Set it yourself: azd env set SIGN_IN_AUDIENCE [0-9a-f-]{36}\n$/,
    );
  });

  test("registers nothing in another tenant than azd's", async () => {
    const place = await aPlace();
    const AZURE_TENANT_ID = "11111111-2222-4333-8444-555555555555";

    const { code, err } = await command(place, ["--name", "prod", "--apply"], { AZURE_TENANT_ID });

    expect(code).toBe(1);
    expect(err).toBe(
      `The sign-in is for tenant ${TENANT_ID}, and AZURE_TENANT_ID is ${AZURE_TENANT_ID}. Sign in with: az login --tenant ${AZURE_TENANT_ID}\n`,
    );
    expect(writesTo(place)).toEqual([]);
  });

  test.each([
    [["--apply"], "--name is missing."],
    [
      ["--name", "prod", "--assign", "Boss=x"],
      "--assign takes ROLE=ID; roles are Reader, Approver, Auditor, Integration.",
    ],
    [["--name", "prod", "--assign", "Reader=me"], "--assign Reader= needs an object id, which is a GUID."],
    [["--name", "prod", "--public-url", "http://example.org"], "--public-url needs an https URL."],
    [["--name", "prod", "--public-url", "https://example.org/?x"], "--public-url needs an https URL."],
    [["--name", "a b"], "--name takes letters, digits, -, _ and dots."],
  ])("refuses %j", (args, sentence) => {
    const wish = () => wantedBy(parseCommandLine(args, OPTIONS).values);

    expect(wish).toThrow(new UsageError(sentence));
  });

  test("ends with 2 for what it refuses, and asks nobody", async () => {
    const place = await aPlace();

    const { code, err } = await command(place, ["--apply"]);

    expect({ code, err }).toEqual({ code: 2, err: "--name is missing.\nTry --help.\n" });
    expect(place.tenant.lines.filter((line) => line.startsWith("graph:"))).toEqual([]);
  });

  test.each([
    [
      "no az",
      {},
      /^Azure's command line, az, is not on the PATH\..* Or put a token for Microsoft Graph into GRAPH_TOKEN\.\n$/,
    ],
    [
      "nobody signed in to it",
      { az: ["echo 'ERROR: Please run az login' >&2", "exit 1"] },
      /^az gives no token: sign in with az login\. It says: ERROR: Please run az login\n$/,
    ],
  ])("says what to do where there is %s", async (_what, programs: Record<string, string[]>, sentence) => {
    const place = await aPlace();
    const PATH = onThePath(programs).folder;
    const withoutOthers =
      Object.keys(programs).length === 0 ? PATH : `${PATH}${delimiter}/usr/bin${delimiter}/bin`;

    const { code, err } = await command(place, ["--name", "prod"], { PATH: withoutOthers });

    expect(code).toBe(1);
    expect(err).toMatch(sentence);
  });
});
