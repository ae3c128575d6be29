import type { Facts } from "../../policy/facts.ts";
import type { Verdict } from "../../policy/verdict.ts";
import { mergeGiven, toFacts } from "./gather.ts";
import type { PolicyTest } from "./test-file.ts";
import { type Difference, verify } from "./verify.ts";

/** What became of one test. */
export interface TestResult {
  readonly test: PolicyTest;
  readonly verdict: Verdict;
  /** Empty when it passed. */
  readonly differences: readonly Difference[];
}

const NOT_SAID = "the test does not say";

/** Lets a policy judge what each test gives. What a test does not speak of is unknown. */
export function runTests(
  tests: readonly PolicyTest[],
  judge: (facts: Facts) => Verdict,
): readonly TestResult[] {
  return tests.map((test) => {
    const verdict = judge(toFacts(mergeGiven(test.given), NOT_SAID));
    return { test, verdict, differences: verify(test.expect, verdict) };
  });
}
