import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FACT_TYPES } from "../../../shared/policy/facts.ts";
import { loadPolicy } from "../../../shared/policy/file/load.ts";
import { formatProblems } from "../../../shared/policy/file/report.ts";
import { explain, type Policy } from "../../../shared/policy/index.ts";
import { checkPolicy } from "../../../shared/policy-tools/lint/check.ts";
import { runTests } from "../../../shared/policy-tools/testing/run-tests.ts";
import { readTestFile } from "../../../shared/policy-tools/testing/test-file.ts";

const README = new URL("../../../shared/policy/README.md", import.meta.url);

/** What every example of the reference that is not a whole file stands on. */
const AROUND = `apiVersion: policy/v1
kind: ConnectionPolicy
lists: { payments: [3e9e0d50-1ff8-4789-acc6-7d571bd52f17] }
approvers:
  network: { groups: [6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61] }
  security: { groups: [c2a4f1de-7b3c-4e43-8a10-52f0c3b7a9d2] }
  leads: { groups: [e0b6a3d4-58f1-4c2a-b7de-3a90c1f46d25] }
default: { ask: { approvers: [network] } }
whenUnknown: { ask: { approvers: [security] } }
`;

const TESTS = `apiVersion: policy/v1
kind: ConnectionPolicyTest
policy: policy.yaml
tests:
`;

interface Example {
  readonly title: string;
  readonly policy: string;
  /** The lines under `tests:`; empty for a whole file. */
  readonly tests: string;
}

/** Every yaml block of the reference, with the heading that it stands under. */
function examplesIn(markdown: string): readonly Example[] {
  const blocks = markdown.matchAll(/^#+ (?<heading>.*)$|^```yaml\n(?<yaml>[\s\S]*?)^```$/gm);
  let heading = "";
  return Array.from(blocks).flatMap(({ groups = {} }, index) => {
    const { yaml = "" } = groups;
    heading = groups.heading ?? heading;
    if (yaml === "") return [];
    const title = `${heading} (block ${index})`;
    if (yaml.startsWith("apiVersion:")) return [{ title, policy: yaml, tests: "" }];
    const [policy = "", tests = ""] = yaml.split(/^tests:\n/m);
    const around = policy.startsWith("whenUnknown:") ? AROUND.replace(/^whenUnknown:.*\n/m, "") : AROUND;
    return [{ title, policy: around + policy, tests }];
  });
}

const markdown = readFileSync(README, "utf8");
const examples = examplesIn(markdown);

function load(text: string): Policy {
  const loaded = loadPolicy(text, "policy.yaml");
  if (loaded.kind === "problems") throw new Error(formatProblems(loaded.problems));
  return loaded.policy;
}

/** The lines under `tests:` as a file of tests; each example is one test with a name. */
function namedTests(lines: string): string {
  let count = 0;
  return (
    TESTS +
    lines.replace(
      /^ {2}- (\{ )?/gm,
      (_dash, brace) => `  - ${brace ?? ""}name: ${++count}th${brace ? ", " : "\n    "}`,
    )
  );
}

describe("the reference of the policy language", () => {
  test.each(examples.map((example) => [example.title, example] as const))(
    "%s: what is written is a sound policy, and answers as is said",
    (_title, { policy, tests }) => {
      const loaded = load(policy);
      if (tests === "") return;
      const read = readTestFile(namedTests(tests), "README.md");
      if (read.kind === "problems") throw new Error(formatProblems(read.problems));

      const results = runTests(read.file.tests, (facts) => explain(loaded, facts));

      expect(results.length).toBeGreaterThan(0);
      expect(results.map(({ differences }) => differences)).toEqual(results.map(() => []));
    },
  );

  test.each(examples.map(({ title, policy }) => [title, policy]))(
    "%s: there is nothing to be warned of, but for names of the common part that it does not use, and what is meant so",
    (_title, policy) => {
      const warnings = checkPolicy(policy, "policy.yaml").map(({ message }) => message);

      expect(
        warnings.filter(
          (message) =>
            !/^(?:no condition uses list|nothing asks approvers|rule "by-its-checks" asks integrations alone)/.test(
              message,
            ),
        ),
      ).toEqual([]);
    },
  );

  const policies = examples.map(({ policy }) => policy).join("\n");

  test.each(Object.keys(FACT_TYPES))("the fact %s stands in an example", (fact) => {
    const [last = ""] = fact.split(".").slice(-1);

    expect(policies).toMatch(new RegExp(`\\b${last}:`));
  });

  test.each([
    ...["in:", "not:", "present:", "sameAs:", "atLeast:", "atMost:", "anyOf:", "unless:"],
    ...["days:", "between:", "timezone:", "from:", "until:", "- approve|then: approve", "reject:", "ask:"],
    ...["approvers:", "quorum:", "timeout:", "remindAfter:", "escalateTo:", "escalateAfter:", "onTimeout:"],
    ...["reasonRequired:", "preventSelfReview:", "default:", "whenUnknown:", "visibility:", "otherwise:"],
    ...["freeze:", "then: wait", "mode: shadow", "mode: approveOnly", "mode: enforce"],
  ])("%s stands in an example", (word) => {
    expect(policies).toMatch(new RegExp(word));
  });
});
