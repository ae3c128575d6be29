import { byCodeUnits } from "../text.ts";
import type { ConditionFinding, NearMiss, RuleFinding } from "../verdict.ts";

const MAX_NEAR_MISSES = 3;

/**
 * Up to three rules that came nearest to matching: something held, and at most as much stood in the way. The fewer
 * obstacles the nearer, then the more that held, then by name.
 */
export function nearMisses(rules: readonly RuleFinding[]): NearMiss[] {
  const near: { readonly rule: RuleFinding; readonly obstacles: number; readonly held: number }[] = [];
  for (const rule of rules) {
    if (rule.result !== "notMatched") continue;
    const obstacles = count(rule.when, "no") + rule.unless.filter(holds).length;
    const held = count(rule.when, "yes");
    if (held > 0 && obstacles <= held) near.push({ rule, obstacles, held });
  }

  return near
    .sort((a, b) => a.obstacles - b.obstacles || b.held - a.held || byCodeUnits(a.rule.name, b.rule.name))
    .slice(0, MAX_NEAR_MISSES)
    .map(({ rule: { name, line, outcome, when, unless } }) => ({
      name,
      line,
      outcome,
      failed: when.filter(({ result }) => result === "no"),
      blockedBy: unless.filter(holds),
    }));
}

const holds = (block: readonly ConditionFinding[]): boolean => block.every(({ result }) => result === "yes");

function count(block: readonly ConditionFinding[], wanted: ConditionFinding["result"]): number {
  let found = 0;
  for (const { result } of block) if (result === wanted) found++;
  return found;
}
