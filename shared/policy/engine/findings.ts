import type { ConditionFinding, GateFinding, RuleFinding } from "../verdict.ts";
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

interface Findings {
  readonly rules: RuleFinding[];
  readonly gates: GateFinding[];
}

/** What became of every rule and gate, condition by condition; those that share a condition share its finding. */
export function findAll(policy: Policy, inspection: Inspection): Findings {
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
  const gateOf = (name: string, line: number, anyOf: readonly CompiledBlock[]): GateFinding => ({
    name,
    line,
    result: inspection.holdsOneOf(anyOf),
    anyOf: anyOf.map(blockOf),
  });
  const rules = policy.rules.map((rule: CompiledRule) => ({
    name: rule.name,
    line: rule.line,
    mode: rule.mode,
    outcome: rule.outcome.kind,
    result: RESULT[inspection.matches(rule)],
    when: blockOf(rule.when),
    anyOf: rule.anyOf.map(blockOf),
    unless: rule.unless.map(blockOf),
  }));
  const { visibility } = policy;
  const freezes = policy.freezes.map(({ name, line, when }) => gateOf(name, line, [when]));
  const gates = visibility ? [gateOf("visibility", visibility.line, visibility.anyOf), ...freezes] : freezes;
  return { rules, gates };
}
