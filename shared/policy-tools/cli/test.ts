import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { formatProblems } from "../../policy/file/report.ts";
import { explain, type Policy } from "../../policy/index.ts";
import { FileError } from "../../policy-in-force/text-file.ts";
import { type Coverage, coverage } from "../testing/coverage.ts";
import { namesIn } from "../testing/deciders.ts";
import { renderFailure } from "../testing/render.ts";
import { runTests, type TestResult } from "../testing/run-tests.ts";
import { readTestFile } from "../testing/test-file.ts";
import { type Command, type Io, parse, toJson, UsageError } from "./command.ts";
import { readText, testsBeside } from "./files.ts";
import { loadOrReport } from "./policies.ts";

const HELP = `Runs the tests of policies: what each request that they describe should come to, and by which rules.

Usage: npm run policy -- test FILE... [options]

  FILE                    a file of tests, or a policy with NAME.tests.yaml beside it
  --coverage              fails, too, when something in the policy is decided in no test
  --json                  prints the results as JSON

What a test can expect, also of each term of a question to people, stands in shared/policy/README.md.
Exit code 1: a test failed, or a file has errors.
`;

/** `policy test`. */
export const test: Command = {
  help: HELP,
  run: async (args, io) => {
    const { values, positionals } = parse(args, {
      coverage: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    });
    if (positionals.length === 0) throw new UsageError("Name at least one file of tests.");
    const runs: (Run | null)[] = [];
    for (const path of positionals) runs.push(await runFile(await testFileOf(path, io), io));
    const sound = runs.filter((run) => run !== null);
    const covered = coverage(sound);

    if (values.json) io.out(toJson(forMachines(sound, covered)));
    else print(sound, covered, io);
    const isMissed = values.coverage && covered.some(({ missed }) => missed.length > 0);
    const hasFailed = sound.some(({ results }) => results.some(failed));
    return sound.length < runs.length || hasFailed || isMissed ? 1 : 0;
  },
};

/** The results of one file of tests. */
interface Run {
  readonly testFile: string;
  readonly policyFile: string;
  readonly policy: Policy;
  readonly results: readonly TestResult[];
}

const failed = ({ differences }: TestResult): boolean => differences.length > 0;

const IS_POLICY = /^kind: *["']?ConnectionPolicy["']? *(?:#.*)?$/m;

/** The file of tests that the user means; a policy's own are beside it. */
async function testFileOf(path: string, io: Io): Promise<string> {
  if (!IS_POLICY.test(await readText(path, io.cwd))) return path;
  const beside = testsBeside(path);
  if (beside !== null && existsSync(resolve(io.cwd, beside))) return beside;
  const missing = beside === null ? "it has no tests beside it" : `${beside} is not there`;
  throw new FileError(`${path} is a policy, and ${missing}; name the file of its tests.`);
}

/** Null when the tests or their policy have errors, which are then reported. */
async function runFile(testFile: string, io: Io): Promise<Run | null> {
  const read = readTestFile(await readText(testFile, io.cwd), testFile);
  if (read.kind === "problems") {
    io.err(formatProblems(read.problems));
    return null;
  }
  const policyFile = join(dirname(testFile), read.file.policy);
  const policy = await loadOrReport(policyFile, io);
  if (policy === null) return null;

  const problems = read.file.unknownNames(namesIn(policy));
  io.err(formatProblems(problems));
  if (problems.length > 0) return null;
  const results = runTests(read.file.tests, (facts) => explain(policy, facts));
  return { testFile, policyFile, policy, results };
}

function print(runs: readonly Run[], covered: readonly Coverage[], io: Io): void {
  for (const run of runs)
    io.out(
      run.results
        .filter(failed)
        .map((result) => renderFailure(result, run))
        .join(""),
    );
  const all = runs.flatMap(({ results }) => results);
  const failures = all.filter(failed).length;
  if (runs.length > 0) io.out(`${all.length - failures} passed, ${failures} failed\n`);
  for (const { policyFile, missed } of covered) {
    const listed = missed.map(({ name, line }) => `${name} (${policyFile}:${line})`);
    if (listed.length > 0) io.out(`rules no test decides: ${listed.join(", ")}\n`);
  }
}

const forMachines = (runs: readonly Run[], covered: readonly Coverage[]) => ({
  tests: runs.flatMap(({ testFile, results }) =>
    results.map(({ test: { name, line }, differences }) => ({
      file: testFile,
      line,
      name,
      passed: differences.length === 0,
      differences,
    })),
  ),
  notDecided: covered.flatMap(({ policyFile, missed }) =>
    missed.map((ref) => ({ file: policyFile, ...ref })),
  ),
});
