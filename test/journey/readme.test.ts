import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trustAuthority } from "../../infra/local/kit/trust.ts";
import { Endpoints } from "../../infra/local/supervisor/endpoints.ts";
import { apiOf } from "./kit/api.ts";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { type Command, newFolder, runCommand } from "./kit/processes.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const readme = readFileSync(join(ROOT, "README.md"), "utf8");
const requests = readme.split("\n").filter((line) => line.startsWith("    npm run request -- "));

describe("README.md, with the sample world and the policy that comes with it", {
  timeout: TIMEOUT_MS,
}, () => {
  const folder = newFolder();
  const data = join(folder, "data");
  const endpoints = () => Endpoints.parse(JSON.parse(readFileSync(join(data, "endpoints.json"), "utf8")));
  const api = apiOf(endpoints);
  let stack: Command;

  /** A line as it is printed, in a shell where the package is. */
  const shell = (line: string) => spawnSync("sh", ["-c", line], { cwd: ROOT, encoding: "utf8" });

  beforeAll(async () => {
    const options = ["--data", data, "--port", "0", "--arm-rate", "1000000/1000000"];
    stack = runCommand("start.ts", options, { POLICY_FILE: join(ROOT, "policy.yaml") });
    await stack.says("\nBe one more consumer");
    trustAuthority(endpoints().armCa);
  }, TIMEOUT_MS);
  afterAll(async () => {
    stack.process.kill("SIGINT");
    await stack.ended;
    rmSync(folder, { recursive: true });
  }, TIMEOUT_MS);

  test("the start tells what became of the sample's requests", () => {
    const [, fates = ""] = stack.output().split("what became of the requests:\n");

    expect(fates).toMatch(/^ {2}pe-payments-01-prod +approved +http/);
    expect(fates).toMatch(/\n {2}pe-sandbox-test +rejected +http/);
    expect(fates).toMatch(/\n {2}pe-data-jobs +waits for a person +http/);
  });

  test("the printed command approves what waits for a person", async () => {
    const [, command = ""] = /Approve pe-data-jobs as .*:\n((?:.*\\\n)*.*)\n/.exec(stack.output()) ?? [];

    const { status, stdout } = shell(command);

    expect({ status, decision: JSON.parse(stdout).decision }).toMatchObject({
      status: 0,
      decision: { decision: "approve", by: { name: "Ana Approver (AKS platform)" } },
    });
    await eventually(async () =>
      expect(await api.request("pe-data-jobs", "aks-payments-prod")).toMatchObject({
        closure: { outcome: "approved" },
      }),
    );
  });

  test("of the three consumers to be, the first is approved, people are asked about the second, the third is rejected", async () => {
    expect(requests).toHaveLength(3);

    for (const line of requests) expect(shell(`${line} --data '${data}'`).status).toBe(0);

    const stateOf = async (name: string) => {
      const { state, closure } = await api.request(name, "aks-payments-prod");
      return closure?.outcome ?? state;
    };
    const names = requests.map((line) => /--name (\S+)/.exec(line)?.[1] ?? "");
    await eventually(async () =>
      expect(await Promise.all(names.map(stateOf))).toEqual(["approved", "waiting", "rejected"]),
    );
  });
});
