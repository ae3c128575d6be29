import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { checkOption, report } from "../kit/command.ts";

/** The root of this repository. */
export const REPOSITORY = resolve(import.meta.dirname, "../../..");

/** What Node is started with for tools of the product. */
export interface Around {
  readonly options: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Options of a command line that the tools do not know: the last value of each. */
type Taken = Readonly<Record<string, string | undefined>>;

/** The command line without the options of these names, and their values. @throws UsageError */
function takeOptions(
  args: readonly string[],
  names: readonly string[],
): { readonly taken: Taken; readonly others: readonly string[] } {
  const options: ParseArgsOptionsConfig = Object.fromEntries(names.map((name) => [name, { type: "string" }]));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const found = tokens.flatMap((token) =>
    token.kind === "option" && names.includes(token.name) ? [token] : [],
  );
  for (const token of found) checkOption(token, options);
  const places = found.flatMap(({ index, inlineValue }) => (inlineValue ? [index] : [index, index + 1]));
  return {
    taken: Object.fromEntries(found.map(({ name, value }) => [name, value])),
    others: args.filter((_arg, index) => !places.includes(index)),
  };
}

/**
 * Runs tools of the product with the settings of the app on this machine. They know none of the options of these names,
 * which are taken out of their command line. Sets the exit code.
 * @param tools path of their main file, from the repository's root
 */
export async function runTools(
  tools: string,
  names: readonly string[],
  around: (taken: Taken, others: readonly string[]) => Around | Promise<Around>,
): Promise<void> {
  try {
    const { taken, others } = takeOptions(process.argv.slice(2), names);
    const { options, env } = await around(taken, others);
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
