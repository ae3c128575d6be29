import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { listenOnLoopback } from "../../../infra/local/kit/listen.ts";
import { openSqliteStore } from "../../../shared/store/sqlite.ts";
import {
  APPROVES,
  aConnection,
  aConnectionId,
  anEndpoint,
  aPolicy,
  aTrail,
} from "../../fixtures/builders.ts";
import { assessed } from "../../fixtures/entries.ts";
import { standIn } from "../adapters/kit/stand-in.ts";
import { policyProcess } from "./policy-process.ts";

const POLICY = `apiVersion: policy/v1
kind: ConnectionPolicy
approvers: { owners: { groups: [6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61] } }
default: { ask: { approvers: [owners], remindAfter: 4h } }
rules: []
`;

function aFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "policy-process-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe("policy, as a process", () => {
  test("takes an author from nothing to a policy that is checked, tested, explained and built", async () => {
    const cwd = aFolder({ "r.json": '{ "cluster": { "name": "aks-1" } }' });
    const codes: (number | null)[] = [];
    for (const args of [
      ["init"],
      ["check", "policy.yaml"],
      ["test", "policy.yaml"],
      ["build", "policy.yaml", "--out", "built.json"],
      ["check", "built.json"],
    ])
      codes.push((await policyProcess(args, { cwd })).code);

    const explained = await policyProcess(["explain", "built.json", "--request", "-"], {
      cwd,
      stdin: '{ "cluster": { "name": "aks-1" } }',
    });

    expect(codes).toEqual([0, 0, 0, 0, 0]);
    expect(explained).toMatchObject({ code: 0, err: "" });
    expect(explained.out).toMatch(/^ask by default \(line \d+\)/);
  });

  test("ends with 1 when the answer is no, and with 2 when it was used wrongly", async () => {
    const cwd = aFolder({ "broken.yaml": "rules: []" });

    const broken = await policyProcess(["check", "broken.yaml"], { cwd });
    const wrong = await policyProcess(["chekc"], { cwd });

    expect([broken.code, broken.err]).toEqual([1, ""]);
    expect(broken.out).toMatch(/^broken\.yaml:1:1: error: /);
    expect([wrong.code, wrong.out]).toEqual([2, ""]);
    expect(wrong.err).toMatch(/^There is no command "chekc"; did you mean "check"\?/);
  });

  test("ends quietly when its reader has seen enough, as `| head` has", async () => {
    const ended = await policyProcess(["schema"], { cwd: aFolder(), readsOutput: false });

    expect(ended).toEqual({ code: 0, out: "", err: "" });
  });
});

describe("simulate, against the audit store of an app that is running", () => {
  const store = (file: string) => {
    const audit = openSqliteStore(file);
    onTestFinished(() => audit.close());
    return audit;
  };
  const request = (name: string, policies: readonly Parameters<typeof assessed>[0][]) =>
    aTrail(
      { connection: aConnection({ id: aConnectionId(`${name}.1`), endpoint: anEndpoint(name) }) },
      ...policies.map((policy) => assessed(policy)),
    );

  test("compares the latest assessment of each request with what was decided, and writes nothing", async () => {
    const cwd = aFolder({ "p.yaml": POLICY });
    const audit = store(join(cwd, "audit.db"));
    const asks = aPolicy();
    const approves = aPolicy(APPROVES);
    for (const change of [request("pe-a", [approves, asks]), request("pe-b", [asks, approves])])
      await audit.append(change);

    const latest = await policyProcess(["simulate", "p.yaml", "--against", "audit"], {
      cwd,
      env: { AUDIT_STORE: "audit.db" },
    });
    const all = await policyProcess(
      ["simulate", "p.yaml", "--against", "audit", "--store", "audit.db", "--all", "--json"],
      { cwd },
    );

    expect(latest).toMatchObject({ code: 0, err: "" });
    expect(latest.out).toContain("1 of 2 recorded requests would be decided differently.\n");
    expect(latest.out).toContain("\n  approve -> ask: 1\n  ask -> ask: 1\n");
    expect(JSON.parse(all.out)).toMatchObject({ different: 2, same: 2 });
    expect(await audit.append(request("pe-c", [asks]))).toBe(true);
  });

  test.each([
    [
      "no database",
      "these are no tables",
      "cannot be used: file is not a database. Mend it, or move it away with the files beside it that are named like it.",
    ],
    ["an empty file", "", "is no audit store of this app. Name another file."],
  ])("says in one sentence that it is none: %s", async (_what, content, sentence) => {
    const cwd = aFolder({ "p.yaml": POLICY, "audit.db": content });

    const { code, err } = await policyProcess(
      ["simulate", "p.yaml", "--against", "audit", "--store", "audit.db"],
      { cwd },
    );

    expect(code).toBe(2);
    expect(err).toContain(join(cwd, "audit.db"));
    expect(err).toMatch(new RegExp(`${sentence.replaceAll(".", "\\.")}\n$`));
  });

  test("is told of a store of another version by which one it can be read", async () => {
    const cwd = aFolder({ "p.yaml": POLICY });
    openSqliteStore(join(cwd, "audit.db")).close();
    const database = new DatabaseSync(join(cwd, "audit.db"));
    database.exec("PRAGMA user_version = 99");
    database.close();

    const { code, err } = await policyProcess(
      ["simulate", "p.yaml", "--against", "audit", "--store", "audit.db"],
      { cwd },
    );

    expect([code, err]).toEqual([
      2,
      `The audit store ${join(cwd, "audit.db")} was written by another version of this app, which keeps requests in another shape. Read it with the version that wrote it.\n`,
    ]);
  });

  test("reads it when the app has stopped, or was killed, and changes no file of it", async () => {
    const cwd = aFolder({ "p.yaml": POLICY });
    const audit = openSqliteStore(join(cwd, "audit.db"));
    await audit.append(request("pe-a", [aPolicy()]));
    // As a crash leaves it: what was written last is in the log alone.
    for (const end of ["", "-wal"]) cpSync(join(cwd, `audit.db${end}`), join(cwd, `killed.db${end}`));
    audit.close();
    const simulated = async (file: string) =>
      (await policyProcess(["simulate", "p.yaml", "--against", "audit", "--store", file], { cwd })).out;
    const before = readFileSync(join(cwd, "audit.db"));

    expect(await simulated("audit.db")).toContain("0 of 1 recorded request would be decided differently.\n");
    expect(readdirSync(cwd).filter((name) => name.startsWith("audit.db"))).toEqual(["audit.db"]);
    expect(readFileSync(join(cwd, "audit.db")).equals(before)).toBe(true);
    expect(await simulated("killed.db")).toContain("0 of 1 recorded request would be decided differently.\n");
  });

  test("reads every page of it, of 500 records each", async () => {
    const cwd = aFolder({ "p.yaml": POLICY });
    const audit = store(join(cwd, "audit.db"));
    const asks = aPolicy();
    const trails = Array.from({ length: 300 }, (_, n) => request(`pe-${n}`, [asks]));
    await Promise.all(trails.map((trail) => audit.append(trail)));

    const { out } = await policyProcess(
      ["simulate", "p.yaml", "--against", "audit", "--store", "audit.db", "--json"],
      { cwd },
    );

    expect(JSON.parse(out).requests).toHaveLength(300);
  });
});

