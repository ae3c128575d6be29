import type { CompiledFreeze, Policy } from "./compiled.ts";
import type { Inspection } from "./inspection.ts";
import { endOf } from "./time-window.ts";

/** The freezes that hold, and those of which nobody knows. */
interface Frozen {
  readonly matched: readonly CompiledFreeze[];
  readonly undecided: readonly CompiledFreeze[];
}

/** Which of the policy's freezes are in force for this request. */
export function freezesOn({ freezes }: Policy, inspection: Inspection): Frozen {
  const matched: CompiledFreeze[] = [];
  const undecided: CompiledFreeze[] = [];
  for (const freeze of freezes) {
    const truth = inspection.holds(freeze.when);
    if (truth === "yes") matched.push(freeze);
    else if (truth === "unknown") undecided.push(freeze);
  }
  return { matched, undecided };
}

/** When the last of these is over, ISO 8601; null when nobody knows what time it is. */
export function thaw(freezes: readonly CompiledFreeze[], inspection: Inspection): string | null {
  const nowMs = inspection.nowMs();
  if (nowMs === null) return null;
  const ends = freezes.map(({ windows }) => Math.min(...windows.map((window) => endOf(window, nowMs))));
  return new Date(Math.max(...ends)).toISOString();
}
