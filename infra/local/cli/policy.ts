import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { DEFAULT_DATA, dataFolder } from "../supervisor/data-folder.ts";

/**
 * Runs the policy's tools with the settings of the app that runs on this machine, if one does: `simulate` then finds its
 * audit trail and its clusters. Node would tell of the settings' absence on every call, so they are looked for here.
 */
const TOOLS = resolve(import.meta.dirname, "../../../shared/policy-tools/cli/main.ts");
const { appSettings } = dataFolder(resolve(import.meta.dirname, "../../..", DEFAULT_DATA));
const settings = existsSync(appSettings) ? [`--env-file=${appSettings}`] : [];
const { status } = spawnSync(process.execPath, [...settings, TOOLS, ...process.argv.slice(2)], {
  stdio: "inherit",
  // npm runs scripts in the package's folder; file names are meant from where the user stands.
  cwd: process.env.INIT_CWD ?? process.cwd(),
});
process.exitCode = status ?? 1;
