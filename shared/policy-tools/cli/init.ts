import { existsSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { FileError } from "../../policy-in-force/text-file.ts";
import { type Command, type Io, onlyFile, parse, UsageError } from "./command.ts";
import { testsBeside, writeText } from "./files.ts";
import { starterPolicy, starterTests } from "./starter.ts";

const HELP = `Writes a policy to start from, which asks people about everything, and a file of tests beside it.

Usage: npm run policy -- init [FILE]

  FILE                    where to write it (default: policy.yaml); nothing is ever overwritten
`;

/** `policy init`. */
export const init: Command = {
  help: HELP,
  run: async (args, io) => {
    const { positionals } = parse(args, {});
    const file = onlyFile(positionals.length === 0 ? ["policy.yaml"] : positionals);
    const tests = testsBeside(file);
    if (tests === null) throw new UsageError(`A policy's name ends in .yaml or .yml; "${file}" does not.`);
    for (const path of [file, tests]) {
      if (existsSync(resolve(io.cwd, path)))
        throw new FileError(
          `${path} is there already, and is left as it is; name another file: npm run policy -- init other.yaml`,
        );
    }

    writeText(file, starterPolicy(schemaFor(file, io)), io.cwd, "wx");
    writeText(tests, starterTests(file), io.cwd, "wx");
    io.out(`${file} and ${tests} are written. The policy asks people about everything.

Next:
  1. In ${file}, replace the zeros under "approvers" by the object id of your Entra group.
  2. npm run policy -- check ${file}
  3. npm run policy -- test ${tests}
`);
    return 0;
  },
};

/** Where the policy's JSON Schema lies as seen from the policy: beside it, or in this project around it; else null. */
function schemaFor(file: string, { cwd }: Io): string | null {
  const folder = dirname(resolve(cwd, file));
  const candidates = [join(folder, "policy.schema.json")];
  for (let above = folder; ; above = dirname(above)) {
    candidates.push(join(above, "shared", "policy", "policy.schema.json"));
    if (above === dirname(above)) break;
  }
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found === undefined) return null;
  const path = relative(folder, found).split(sep).join("/");
  return path.startsWith("../") ? path : `./${path}`;
}
