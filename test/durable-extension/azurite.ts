import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { installAzurite } from "../../infra/local/azurite/install.ts";
import {
  AZURITE_SCRIPT,
  azuriteArguments,
  azuriteEnvironment,
  connectionStringOf,
} from "../../infra/local/azurite/options.ts";

/** Starts one storage account for all hubs of the lane; each has a name of its own. @returns what ends it */
export async function setup(): Promise<() => Promise<void>> {
  await installAzurite(console.log);
  const account = { name: "durable", key: randomBytes(32).toString("base64") };
  const child = fork(AZURITE_SCRIPT, azuriteArguments({ folder: null, ports: { blob: 0, table: 0 } }), {
    env: { ...process.env, ...azuriteEnvironment(account) },
  });
  const [origins] = await once(child, "message");
  process.env.DURABLE_EXTENSION_STORAGE = connectionStringOf(account, origins);
  return async () => {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
}
