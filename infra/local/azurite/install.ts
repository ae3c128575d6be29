import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CommandError } from "../kit/errors.ts";

const HERE = import.meta.dirname;
const LOCK = "package-lock.json";
const MODULES = "node_modules";
/** The lock file that the packages were installed from, kept among them. */
const INSTALLED_FROM = `${MODULES}/.installed-from.json`;

/**
 * Installs Azurite if this version of it is not there yet. Whoever is killed half-way leaves nothing half-done, and of
 * several at once one wins: each installs into a folder of its own, which is then renamed.
 *
 * @param log hears of it before it takes its half minute
 * @param place where its lock file is, and where it goes
 * @throws CommandError when it cannot be installed
 */
export async function installAzurite(log: (line: string) => void, place = HERE): Promise<void> {
  if (isInstalled(place)) return;
  log("installing Azurite, which takes half a minute once");
  const folder = mkdtempSync(join(place, `${MODULES}.`));
  try {
    for (const file of ["package.json", LOCK]) cpSync(join(place, file), join(folder, file));
    await installInto(folder);
    cpSync(join(folder, LOCK), join(folder, INSTALLED_FROM));
    putInPlace(folder, place);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isInstalled(place: string): boolean {
  const installedFrom = join(place, INSTALLED_FROM);
  return (
    existsSync(installedFrom) &&
    readFileSync(installedFrom, "utf8") === readFileSync(join(place, LOCK), "utf8")
  );
}

/** Without install scripts: none of these packages needs its own. */
async function installInto(folder: string): Promise<void> {
  try {
    await promisify(execFile)("npm", [
      "ci",
      "--prefix",
      folder,
      "--ignore-scripts",
      "--prefer-offline",
      "--no-audit",
      "--no-fund",
    ]);
  } catch (error) {
    throw new CommandError(
      `Azurite could not be installed; npm must reach its registry for that, once. It said: ${reasonOf(error)}`,
      { cause: error },
    );
  }
}

/** npm's first lines of complaint; what it says after them is about its log files. */
function reasonOf(error: unknown): string {
  const said = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
  const complaints = said.split("\n").flatMap((line) => /^npm error (?!code )(.+)/.exec(line)?.[1] ?? []);
  return complaints.slice(0, 2).join(" ") || (error instanceof Error ? error.message : String(error));
}

/** What is there is of another version, or was put there by somebody else in this very moment. */
function putInPlace(folder: string, place: string): void {
  const modules = join(place, MODULES);
  if (existsSync(modules) && !isInstalled(place)) renameSync(modules, join(folder, "former"));
  try {
    renameSync(join(folder, MODULES), modules);
  } catch (error) {
    if (!isInstalled(place)) throw error;
  }
}

if (import.meta.main) {
  await installAzurite((line) => console.log(line)).catch((error: unknown) => {
    console.error(error instanceof CommandError ? error.message : error);
    process.exitCode = 1;
  });
}
