import fc from "fast-check";
import { expect, test } from "vitest";
import { buildPolicy } from "../../../../shared/policy/file/build-policy.ts";
import { formatProblems } from "../../../../shared/policy/file/report.ts";
import { explain, loadBuiltPolicy } from "../../../../shared/policy/index.ts";
import { contentOf, load } from "../builders.ts";
import { lawsOfDeciding } from "../engine/laws.ts";
import { someKnownFacts } from "../engine/world.ts";
import { runs } from "../runs.ts";
import { policyFile } from "./world.ts";

/** The engine is held to the same laws more often, beside it; here each run reads a file first. */
const RUNS = runs(75);

/** With its list even where it is unused, since rules that laws add may use it. */
const written = policyFile.map((file) => ({ ...contentOf(JSON.stringify(file)), lists: file.lists }));

lawsOfDeciding("policies as authors write them", written, RUNS);

test("law: a policy that was built says what its file says", () => {
  fc.assert(
    fc.property(policyFile, someKnownFacts, (file, facts) => {
      const text = JSON.stringify(file);
      const built = buildPolicy(text, "policy.yaml");
      if (built.kind === "problems") throw new Error(formatProblems(built.problems));
      const loaded = loadBuiltPolicy(built.json, "built.json");
      if (loaded.kind === "problems") throw new Error(formatProblems(loaded.problems));

      expect(explain(loaded.policy, facts)).toEqual(explain(load(text), facts));
    }),
    RUNS,
  );
});
