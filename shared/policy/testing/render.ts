import { describeFinding } from "../engine/describe.ts";
import { holds, nearestBlock } from "../engine/near-misses.ts";
import type { ConditionFinding, RuleFinding, RuleRef, Verdict } from "../verdict.ts";
import type { TestResult } from "./run-tests.ts";

/** Where things stand, as messages show it. */
export interface Places {
  readonly testFile: string;
  readonly policyFile: string;
}

/** A failed test for people: what was wanted, what came, and why the wanted rules did not match. */
export function renderFailure({ test, verdict, differences }: TestResult, places: Places): string {
  const lines = [
    `FAIL ${places.testFile}:${test.line} ${test.name}`,
    ...differences.map(({ what, want, got }) => `  ${what}: want ${want}, got ${got}`),
    ...(test.expect.rule ?? []).flatMap((name) => whyNot(name, verdict, places.policyFile)),
  ];
  return `${lines.join("\n")}\n`;
}

/** Nothing about a rule that decided, and about what is no rule. */
function whyNot(name: string, verdict: Verdict, policyFile: string): readonly string[] {
  const rule = verdict.rules.find((candidate) => candidate.name === name);
  if (rule === undefined || verdict.decidedBy.some((decided) => decided.name === name)) return [];
  const called = `  why ${name} (${policyFile}:${rule.line})`;
  switch (rule.result) {
    case "matched":
      return [
        `${called} did not decide: it matched, but ${verdict.kind} by ${namesOf(verdict.decidedBy)} is stricter`,
      ];
    case "undecided":
      return [`${called} could not be decided:`, ...obstacles(rule, "unknown")];
    case "notMatched":
      return [`${called} did not match:`, ...obstacles(rule, "no")];
  }
}

const namesOf = (refs: readonly RuleRef[]): string => refs.map(({ name }) => name).join(", ");

/** The conditions that kept a rule from matching: its own, those of the nearest of its blocks, and its exceptions. */
function obstacles({ when, anyOf, unless }: RuleFinding, result: "no" | "unknown"): readonly string[] {
  const inTheWay = (block: Block) => block.filter((finding) => finding.result === result);
  const nearest = anyOf.some(holds) ? [] : inTheWay(nearestBlock(anyOf));
  const exceptions = unless.filter((block) => block.every((finding) => finding.result !== "no"));
  return [
    ...inTheWay(when).map(renderFinding),
    ...renderBlock(`nearest of ${anyOf.length} blocks`, nearest),
    ...exceptions.flatMap((block) => renderBlock("unless", block)),
  ];
}

type Block = readonly ConditionFinding[];

const renderBlock = (title: string, block: Block): readonly string[] =>
  block.length === 0 ? [] : [`    ${title}`, ...block.map((finding) => `  ${renderFinding(finding)}`)];

const MARK = { yes: "ok", no: "no", unknown: "??" } as const;

const renderFinding = (finding: ConditionFinding): string =>
  `    ${MARK[finding.result]}  ${describeFinding(finding)}`;
