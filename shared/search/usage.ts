// biome-ignore-all lint/suspicious/noThenProperty: it is a word of the policy language
import * as z from "zod";
import type { Policy } from "../policy/index.ts";
import type { Closing } from "./closing.ts";

/** More closings are not looked through. */
const MAX_CLOSINGS = 250_000;

/** How often a rule of the policy in force decided, or had people asked. */
export const RuleUsage = z
  .object({
    name: z.string().describe("Of a rule, or default or whenUnknown."),
    line: z.int().min(1),
    outcome: z.enum(["approve", "reject", "ask"]),
    decided: z
      .int()
      .min(0)
      .describe(
        "Of so many requests that closed it was among the rules that decided, or that had people asked.",
      ),
  })
  .meta({ id: "RuleUsage" });
export type RuleUsage = z.infer<typeof RuleUsage>;

/** In the order of the file; `isExact` is false where there were too many closings to look through, and then the last are missing. */
export interface Usage {
  readonly rules: RuleUsage[];
  readonly isExact: boolean;
}

/**
 * Counts by rule how requests closed, in a memory that does not grow with them. A rule is known by its name: what one of that
 * name did before it was changed counts, too.
 */
export async function usageOf(
  policy: Policy,
  closings: AsyncIterable<Closing>,
  max: number = MAX_CLOSINGS,
): Promise<Usage> {
  const rules = rulesOf(policy);
  const counted = new Map(rules.map((rule) => [rule.name, rule]));
  let looked = 0;
  for await (const { rules: deciding, askedBy } of closings) {
    if (looked === max) return { rules, isExact: false };
    looked += 1;
    for (const name of new Set([...deciding, ...askedBy])) {
      const rule = counted.get(name);
      if (rule !== undefined) rule.decided += 1;
    }
  }
  return { rules, isExact: true };
}

/** Everything that may decide, with nothing counted. */
function rulesOf({ rules, default: byDefault, whenUnknown }: Policy): RuleUsage[] {
  const named = [
    ...rules.map(({ name, line, outcome }) => ({ name, line, outcome: outcome.kind })),
    { name: "default", line: byDefault.line, outcome: byDefault.outcome.kind },
    { name: "whenUnknown", line: whenUnknown.line, outcome: "ask" as const },
  ];
  return named.toSorted((one, other) => one.line - other.line).map((rule) => ({ ...rule, decided: 0 }));
}