describe("simulate, against the connections that are Pending now", () => {
  /** An ARM with one Pending connection and one that is not, and the settings of whoever may look at it. */
  async function anArmToLookAt(signIn: "identity" | "azure-cli") {
    const { arm, createCluster, connect } = await standIn();
    const cluster = await createCluster({ isPrivate: true });
    await connect(cluster);
    await connect(cluster, { name: "done.1", status: "Approved" });
    const cwd = aFolder({ "p.yaml": POLICY, "ca.pem": arm.ca });
    const settings = {
      NODE_EXTRA_CA_CERTS: join(cwd, "ca.pem"),
      ARM_ENDPOINT: arm.url,
      CLUSTER_SCOPES: cluster.split("/").slice(0, 5).join("/"),
    };
    const token = await arm.issuer.token();
    const signedIn = signIn === "identity" ? await anIdentity(token) : anAzureCli(cwd, token);
    return { cwd, env: { ...settings, ...signedIn }, cluster };
  }

  test.each([
    ["the app's identity", "identity"],
    ["whoever ran az login", "azure-cli"],
  ] as const)("asks ARM as %s", async (_who, signIn) => {
    const { cwd, env } = await anArmToLookAt(signIn);

    const { code, out, err } = await policyProcess(["simulate", "p.yaml", "--against", "current"], {
      cwd,
      env,
    });

    expect(out).toMatch(/\/rg-payments\/pe-payments +aks-prod +ask +default +No rule matched/);
    expect(out).toContain("\n1 connection would be decided so, with nothing to compare with.\n  ask: 1\n");
    expect([code, err]).toEqual([0, ""]);
  });

  test("ends with 2 and says what could not be looked at, instead of that there is nothing", async () => {
    const { cwd, env, cluster } = await anArmToLookAt("identity");

    const { code, out, err } = await policyProcess(["simulate", "p.yaml", "--against", "current"], {
      cwd,
      env: { ...env, CLUSTER_SCOPES: `${cluster}-gone` },
    });

    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("-gone cannot be looked at: REFUSED: ");
  });
});

const expiry = (): number => Math.floor(Date.now() / 1_000) + 3_600;

/** The platform's token endpoint, and the settings by which it is found. */
async function anIdentity(token: string): Promise<Record<string, string>> {
  const server = createServer((_request, response) => {
    const reply = { access_token: token, expires_on: String(expiry()), resource: "", token_type: "Bearer" };
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(reply));
  });
  const port = await listenOnLoopback(server, 0);
  onTestFinished(() => void server.close());
  return { IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/token`, IDENTITY_HEADER: "x" };
}

/** An `az` that is signed in, and the setting by which it is found. */
function anAzureCli(folder: string, token: string): Record<string, string> {
  const reply = JSON.stringify({ accessToken: token, expires_on: expiry(), tokenType: "Bearer" });
  writeFileSync(join(folder, "az"), `#!/bin/sh\necho '${reply}'\n`, { mode: 0o755 });
  return { PATH: `${folder}:${process.env.PATH}` };
}
