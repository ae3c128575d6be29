import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadPolicy } from "../../../../shared/policy/file/load.ts";
import { formatProblems } from "../../../../shared/policy/file/report.ts";
import { evaluate } from "../../../../shared/policy/index.ts";
import { checkPolicy } from "../../../../shared/policy-tools/lint/check.ts";
import { runs } from "../../policy/runs.ts";
import { smallPolicy, smallWorld } from "./small-world.ts";

describe("laws of the linter", { timeout: 120_000 }, () => {
  test("a rule that it says can never decide decides nothing by matching, in any mode, whatever the facts", () => {
    let told = 0;

    fc.assert(
      fc.property(smallPolicy, (file) => {
        const idle = checkPolicy(file, "policy.yaml").flatMap(
          ({ message }) => /^rule "(r\d)" can never (?:decide|match)/.exec(message)?.[1] ?? [],
        );
        if (idle.length === 0) return;

        told += idle.length;
        const policy = load(file);
        for (const facts of smallWorld) {
          const { decidedBy, undecided, wouldHave } = evaluate(policy, facts);
          // With a lost fact, nobody sees that a contradiction is one: such a rule is undecided, and counts as that.
          const lost = new Set(undecided.map(({ name }) => name));
          const deciding = [...decidedBy, ...(wouldHave?.decidedBy ?? [])].filter(
            ({ name }) => !lost.has(name),
          );
          if (deciding.some(({ name }) => idle.includes(name))) expect.fail(JSON.stringify({ idle, facts }));
        }
      }),
      runs(200),
    );

    expect(told).toBeGreaterThan(runs(200).numRuns / 20);
  });
});

function load(file: string) {
  const loaded = loadPolicy(file, "policy.yaml");
  if (loaded.kind === "problems") throw new Error(formatProblems(loaded.problems));
  return loaded.policy;
}
