import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { trustAuthority } from "../../infra/local/kit/trust.ts";
import { Endpoints } from "../../infra/local/supervisor/endpoints.ts";
import { ListedRequest } from "../../shared/search/summaries.ts";
import { apiOf } from "./kit/api.ts";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { type Command, newFolder, runCommand } from "./kit/processes.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const readme = readFileSync(join(ROOT, "README.md"), "utf8");
const runbook = readFileSync(join(ROOT, "docs/runbook.md"), "utf8");
const consoles = [...runbook.matchAll(/^```console\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) =>
  block.split("\n").flatMap((line) => (line.startsWith("$ ") ? [line.slice(2)] : [])),
);
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
    stack = runCommand("start.ts", options, { POLICY: join(ROOT, "policy.yaml") });
    await stack.says("/api/requests?waitsForMe=true");
    trustAuthority(endpoints().armCa);
  }, TIMEOUT_MS);
  afterAll(async () => {
    stack.process.kill("SIGINT");
    await stack.ended;
    rmSync(folder, { recursive: true });
  }, TIMEOUT_MS);

  test("the start tells where to answer before anything else, and what became of the first requests", () => {
    const [, afterReady = ""] = /\nready .*\n([\s\S]*)/.exec(stack.output()) ?? [];
    const [, fates = ""] = stack.output().split("what became of the first requests:\n");

    expect(afterReady).toMatch(
      /^\n {2}Open http:\/\/127\.0\.0\.1:\d+\/inbox\/ and sign in as Ana \(approver\)\.\n/,
    );
    expect(fates).toMatch(/^ {2}pe-data-jobs +waiting for people +http:.*\/inbox\/#\/requests\/pec-/);
    expect(fates).toMatch(/\n {2}pe-payments-01-prod +approved +http/);
    expect(fates).toMatch(/\n {2}pe-sandbox-test +rejected +http/);
  });

  test("the printed command for scripts lists what waits for Ana", () => {
    const [, command = ""] = /In a script, .*:\n(.*)\n/.exec(stack.output()) ?? [];

    const { status, stdout } = shell(command);

    expect(status).toBe(0);
    const listed = z.object({ requests: z.array(ListedRequest) }).parse(JSON.parse(stdout));
    expect(listed.requests.map(({ endpoint }) => endpoint)).toContain("pe-data-jobs");
    expect(listed.requests.map(({ endpoint }) => endpoint)).not.toContain("pe-cards-admin");
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

  test("each command of docs/runbook.md that is meant for this machine does its work", () => {
    expect(consoles.length).toBeGreaterThan(5);

    for (const line of consoles) {
      const place = line.includes(" -- ") ? `--data '${data}'` : `-- --data '${data}'`;
      const { status, stdout, stderr } = shell(
        line.startsWith("npm run ") ? `${line} ${place}` : `APP=${endpoints().app}; ${line}`,
      );
      expect(status, `${line}\n${stdout}${stderr}`).toBe(0);
      expect(stdout, line).not.toBe("");
    }
  });

  test("the doctor finds nothing wrong with the stack, and leaves nothing but the emulators unknown", () => {
    const { status, stdout } = shell(`npm run --silent doctor -- --as ana --json --data '${data}'`);

    expect(status).toBe(0);
    const { findings } = z
      .object({ findings: z.array(z.object({ check: z.string(), state: z.string() })) })
      .parse(JSON.parse(stdout));
    const isIn = (state: string) =>
      findings.filter((finding) => finding.state === state).map(({ check }) => check);
    expect(isIn("ok")).toEqual(
      expect.arrayContaining([
        "settings",
        "clocks",
        "roles",
        "clusters",
        "events",
        "store",
        "health",
        "policy",
      ]),
    );
    expect(isIn("fault")).toEqual([]);
    expect(isIn("unknown")).toEqual(["queues"]);
  });
});
