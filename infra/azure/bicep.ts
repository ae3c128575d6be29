import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** As `compiler/compiler.csproj` downloads it. */
const VERSION = "0.49.2";
const IN_PACKAGES = `azure.bicep.commandline.linux-x64/${VERSION}/tools/bicep`;

export const HOW_TO_GET_IT =
  "There is no Bicep compiler. Put bicep on the PATH (https://aka.ms/bicep-install), name one by BICEP=/path/to/bicep, or with the .NET SDK: dotnet restore infra/azure/compiler";

/** The command of the Bicep compiler: `BICEP`, one on the PATH, that of `az`, or the one that was downloaded; null when there is none. */
export function findBicep(): readonly [string, ...string[]] | null {
  const { BICEP, NUGET_PACKAGES = join(homedir(), ".nuget/packages") } = process.env;
  const choices: readonly (readonly [string, ...string[]])[] = [
    ...(BICEP === undefined ? [] : [[BICEP] as const]),
    ["bicep"],
    ["az", "bicep"],
    [join(NUGET_PACKAGES, IN_PACKAGES)],
  ];
  return choices.find(([command, ...args]) => works(command, args)) ?? null;
}

const works = (command: string, args: readonly string[]): boolean =>
  (command.startsWith("/") ? existsSync(command) : true) &&
  spawnSync(command, [...args, "--version"], { stdio: "ignore", env: ENVIRONMENT }).status === 0;

/** The compiler looks for ICU, which a small machine has not. */
const ENVIRONMENT = { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: "1" };

/** What the compiler says on its output, whatever it thinks of the file. @throws when it does not get so far */
export function bicep([command, ...before]: readonly [string, ...string[]], args: readonly string[]): string {
  const { stdout, stderr, error } = spawnSync(command, [...before, ...args], {
    encoding: "utf8",
    env: ENVIRONMENT,
    maxBuffer: 64 * 1_024 * 1_024,
  });
  if (error !== undefined) throw error;
  // Where it cannot read its command line or a file, it has no report to give.
  if (stdout === "" && stderr !== "") throw new Error(stderr);
  return stdout;
}
