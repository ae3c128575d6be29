import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { personToken } from "../../../infra/local/world/tokens.ts";
import { APPROVER_ACTIONS, CONSUMER_READER_ACTIONS } from "../../../shared/doctor/checks/roles.ts";
import { complaints, doctor, isWell } from "./kit.ts";
import { aWorld, CONSUMER } from "./world.ts";

const world = await aWorld();

beforeEach(() => isWell(world));

describe("npm run doctor", () => {
  test("has nothing to say where everything is well, and has written nothing", async () => {
    const before = await world.writes();

    expect(await complaints(world)).toEqual({ code: 0, told: [] });

    expect(await world.writes()).toBe(before);
  });

  test("tells what the app may not read where a consumer is", async () => {
    const { code, told } = await complaints(world, {}, "--consumer", CONSUMER);

    expect(told).toEqual([
      {
        check: "consumer-roles",
        looked: `what the app may do in /subscriptions/${CONSUMER}`,
        state: "fault",
        says: `It lacks ${CONSUMER_READER_ACTIONS.join(", ")}.`,
        next: expect.stringContaining("consumers.bicep --parameters appPrincipalId=e5f90b1d"),
      },
    ]);
    expect(code).toBe(1);
  });

  test("shows a line for each check, and the sum", async () => {
    const { code, out, err } = await doctor(world);

    expect(code).toBe(0);
    expect(out).toMatch(/^ok {7}settings .*The app would start with them\.$/m);
    expect(out).toMatch(/^ok {7}policy .*c0ffeec0ffee in mode enforce\.$/m);
    expect(out).toMatch(/\n\d+ ok, 0 warning, 0 fault, 0 unknown\n$/);
    expect(err).toMatch(/^looking at settings\n/);
  });

  test.each([
    ["a setting is missing", { TENANT_ID: "" }, "settings", /^TENANT_ID is not set/, /--settings TENANT_ID=/],
    [
      "a setting is wrong",
      { DIGEST_SCHEDULE: "hourly" },
      "settings",
      /^DIGEST_SCHEDULE /,
      /--settings DIGEST_SCHEDULE=/,
    ],
    ["the issuer is another", { SIGN_IN_ISSUER: "http://127.0.0.1:9/v2.0" }, "sign-in", /./, /./],
    [
      "the store is not there",
      { AUDIT_STORE: "/nowhere/audit.db", DIGESTS: "" },
      "store",
      /no file \/nowhere/,
      /./,
    ],
    ["the token is none", { APPROVALS_TOKEN: "nonsense" }, "token", /401/, /get-access-token/],
  ])("where %s, it is a fault with what to do", async (_what, env, check, says, next) => {
    const { code, told } = await complaints(world, env);

    expect(told).toContainEqual({
      check,
      looked: expect.any(String),
      state: "fault",
      says: expect.stringMatching(says),
      next: expect.stringMatching(next),
    });
    expect(code).toBe(1);
  });

  test("a token without the scope is a fault that says whom to ask", async () => {
    const audience = world.env.SIGN_IN_AUDIENCE ?? "";
    const token = await personToken(world.place, "ana", audience, ["Approvals.Read"]);

    const { told } = await complaints(world, { APPROVALS_TOKEN: token });

    expect(told).toContainEqual(
      expect.objectContaining({ check: "token", state: "fault", says: expect.stringMatching(/^noScope: /) }),
    );
  });
});

describe("npm run doctor, by an engineer who is signed in to az", () => {
  /** With what az prints, and without what only the app has. */
  async function engineer(env: Readonly<Record<string, string>> = {}) {
    const folder = mkdtempSync(join(tmpdir(), "az-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const printed = {
      accessToken: world.engineersToken,
      expiresOn: "2999-01-01 00:00:00.000000",
      tokenType: "Bearer",
    };
    writeFileSync(join(folder, "az"), `#!/bin/sh\necho '${JSON.stringify(printed)}'\n`);
    chmodSync(join(folder, "az"), 0o755);
    vi.stubEnv("PATH", `${folder}${delimiter}${process.env.PATH}`);
    return complaints(world, { IDENTITY_ENDPOINT: "", ...env });
  }

  test("adds up what the app may do from its roles", async () => {
    expect(await engineer()).toEqual({ code: 0, told: [] });

    await world.mayDo(APPROVER_ACTIONS.slice(1));

    expect((await engineer()).told).toEqual([
      expect.objectContaining({
        check: "roles",
        state: "fault",
        says: "It lacks Microsoft.ContainerService/managedClusters/read.",
      }),
    ]);
  });

  test("does not take their permissions for the app's", async () => {
    const { told, code } = await engineer({ APP_PRINCIPAL_ID: "" });

    expect(told).toEqual([
      expect.objectContaining({
        check: "roles",
        state: "unknown",
        next: expect.stringContaining("--principal"),
      }),
    ]);
    expect(code).toBe(0);
  });
});

describe("npm run doctor, with a file of settings", () => {
  function aFile(content: unknown): string {
    const folder = mkdtempSync(join(tmpdir(), "settings-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "settings.json");
    writeFileSync(file, JSON.stringify(content));
    return file;
  }

  test.each([
    [
      "az prints",
      (all: Record<string, string>) =>
        Object.entries(all).map(([name, value]) => ({ name, value, slotSetting: false })),
    ],
    ["Core Tools read", (all: Record<string, string>) => ({ IsEncrypted: false, Values: all })],
  ])("takes what %s, and doubts no reference to a key vault", async (_who, form) => {
    const file = aFile(
      form({
        ...world.env,
        RECORD_KEYS: "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/record-keys)",
      }),
    );

    const { code, out } = await doctor(world, { CLUSTER_SCOPES: "" }, "--settings", file);

    expect(code).toBe(0);
    expect(out).toContain("Not looked at, since a key vault has them: RECORD_KEYS.");
  });

  test.each([
    ["--settings", "/nowhere.json"],
    ["--subscription", "mine"],
    ["--app", "func-approvals"],
    ["--url", "http://app.example"],
    ["--principal", "me"],
    ["--colour", "red"],
  ])("refuses %s %s as wrong usage", async (...args) => {
    const { code, out, err } = await doctor(world, {}, ...args);

    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/\nTry: npm run doctor -- --help\n$/);
  });
});
