import type { ConditionFinding, RuleFinding } from "../verdict.ts";
import type { CompiledBlock, CompiledRule, ConditionIndex, Policy } from "./compiled.ts";
import type { Inspection } from "./inspection.ts";
import { show } from "./read-facts.ts";

const RESULT = { yes: "matched", no: "notMatched", unknown: "undecided" } as const;
const NOT_FOUND: ConditionFinding = {
  field: "",
  expected: "",
  actual: { kind: "unknown", cause: "it was not read" },
  result: "unknown",
};

/** What became of every rule, condition by condition; rules that share a condition share its finding. */
export function findRules(policy: Policy, inspection: Inspection): RuleFinding[] {
  const actuals = policy.fields.map((_field, index) => show(inspection.see(index)));
  const conditions = policy.conditions.map(
    ({ name, expected, field }, index): ConditionFinding => ({
      field: name,
      expected,
      actual: actuals[field] ?? NOT_FOUND.actual,
      result: inspection.truthOf(index),
    }),
  );
  // Indices made by `compile` are always found.
  const findingOf = (index: ConditionIndex) => conditions[index] ?? NOT_FOUND;
  const blockOf = (block: CompiledBlock) => block.map(findingOf);
  return policy.rules.map((rule: CompiledRule) => ({
    name: rule.name,
    line: rule.line,
    mode: rule.mode,
    outcome: rule.outcome.kind,
    result: RESULT[inspection.matches(rule)],
    when: blockOf(rule.when),
    anyOf: rule.anyOf.map(blockOf),
    unless: rule.unless.map(blockOf),
  }));
}
