import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchesGlob } from "../../../../shared/policy/glob.ts";
import { choiceOf, covers, isApart } from "../../../../shared/policy-tools/lint/choice.ts";
import { Effort } from "../../../../shared/policy-tools/lint/effort.ts";
import { runs } from "../../policy/runs.ts";

const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 4 });
const patterns = fc.array(pattern, { minLength: 1, maxLength: 3 });
/** Every text of the letters a and b with up to 8 of them: two of the patterns that meet do so in one of these. */
const TEXTS = Array.from({ length: 2 ** 9 - 1 }, (_, index) =>
  (index + 1).toString(2).slice(1).replaceAll("0", "a").replaceAll("1", "b"),
);
const matches = (choice: readonly string[], text: string) => choice.some((glob) => matchesGlob(glob, text));

describe("laws of choices", () => {
  test("what a choice covers, it matches", () => {
    fc.assert(
      fc.property(patterns, pattern, (choice, entry) => {
        if (!covers(choiceOf(choice), entry, new Effort())) return;

        expect(TEXTS.filter((text) => matchesGlob(entry, text) && !matches(choice, text))).toEqual([]);
      }),
      runs(2_000),
    );
  });

  test("a choice and a pattern are apart exactly when no text fits both", () => {
    fc.assert(
      fc.property(patterns, pattern, (choice, entry) => {
        const common = TEXTS.filter((text) => matchesGlob(entry, text) && matches(choice, text));

        expect(isApart(choiceOf(choice), entry, new Effort())).toBe(common.length === 0);
      }),
      runs(2_000),
    );
  });

  test("two long patterns are compared in no time", () => {
    const [one, other] = ["*a".repeat(128), "*b".repeat(128)];

    expect(isApart(choiceOf([one]), other, new Effort())).toBe(true);
    expect(isApart(choiceOf([`${one}*`]), `${other}*`, new Effort())).toBe(false);
  });
});
