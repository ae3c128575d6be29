import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { MAX_BUILT_BYTES } from "../../policy/built.ts";
import { buildPolicy } from "../../policy/file/build-policy.ts";
import { formatProblems } from "../../policy/file/report.ts";
import { isBuilt } from "../../policy-in-force/policy-files.ts";
import { FileError } from "../../policy-in-force/text-file.ts";
import { checkPolicy } from "../lint/check.ts";
import { type Command, onlyFile, parse, UsageError } from "./command.ts";
import { readPolicyFiles, readText, writeText } from "./files.ts";

const HELP = `Makes one JSON file of a policy and its lists, checked and sealed by a digest, which the app loads fastest.

Usage: npm run --silent policy -- build FILE [--out BUILT]

  FILE                    a policy without errors; its warnings are shown
  --out BUILT             where to write it, NAME.json (default: the standard output)

Build it again whenever the policy or the app changes. Exit code 1: the policy has errors.
`;

/** `policy build`. */
export const build: Command = {
  help: HELP,
  run: async (args, io) => {
    const { values, positionals } = parse(args, { out: { type: "string" } });
    if (values.out !== undefined) await checkTarget(values.out, io.cwd);
    const { file, text, lists } = await readPolicyFiles(onlyFile(positionals), io.cwd);
    const built = buildPolicy(text, file, lists);
    io.err(formatProblems(built.kind === "problems" ? built.problems : checkPolicy(text, file, lists)));
    if (built.kind === "problems") return 1;

    if (values.out === undefined) io.out(built.json);
    else writeText(values.out, built.json, io.cwd);
    return 0;
  },
};

/** Nothing is overwritten but an older built policy. */
async function checkTarget(file: string, cwd: string): Promise<void> {
  if (!isBuilt(file))
    throw new UsageError(
      `The app takes a built policy only under a name that ends in .json; "${file}" does not.`,
    );
  if (
    existsSync(resolve(cwd, file)) &&
    !(await readText(file, cwd, MAX_BUILT_BYTES)).includes('"kind":"BuiltPolicy"')
  )
    throw new FileError(`${file} is there already, and is no built policy; name another file.`);
}
