import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { checkOption, report } from "../kit/command.ts";
import { DEFAULT_DATA, dataFolder } from "../supervisor/data-folder.ts";
import { findRunningStack, runningStack } from "../supervisor/endpoints.ts";

/**
 * Runs the policy's tools with the settings of the app on this machine: `simulate` then finds its audit trail, also
 * when the app has stopped, and while it runs its clusters. The tools know no `--data`; it is taken out of their command
 * line.
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

/** What Node is started with for the tools. */
interface Around {
  readonly options: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The settings of the stack on this folder, or of one that stopped there its audit store if that is a file. Who names a folder means it,
 * whatever else is set; without one, nothing needs to be there.
 */
function settingsOf(data: string | undefined, others: readonly string[]): Around {
  const folder = dataFolder(data ?? resolve(REPOSITORY, DEFAULT_DATA));
  const env = { ...process.env };
  const running = findRunningStack(folder);
  if (running !== undefined) {
    if (data !== undefined) env.AUDIT_STORE = running.storage ?? folder.audit;
    return { options: [`--env-file=${folder.appSettings}`], env };
  }
  const hasAudit = existsSync(folder.audit);
  const asksNow = others.some((arg) => arg === "current" || arg === "--against=current");
  // Says how to start it: without it there is nothing to ask.
  if (data !== undefined && (asksNow || !hasAudit)) runningStack(folder);
  if (hasAudit && (data !== undefined || !env.AUDIT_STORE)) env.AUDIT_STORE = folder.audit;
  return { options: [], env };
}

function main(): number {
  const { data, others } = takeData(process.argv.slice(2));
  const { options, env } = settingsOf(data, others);
  const { status } = spawnSync(process.execPath, [...options, TOOLS, ...others], {
    stdio: "inherit",
    env,
    // npm runs scripts in the package's folder; file names are meant from where the user stands.
    cwd: process.env.INIT_CWD ?? process.cwd(),
  });
  return status ?? 1;
}

try {
  process.exitCode = main();
} catch (error) {
  report(error);
  // As the policy's commands have it: 1 would be an answer.
  process.exitCode = 2;
}
