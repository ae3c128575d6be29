import type { ConditionFinding, NearMiss, RuleFinding } from "../verdict.ts";

const MAX_NEAR_MISSES = 3;

type Block = readonly ConditionFinding[];

/**
 * Up to three rules that came nearest to matching: something held, and at most as much stood in the way. The fewer
 * obstacles the nearer, then the more that held, then in the order given. Of `anyOf` only the nearest block counts. The
 * nearest rule that approves is always among them: it is what most readers look for.
 */
export function nearMisses(rules: readonly RuleFinding[]): NearMiss[] {
  const near: Distance[] = [];
  for (const rule of rules) {
    if (rule.result !== "notMatched") continue;
    const distance = measure(rule);
    if (distance.obstacles <= distance.held) near.push(distance);
  }
  near.sort(byNearness);

  const approving = near.find(({ rule }) => rule.outcome === "approve");
  const nearest = near.slice(0, MAX_NEAR_MISSES);
  if (approving !== undefined && !nearest.includes(approving)) nearest.splice(-1, 1, approving);
  return nearest.map(({ rule: { name, line, outcome, when, unless }, block }) => ({
    name,
    line,
    outcome,
    failed: [...when, ...block].filter(({ result }) => result === "no"),
    blockedBy: unless.filter(holds),
  }));
}

/** The block of `anyOf` that came nearest to holding; empty when there are none. */
export function nearestBlock(anyOf: readonly Block[]): Block {
  const measured = anyOf.map((block) => ({
    block,
    obstacles: count(block, "no"),
    held: count(block, "yes"),
  }));
  return measured.sort(byNearness)[0]?.block ?? [];
}

/** Whether every condition says yes. */
export const holds = (block: Block): boolean => block.every(({ result }) => result === "yes");

interface Nearness {
  readonly obstacles: number;
  readonly held: number;
}
const byNearness = (a: Nearness, b: Nearness): number => a.obstacles - b.obstacles || b.held - a.held;

interface Distance extends Nearness {
  readonly rule: RuleFinding;
  readonly block: Block;
}

function measure(rule: RuleFinding): Distance {
  const block = nearestBlock(rule.anyOf);
  return {
    rule,
    block,
    obstacles: count(rule.when, "no") + count(block, "no") + rule.unless.filter(holds).length,
    held: count(rule.when, "yes") + count(block, "yes"),
  };
}

function count(block: Block, wanted: ConditionFinding["result"]): number {
  let found = 0;
  for (const { result } of block) if (result === wanted) found++;
  return found;
}
