import { type GlobCost, globCost, isGlob, matchesGlob } from "./glob.ts";
import { fold } from "./text.ts";

/** A choice of texts and patterns, folded. One of either is kept apart because nearly all conditions have just that. */
export type Texts =
  | { readonly kind: "one"; readonly text: string }
  | { readonly kind: "glob"; readonly glob: string; readonly cost: GlobCost }
  | {
      readonly kind: "many";
      readonly exact: ReadonlySet<string>;
      readonly globs: readonly string[];
      readonly cost: GlobCost;
    };

/** Makes a choice of what an author wrote; a text with `*` or `?` is a pattern. */
export function compileTexts(written: readonly string[]): Texts {
  const folded = written.map(fold);
  const [only] = folded;
  if (only !== undefined && folded.length === 1) {
    return isGlob(only) ? { kind: "glob", glob: only, cost: globCost(only) } : { kind: "one", text: only };
  }
  const globs = [...new Set(folded.filter(isGlob))];
  const costs = globs.map(globCost);
  return {
    kind: "many",
    // A pattern matches itself, too.
    exact: new Set(folded),
    globs,
    cost: { once: sum(costs.map(({ once }) => once)), each: sum(costs.map(({ each }) => each)) },
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** The most steps that it takes to find out whether a text of this length is one of the choice. */
export const stepsFor = (texts: Texts, length: number): number =>
  texts.kind === "one" ? 0 : texts.cost.once + texts.cost.each * length;

/** Whether a folded text is one of the choice. */
export function includesText(texts: Texts, folded: string): boolean {
  switch (texts.kind) {
    case "one":
      return texts.text === folded;
    case "glob":
      return matchesGlob(texts.glob, folded);
    case "many":
      return texts.exact.has(folded) || texts.globs.some((glob) => matchesGlob(glob, folded));
  }
}
