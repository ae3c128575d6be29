import type { Condition, Matcher } from "../content.ts";

/** What one condition tests, and the words for it. */
export type Test = Pick<Condition, "expected" | "matcher">;

/** The test and its words: `not to be …` reads as well as `to be …` after "expected". */
export const wanting = (words: string, matcher: Matcher & { readonly negated: boolean }): Test => ({
  expected: matcher.negated ? `not ${words}` : words,
  matcher,
});
