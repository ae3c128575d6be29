import { existsSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { MAX_FILE_BYTES } from "../../policy/file/limits.ts";
import * as policyFiles from "../../policy-in-force/policy-files.ts";
import type { PolicyFiles } from "../../policy-in-force/port.ts";
import { FileError, fileError, type Reading, readTextFile } from "../../policy-in-force/text-file.ts";

/** Users find a file under the name that they gave; `<(git show main:policy.yaml)` is a pipe. */
const reading = (cwd: string): Reading => ({ cwd, shown: (path) => path, pipes: "read" });

/** Reads a policy and its lists, ready for `load`. @param cwd - what a relative `file` is relative to */
export const readPolicyFiles = async (file: string, cwd: string): Promise<PolicyFiles> =>
  (await policyFiles.readPolicyFiles(file, reading(cwd))).files;

/** The whole text of a file. @throws a `FileError` when it cannot be read, is larger than that, or no UTF-8 text */
export const readText = async (file: string, cwd: string, maxBytes = MAX_FILE_BYTES): Promise<string> =>
  (await readTextFile(file, maxBytes, reading(cwd))).text;

/** The file of tests that belongs to a policy: `policy.tests.yaml` beside `policy.yaml`; null for other names. */
export function testsBeside(file: string): string | null {
  const beside = file.replace(/\.(ya?ml)$/, ".tests.$1");
  return beside === file ? null : beside;
}

/** Writes a file. `flag` is "wx" to refuse a file that is there already. */
export function writeText(file: string, text: string, cwd: string, flag: "w" | "wx" = "w"): void {
  if (!existsSync(dirname(resolve(cwd, file))))
    throw new FileError(`${file} cannot be written: there is no folder ${dirname(file)}.`);
  orFileError(`${file} cannot be written`, () => writeFileSync(resolve(cwd, file), text, { flag }));
}

/** Does something to a file; what the system says about it becomes a sentence. */
export function orFileError<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw fileError(what, cause);
  }
}
