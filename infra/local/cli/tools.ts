import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { checkOption, report } from "../kit/command.ts";

/** The root of this repository. */
export const REPOSITORY = resolve(import.meta.dirname, "../../..");

/** What Node is started with for tools of the product. */
export interface Around {
  readonly options: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

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
 * Runs tools of the product with the settings of the app on this machine. They know no `--data`; it is taken out of their
 * command line. Sets the exit code.
 * @param tools path of their main file, from the repository's root
 */
export function runTools(
  tools: string,
  around: (data: string | undefined, others: readonly string[]) => Around,
): void {
  try {
    const { data, others } = takeData(process.argv.slice(2));
    const { options, env } = around(data, others);
    const { status } = spawnSync(process.execPath, [...options, resolve(REPOSITORY, tools), ...others], {
      stdio: "inherit",
      env,
      // npm runs scripts in the package's folder; file names are meant from where the user stands.
      cwd: process.env.INIT_CWD ?? process.cwd(),
    });
    process.exitCode = status ?? 1;
  } catch (error) {
    report(error);
    // As the tools have it: 1 would be an answer.
    process.exitCode = 2;
  }
}
