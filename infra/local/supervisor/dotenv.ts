import { rmSync } from "node:fs";
import { CommandError } from "../kit/errors.ts";
import { writePrivateFile } from "../kit/files.ts";

/** Writes settings in the form that `node --env-file` reads; they hold keys, so only this user may read them. */
export function writeDotenv(file: string, settings: Readonly<Record<string, string>>): void {
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${quoted(value)}\n`);
  writePrivateFile(file, lines.join(""));
}

export function removeDotenv(file: string): void {
  rmSync(file, { force: true });
}

/**
 * Between quotes that the value does not hold: everything up to the next one of them is taken as it is, but for `\n`
 * between double quotes. There are no escapes.
 * @see https://nodejs.org/api/environment_variables.html#dotenv
 */
function quoted(value: string): string {
  const quote = ["'", "`", ...(value.includes("\\") ? [] : ['"'])].find((mark) => !value.includes(mark));
  if (quote !== undefined) return `${quote}${value}${quote}`;
  throw new CommandError(`A setting cannot hold all kinds of quotes: ${value}`);
}
