import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PLATFORM_DEPLOYER } from "../../infra/local/entra/directory.ts";
import { trustAuthority } from "../../infra/local/kit/trust.ts";
import { dataFolder } from "../../infra/local/supervisor/data-folder.ts";
import { type Endpoints, runningStack } from "../../infra/local/supervisor/endpoints.ts";
import { PROVIDER_SUBSCRIPTION } from "../../infra/local/supervisor/places.ts";
import { armAs } from "../../infra/local/world/arm.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const START_TIMEOUT_MS = 60_000;

/** The stack that `npm start` starts, without a world, with a policy of its own and without ARM's throttling. */
export interface BenchStack {
  readonly endpoints: Endpoints;
  readonly clusterId: string;
  stop(): Promise<void>;
}

export async function startStack(
  policyFile: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<BenchStack> {
  const data = mkdtempSync(join(tmpdir(), "bench-"));
  const args = [
    "infra/local/start.ts",
    "--port",
    "0",
    "--data",
    data,
    "--empty",
    "--arm-rate",
    "1000000/1000000",
  ];
  const env = { ...process.env, POLICY: policyFile, SWEEP_SCHEDULE: "0 0 0 1 1 *", ...settings };
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((done) => child.once("exit", done));
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    // Only the beginning is looked at; the rest must be read so that the stack never waits for us.
    if (output.length < 10_000) output += chunk.toString();
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!/^ready http/m.test(output)) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`The stack did not start:\n${output}`);
    await sleep(50);
  }
  const endpoints = runningStack(dataFolder(data));
  trustAuthority(endpoints.armCa);
  const arm = await armAs(PLATFORM_DEPLOYER, endpoints);
  const clusterId = await arm.putCluster({
    subscription: PROVIDER_SUBSCRIPTION,
    resourceGroup: "rg-bench",
    name: "aks-bench",
    location: "westeurope",
    tags: { env: "bench" },
  });
  return {
    endpoints,
    clusterId,
    stop: async () => {
      child.kill("SIGINT");
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}
