import type { Policy } from "../../policy/index.ts";
import type { RuleRef } from "../../policy/verdict.ts";
import { deciders } from "./deciders.ts";
import type { TestResult } from "./run-tests.ts";

/** What of a policy is decided in no passing test that expects so, by line. */
export interface Coverage {
  readonly policyFile: string;
  readonly missed: readonly RuleRef[];
}

interface Run {
  readonly policyFile: string;
  readonly policy: Policy;
  readonly results: readonly TestResult[];
}

/** One for each policy; all files of tests that are about it count together. */
export function coverage(runs: readonly Run[]): readonly Coverage[] {
  return [...Map.groupBy(runs, ({ policyFile }) => policyFile)].map(([policyFile, about]) => {
    const decided = new Set(about.flatMap(({ results }) => results).flatMap(decidedIn));
    const [first] = about;
    const missed = first === undefined ? [] : deciders(first.policy).filter(({ name }) => !decided.has(name));
    return { policyFile, missed };
  });
}

/** Also what a rule on trial would have decided, where the test expects that it would, and what kept it from approving. */
function decidedIn({ test: { expect }, verdict, differences }: TestResult): readonly string[] {
  if (differences.length > 0) return [];
  const onTrial = expect.wouldHave == null ? [] : (verdict.wouldHave?.decidedBy ?? []);
  const vetoing = expect.rule === undefined ? [] : verdict.vetoedBy;
  return [...(expect.rule ?? []), ...[...onTrial, ...vetoing].map(({ name }) => name)];
}
