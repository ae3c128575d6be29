import { Stryker } from "@stryker-mutator/core";
import { PARTS, type Part } from "./parts.ts";

const HELP = `Changes shared/policy in thousands of small ways and counts how many of them its tests notice.

Usage: npm run test:mutation [-- PART...] [--survivors]

  PART          ${PARTS.map(({ name }) => name).join(", ")}; all of them unless said otherwise
  --survivors   also shows every change that no test noticed

Exit code 1: fewer than 90 % were noticed. Takes the better part of an hour on two cores.`;

const LEAST_PERCENT = 90;

interface Score {
  readonly name: string;
  readonly noticed: number;
  readonly all: number;
}

type MutantResult = Awaited<ReturnType<Stryker["runMutationTest"]>>[number];

async function measure(part: Part, showsSurvivors: boolean): Promise<Score> {
  process.env.MUTATED_PART = part.name;
  const results = await new Stryker({
    mutate: [...part.mutate],
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner"],
    vitest: { configFile: "test/mutation/vitest.config.ts" },
    coverageAnalysis: "perTest",
    // A change of a constant of a module would need every test anew in a process of its own.
    ignoreStatic: true,
    // Stryker would rewrite tsconfig.json with an interface that TypeScript 7 does not have; vitest does not read it.
    tsconfigFile: "none.json",
    ignorePatterns: [".local", "dist"],
    tempDirName: ".stryker",
    concurrency: 2,
    timeoutMS: 2_000,
    reporters: ["progress-append-only"],
    thresholds: { high: 100, low: LEAST_PERCENT, break: null },
  }).runMutationTest();
  if (showsSurvivors) for (const result of results) if (hasSurvived(result)) console.log(describe(result));
  const counted = results.filter((result) => isNoticed(result) || hasSurvived(result));
  return { name: part.name, noticed: counted.filter(isNoticed).length, all: counted.length };
}

const isNoticed = ({ status }: MutantResult): boolean => status === "Killed" || status === "Timeout";
const hasSurvived = ({ status }: MutantResult): boolean => status === "Survived" || status === "NoCoverage";

const describe = ({ fileName, location, replacement, mutatorName }: MutantResult): string =>
  `${fileName}:${location.start.line}:${location.start.column} ${mutatorName}: ${replacement ?? ""}`;

const sum = (scores: readonly Score[]): Score => ({
  name: "all",
  noticed: scores.reduce((total, { noticed }) => total + noticed, 0),
  all: scores.reduce((total, { all }) => total + all, 0),
});

const percent = ({ noticed, all }: Score): number => (noticed / all) * 100;

const line = (score: Score): string =>
  `${score.name.padEnd(10)}${percent(score).toFixed(1).padStart(6)} %  ${score.noticed} of ${score.all} changes noticed`;

const words = process.argv.slice(2);
const wanted = words.filter((word) => !word.startsWith("--"));
const unknown = wanted.filter((word) => !PARTS.some(({ name }) => name === word));

if (words.includes("--help")) {
  console.log(HELP);
} else if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(", ")}.\n\n${HELP}`);
  process.exitCode = 2;
} else {
  const scores: Score[] = [];
  for (const part of PARTS)
    if (wanted.length === 0 || wanted.includes(part.name))
      scores.push(await measure(part, words.includes("--survivors")));
  const total = sum(scores);
  console.log(["", ...[...scores, total].map(line)].join("\n"));
  process.exitCode = percent(total) < LEAST_PERCENT ? 1 : 0;
}
