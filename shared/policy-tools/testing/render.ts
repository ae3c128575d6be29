import { holds, nearestBlock } from "../../policy/engine/near-misses.ts";
import { renderFinding } from "../../policy/engine/render.ts";
import type { ConditionFinding, RuleFinding, RuleRef, Verdict } from "../../policy/verdict.ts";
import { oneLine } from "../../text.ts";
import type { TestResult } from "./run-tests.ts";

/** Where things stand, as messages show it. */
export interface Places {
  readonly testFile: string;
  readonly policyFile: string;
}

/** A reason may have several lines. */
const MAX_SHOWN = 1_000;

/** A failed test for people: what was wanted, what came, and why the wanted rules did not match. */
export function renderFailure({ test, verdict, differences }: TestResult, places: Places): string {
  const lines = [
    `FAIL ${places.testFile}:${test.line} ${test.name}`,
    ...differences.map(
      ({ what, want, got }) => `  ${what}: want ${oneLine(want, MAX_SHOWN)}, got ${oneLine(got, MAX_SHOWN)}`,
    ),
    ...(test.expect.rule === undefined ? [`  decided by ${namesOf(verdict.decidedBy)}`] : []),
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
      return [`${called} did not decide: it matched, but ${whatPrevailed(rule, verdict)}`];
    case "undecided":
      return [`${called} could not be decided:`, ...obstacles(rule, "unknown")];
    case "notMatched":
      return [`${called} did not match:`, ...obstacles(rule, "no")];
  }
}

function whatPrevailed({ mode, outcome }: RuleFinding, { kind, decidedBy, vetoedBy }: Verdict): string {
  if (mode === "shadow") return "is in mode shadow";
  if (outcome !== "approve" && mode === "approveOnly")
    return "in mode approveOnly it only keeps others from approving";
  if (vetoedBy.length > 0) return `${namesOf(vetoedBy)}, in mode approveOnly, kept it from approving`;
  return `${kind} by ${namesOf(decidedBy)} is stricter`;
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
