import type { Problem } from "../../policy/file/report.ts";
import { formatProblems } from "../../policy/file/report.ts";
import { enumerate } from "../../policy/text.ts";
import { isBuilt } from "../../policy-in-force/policy-files.ts";
import type { PolicyFiles } from "../../policy-in-force/port.ts";
import { FileError } from "../../policy-in-force/text-file.ts";
import { checkPolicy } from "../lint/check.ts";
import { type Command, type ExitCode, type Io, parse, toJson, UsageError } from "./command.ts";
import { readPolicyFiles } from "./files.ts";
import { workflowCommand } from "./github.ts";
import { load } from "./policies.ts";

const HELP = `Finds what is wrong with policies, and warns of what is hardly meant so.

Usage: npm run policy -- check FILE... [options]

  FILE                    a policy; the lists in lists/ beside it are read, too
  --strict                warnings fail, too
  --json                  prints all problems as a JSON array
  --github                prints them as workflow commands, for annotations in pull requests

Exit code 1: there are errors, or, with --strict, warnings. 2: a file cannot be read; the others are still checked.
`;

/** `policy check`: reads policies, and lets the linter look at them. */
export const check: Command = {
  help: HELP,
  run: async (args, io) => {
    const { values, positionals } = parse(args, {
      strict: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      github: { type: "boolean", default: false },
    });
    if (positionals.length === 0) throw new UsageError("Name at least one policy file.");
    if (values.json && values.github) throw new UsageError("--json and --github cannot be used together.");

    const problems: Problem[] = [];
    let isUnreadable = false;
    for (const path of positionals) {
      const files = await readOrReport(path, io);
      const found = files === null ? [] : problemsIn(files);
      if (files === null) isUnreadable = true;
      else if (values.github) io.out(found.map(workflowCommand).join(""));
      else if (!values.json) print(files, found, io);
      problems.push(...found);
    }
    if (values.json) io.out(toJson(problems));
    return isUnreadable ? 2 : exitCode(problems, values.strict);
  },
};

/** Null for what cannot be read, which is then reported: others still can. */
async function readOrReport(path: string, io: Io): Promise<PolicyFiles | null> {
  try {
    return await readPolicyFiles(path, io.cwd);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    io.err(`${error.message}\n`);
    return null;
  }
}

const problemsIn = (files: PolicyFiles): readonly Problem[] =>
  isBuilt(files.file) ? checkBuilt(files) : checkPolicy(files.text, files.file, files.lists);

/** The linter looks at what people wrote. */
function checkBuilt(files: PolicyFiles): readonly Problem[] {
  const loaded = load(files);
  return loaded.kind === "policy" ? [] : loaded.problems;
}

const exitCode = (problems: readonly Problem[], strict: boolean): ExitCode =>
  problems.some(({ severity }) => strict || severity === "error") ? 1 : 0;

function print(files: PolicyFiles, problems: readonly Problem[], io: Io): void {
  io.out(formatProblems(problems));
  io.out(`${files.file}: ${summary(files, problems)}\n`);
}

/** `6 rules, no problems (hash 0123456789ab…)`, `2 errors`, `6 rules, 1 warning (hash 0123456789ab…)`. */
function summary(files: PolicyFiles, problems: readonly Problem[]): string {
  const total = (severity: Problem["severity"]) =>
    problems.filter((problem) => problem.severity === severity).reduce((sum, { count }) => sum + count, 0);
  const counts = enumerate(
    [countOf(total("error"), "error"), countOf(total("warning"), "warning")].flatMap((count) => count ?? []),
    2,
  );
  const loaded = load(files);
  if (loaded.kind === "problems") return counts;
  const { rules, hash } = loaded.policy;
  const found = counts === "" ? "no problems" : counts;
  return `${countOf(rules.length, "rule") ?? "no rules"}, ${found} (hash ${hash.slice(0, 12)}…)`;
}

/** `1 error`, `2 errors`; null for none. */
const countOf = (count: number, what: string): string | null =>
  count === 0 ? null : `${count} ${what}${count === 1 ? "" : "s"}`;
