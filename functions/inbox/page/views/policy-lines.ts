import type { RuleUsage } from "../../../../shared/search/usage.ts";
import { shown } from "../../../../shared/view/index.ts";

/** A line of the policy file, and the rule that begins there. */
export interface PolicyLine {
  /** From 1. */
  readonly number: number;
  /** Nothing in it is obeyed by a screen. */
  readonly text: string;
  /** Null where no rule begins. */
  readonly usage: RuleUsage | null;
}

/** The lines of a file as an editor counts them: what ends with a line end has no line after it. */
export function linesOf(text: string, usages: readonly RuleUsage[]): readonly PolicyLine[] {
  const byLine = new Map(usages.map((usage) => [usage.line, usage]));
  return text
    .replace(/\r?\n$/, "")
    .split(/\r?\n/)
    .map((line, index) => ({ number: index + 1, text: shown(line), usage: byLine.get(index + 1) ?? null }));
}

/** The line that an address names after `#/policy/`; null where it names none. */
export function lineIn(rest: string): number | null {
  const [, digits] = /^line\/(\d{1,6})$/.exec(rest) ?? [];
  return digits === undefined ? null : Number(digits);
}
