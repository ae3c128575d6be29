import { isGlob } from "../glob.ts";
import { fold } from "../text.ts";
import type { Report, Span } from "./report.ts";

/** The most steps that all patterns of a policy may cost for one character of a text. */
const MAX_STEPS = 32_768;

/** Adds up what the different patterns of one policy cost, since a stranger's text is compared with all of them. */
export class PatternBudget {
  readonly #seen = new Set<string>();
  #steps = 0;

  /** Reports where the policy's patterns become too many, once. */
  add(texts: readonly string[], at: Span, report: Report): void {
    const before = this.#steps;
    for (const text of texts.map(fold).filter(isGlob)) {
      if (!this.#seen.has(text)) this.#steps += stepsOf(text);
      this.#seen.add(text);
    }
    if (before <= MAX_STEPS && this.#steps > MAX_STEPS)
      report.add(
        at,
        `the patterns of a policy may cost ${MAX_STEPS.toLocaleString("en")} steps for each character of a text, each its longest part between stars and 1; with these they cost more`,
      );
  }
}

/** The most steps that a folded pattern costs for one character of a text. @see matchesGlob */
export const stepsOf = (glob: string): number => Math.max(...glob.split("*").map((part) => part.length)) + 1;
