import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { TIMEOUT_MS } from "./kit/patience.ts";
import { POLICY } from "./kit/policy.ts";
import { newFolder, runCommand } from "./kit/processes.ts";

const REPOSITORY = resolve(import.meta.dirname, "../..");

/** `npm start` with a policy file of this text, with a folder in its place, or with nothing; it must end by itself. */
async function startsWith(
  policy: string | "a folder" | null,
  settings: Readonly<Record<string, string>> = {},
) {
  const folder = newFolder();
  const [policyFile, data] = [join(folder, "policy.yaml"), join(folder, "data")];
  if (policy === "a folder") mkdirSync(policyFile);
  else if (policy !== null) writeFileSync(policyFile, policy);
  const command = runCommand("start.ts", ["--app", REPOSITORY, "--data", data, "--port", "0", "--empty"], {
    POLICY: policyFile,
    ...settings,
  });
  const code = await command.ended;
  const hasEndpoints = existsSync(join(data, "endpoints.json"));
  rmSync(folder, { recursive: true });
  return { code, output: command.output(), policyFile, hasEndpoints };
}

/** The host with the app and these settings; it must end by itself. */
async function hostWith(folder: string, settings: Readonly<Record<string, string>>) {
  const options = ["--app", REPOSITORY, "--port", "0", "--data", folder];
  const host = runCommand("functions-host/main.ts", options, settings);
  await host.ended;
  return host;
}

describe("on a policy that cannot be trusted the app does not start, and says why", {
  timeout: TIMEOUT_MS,
}, () => {
  test.concurrent("there is none", async () => {
    const { code, output, policyFile, hasEndpoints } = await startsWith(null);

    expect(output).toContain(`${policyFile} cannot be read: there is no such file.`);
    expect(output).toMatch(/the app did not start \(exit code 1\)\.\n$/);
    expect([code, hasEndpoints]).toEqual([1, false]);
  });

  test.concurrent("it is a folder", async () => {
    const { code, output } = await startsWith("a folder");

    expect(output).toContain("cannot be read: it is a folder.");
    expect(code).toBe(1);
  });

  test.concurrent.each(["", "# nothing yet\n"])("it is empty: %j", async (text) => {
    const { code, output, policyFile } = await startsWith(text);

    expect(output).toContain(`${policyFile}:1:1: error: `);
    expect(code).toBe(1);
  });

  test.concurrent("every fault is shown at once, each with its place", async () => {
    const broken = `apiVersion: policy/v1
kind: ConnectionPolicy
approvers:
  aks-platform: { groups: [everybody] }
default: approve
rules:
  - name: one
    when: { endpoint: { nmae: "pe-*" } }
    then: approve
  - name: one
    then: { ask: { approvers: [aks-platfrom], quorum: 0, timeout: soon } }
`;

    const { code, output, policyFile } = await startsWith(broken);

    expect(code).toBe(1);
    expect(output).toContain("The policy cannot be used:");
    const places = output.split("\n").flatMap((line) => /^\s*(\S+): error: (.*)/.exec(line)?.[1] ?? []);
    expect(places).toEqual(
      ["5:10", "8:25", "10:11", "11:32", "11:55", "11:67"].map((place) => `${policyFile}:${place}`),
    );
    expect(output).toContain('did you mean "aks-platform"?');
  });
});

describe("on settings that cannot be used the app does not start, and says why", {
  timeout: TIMEOUT_MS,
}, () => {
  test.concurrent.each([
    ["no schedule", "every now and then", "SWEEP_SCHEDULE must be an NCRONTAB expression like 0 */5 * * * *"],
    ["a schedule of a day with 26 hours", "0 0 25 * * *", "sweep: the schedule cannot be used"],
  ])("%s", async (_what, SWEEP_SCHEDULE, complaint) => {
    const { code, output } = await startsWith(POLICY, { SWEEP_SCHEDULE });

    expect(output).toContain(complaint);
    expect(output).toMatch(/the app did not start \(exit code 1\)\.\n$/);
    expect(code).toBe(1);
  });

  test("an audit store that is none is named, with what to do", async () => {
    const folder = newFolder();
    const file = join(folder, "audit.sqlite");
    writeFileSync(file, "these are no tables");

    const host = await hostWith(folder, {
      CLUSTER_SCOPES: "/subscriptions/9f1c0d7a-53c4-4f8e-9c0f-8d2f6a1b7e43",
      TENANT_ID: "bc28be56-ad87-4cf5-ae34-fb304dc38c65",
      SIGN_IN_AUDIENCE: "6f6a3c1e-2b4d-4e8f-9a01-5c7d9e2b4f60",
      AUDIT_STORE: file,
      RECORD_KEYS: `test:${"A".repeat(44)}`,
      PUBLIC_URL: "http://127.0.0.1:7071",
      ServiceBus__fullyQualifiedNamespace: "nowhere.servicebus.windows.net",
    });

    expect(host.output()).toContain(
      `The audit store ${file} cannot be used: file is not a database. Mend it, or move it away with the files beside it that are named like it.`,
    );
    expect(host.output()).not.toMatch(/\n\s+at /);
    expect(await host.ended).toBe(1);
    rmSync(folder, { recursive: true });
  });

  test("everything that is missing or wrong is named at once", async () => {
    const folder = newFolder();

    const host = await hostWith(folder, {
      TENANT_ID: "contoso",
      CLUSTER_SCOPES: "/subscriptions/mine",
      ARM_ENDPOINT: "http://management.azure.com",
    });

    expect(await host.ended).toBe(1);
    expect(host.output()).toContain(`The app's settings are not complete:
  CLUSTER_SCOPES is not the ARM id of a subscription, a resource group or a managed cluster
  TENANT_ID must be a GUID
  SIGN_IN_AUDIENCE is not set
  AUDIT_STORE is not set
  RECORD_KEYS is not set; it must be pairs id:key separated by commas, each id 1 to 16 of a-z, 0-9 and -, each key at least 32 bytes in base64; \`openssl rand -base64 32\` makes one
  PUBLIC_URL is not set
  ARM_ENDPOINT must be an https URL
`);
    rmSync(folder, { recursive: true });
  });
});
