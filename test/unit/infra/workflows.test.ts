import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { newKey } from "../../fixtures/signers.ts";

const FOLDER = join(import.meta.dirname, "../../../.github/workflows");
const FILES = readdirSync(FOLDER);
const textOf = (file: string) => readFileSync(join(FOLDER, file), "utf8");

const Permissions = z.record(z.string(), z.string());
const Workflow = z.object({
  permissions: Permissions,
  jobs: z.record(
    z.string(),
    z.object({
      permissions: Permissions.optional(),
      environment: z.string().optional(),
      env: z.record(z.string(), z.string()).optional(),
      if: z.string().optional(),
      needs: z.string().optional(),
      steps: z.array(z.object({ uses: z.string().optional(), run: z.string().optional() })),
    }),
  ),
});
const read = (file: string) => Workflow.parse(parse(textOf(file)));

describe.each(FILES)("the workflow %s", (file) => {
  test("takes every action by the digest of a version that it names: a tag can be moved", () => {
    const uses = textOf(file)
      .split("\n")
      .filter((line) => line.includes("uses:"));

    expect(uses).not.toEqual([]);
    for (const line of uses) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("may read the code, but for a job of an environment, which signs in, and one that runs nobody's code, which comments", () => {
    const { permissions, jobs } = read(file);

    expect(permissions).toEqual({ contents: "read" });
    for (const { permissions: own, environment, steps } of Object.values(jobs)) {
      const runsNobodysCode = steps.every(({ uses }) => uses === undefined);
      const allowed = {
        ...(environment !== undefined && { "id-token": "write" }),
        ...(runsNobodysCode && { "pull-requests": "write" }),
      };
      expect({ contents: "read", ...allowed }).toMatchObject(own ?? {});
    }
  });

  test("puts nothing that a stranger wrote into a command: expressions stand in the environment", () => {
    const steps = Object.values(read(file).jobs).flatMap((job) => job.steps);

    expect(steps.filter(({ run }) => run?.includes("${{"))).toEqual([]);
  });
});

test("the workflows take the same action by the same digest", () => {
  const digests = new Map<string, Set<string>>();
  for (const file of FILES)
    for (const [, action = "", digest = ""] of textOf(file).matchAll(/uses: (\S+)@(\S+)/g))
      digests.set(action, (digests.get(action) ?? new Set()).add(digest));

  for (const [action, known] of digests) expect([action, known.size]).toEqual([action, 1]);
});

test("what CI checks is what anybody can run: one command of the repository", () => {
  const runs = Object.values(read("ci.yml").jobs).flatMap(({ steps }) => steps.map(({ run }) => run));

  expect(runs).toContain("bash .ci/run");
});

describe("the deployment by a pipeline", () => {
  const { deploy } = read("deploy.yml").jobs;
  const parameters = readFileSync(join(FOLDER, "../../infra/azure/main.parameters.json"), "utf8");
  /** What azd takes from its environment; who deploys it knows by itself. */
  const taken = [...parameters.matchAll(/\$\{(\w+)/g)]
    .flatMap(([, name]) => name ?? [])
    .filter((name) => name !== "AZURE_PRINCIPAL_ID");

  test("says each parameter as a person's environment of azd does, since a default takes the place of what is not said", () => {
    expect(taken).toContain("POLICY_MODE");
    for (const name of taken) expect(deploy?.env).toHaveProperty(name, `\${{ vars.${name} }}`);
  });

  test.each(["POLICY_MODE", "POLICY_IN_BLOB"])("stops before it provisions where nobody said %s", (name) => {
    const runs = deploy?.steps.flatMap(({ run }) => run ?? []) ?? [];
    const before = runs.slice(
      0,
      runs.findIndex((run) => run.startsWith("azd provision")),
    );
    const all = { PATH: process.env.PATH, POLICY_MODE: "shadow", POLICY_IN_BLOB: "false" };
    const looks = before.filter((run) => run.includes(name));
    const statusOf = (env: NodeJS.ProcessEnv) =>
      looks.map((run) => spawnSync("bash", ["-e", "-c", run], { env }).status === 0);

    expect(statusOf(all)).toEqual([true]);
    expect(statusOf({ ...all, [name]: "" })).toEqual([false]);
  });
});

describe("the policy's way from a pull request to its blob", () => {
  const { check, publish } = read("policy.yml").jobs;
  const runsOf = (job: typeof check) => job?.steps.flatMap(({ run }) => run ?? []) ?? [];
  /** The commands of `policy` that a job runs, in order. */
  const commandsOf = (job: typeof check) =>
    runsOf(job).flatMap((run) => [...run.matchAll(/\$policy (\w+)/g)].map(([, command]) => command));

  test("is checked, tested and simulated before anybody signs in, and published from main alone", () => {
    expect(commandsOf(check)).toEqual(["check", "test", "simulate", "build"]);
    expect(check?.environment).toBeUndefined();
    expect(commandsOf(publish)).toEqual(["build", "sign", "publish"]);
    expect(publish).toMatchObject({
      needs: "check",
      if: "github.event_name == 'push'",
      environment: "policy",
    });
  });

  test("runs where the tools lie beside the policy, as in a repository that only has policies", () => {
    const folder = mkdtempSync(join(tmpdir(), "pipeline-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const policies = join(folder, "policies");
    const root = join(FOLDER, "../..");
    symlinkSync(root, join(folder, "tools"));
    mkdirSync(policies);
    for (const file of ["policy.yaml", "policy.tests.yaml"]) cpSync(join(root, file), join(policies, file));
    const key = join(folder, "key.pem");
    writeFileSync(key, newKey().export({ format: "pem", type: "pkcs8" }));
    const env = {
      PATH: process.env.PATH,
      INIT_CWD: policies,
      RUNNER_TEMP: folder,
      POLICY_SIGNING_KEY: readFileSync(key, "utf8").trim(),
      POLICY_SIGNING_NAME: "pipeline",
      policy: `${process.execPath} ../tools/shared/policy-tools/cli/main.ts`,
    };
    const isLocal = (run: string) => /\$policy (check|test|build|sign)/.test(run);

    const ended = [...runsOf(check), ...runsOf(publish)]
      .filter(isLocal)
      .map((run) => spawnSync("bash", ["-e", "-c", run], { cwd: policies, env, encoding: "utf8" }))
      .map(({ status, stderr }) => (status === 0 ? 0 : stderr));

    expect(ended).toEqual([0, 0, 0, 0, 0]);
    const { signatures } = JSON.parse(readFileSync(join(folder, "built.json"), "utf8"));
    expect(signatures).toMatchObject([{ name: "pipeline" }]);
    expect(existsSync(key)).toBe(false);
  });
});
