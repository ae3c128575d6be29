import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { checkOption, report } from "../kit/command.ts";
import { DEFAULT_DATA, dataFolder } from "../supervisor/data-folder.ts";
import { runningStack } from "../supervisor/endpoints.ts";

/**
 * Runs the policy's tools with the settings of the app that runs on this machine, if one does: `simulate` then finds its
 * audit trail and its clusters. The tools know no `--data`; it is taken out of their command line.
 */
const REPOSITORY = resolve(import.meta.dirname, "../../..");
const TOOLS = resolve(REPOSITORY, "shared/policy-tools/cli/main.ts");

const OPTIONS = { data: { type: "string" } } as const;

/** The command line without `--data DIR`, and the last such DIR. @throws UsageError */
function takeData(args: string[]): { data: string | undefined; others: readonly string[] } {
  const { tokens } = parseArgs({ args, options: OPTIONS, strict: false, tokens: true });
  const found = tokens.flatMap((token) => (token.kind === "option" && token.name === "data" ? [token] : []));
  for (const token of found) checkOption(token, OPTIONS);
  const taken = found.flatMap(({ index, inlineValue }) => (inlineValue ? [index] : [index, index + 1]));
  return { data: found.at(-1)?.value, others: args.filter((_arg, index) => !taken.includes(index)) };
}

/**
 * Options with which Node reads the settings of the stack on this folder. Without a folder no stack has to run; Node would
 * tell of the absence of its settings on every call, so they are looked for here.
 */
function settingsOf(data: string | undefined): string[] {
  const folder = dataFolder(data ?? resolve(REPOSITORY, DEFAULT_DATA));
  if (data !== undefined) runningStack(folder);
  return existsSync(folder.appSettings) ? [`--env-file=${folder.appSettings}`] : [];
}

function main(): number {
  const { data, others } = takeData(process.argv.slice(2));
  const { status } = spawnSync(process.execPath, [...settingsOf(data), TOOLS, ...others], {
    stdio: "inherit",
    // npm runs scripts in the package's folder; file names are meant from where the user stands.
    cwd: process.env.INIT_CWD ?? process.cwd(),
  });
  return status ?? 1;
}

try {
  process.exitCode = main();
} catch (error) {
  process.exitCode = report(error);
}
