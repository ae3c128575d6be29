import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { globCost, matchesGlob } from "../../../shared/policy/glob.ts";
import { runs } from "./runs.ts";

describe("a pattern fits the whole text: * any run of characters, ? exactly one", () => {
  test.each<[string, string, boolean]>([
    ["", "", true],
    ["", "a", false],
    ["*", "", true],
    ["*", "anything at all", true],
    ["?", "", false],
    ["?", "a", true],
    ["?", "ab", false],
    ["a*", "a", true],
    ["a*", "ba", false],
    ["*a", "bab", false],
    ["*a", "bba", true],
    ["a**b", "ab", true],
    ["*ab*", "aab", true],
    ["pe-payments-??-prod", "pe-payments-01-prod", true],
    ["pe-payments-??-prod", "pe-payments-1-prod", false],
    ["*chg???????*", "see chg1234567, please", true],
    ["*chg???????*", "see chg123456", false],
    ["a*b*c", "a-c-b-c", true],
    ["*", "*", true],
    ["a", "*", false],
    ["?*?", "a", false],
  ])("%j on %j: %j", (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });
});

test.each<[string, number, number]>([
  ["pe-prod", 8, 0],
  ["pe-*", 4, 1],
  ["pe-*-prod", 4, 6],
  ["*a*abc*ab", 1, 4],
])("%j costs %i steps, and %i for each character", (pattern, once, each) => {
  expect(globCost(pattern)).toEqual({ once, each });
});

describe("laws of patterns", () => {
  /** The definition, by recursion: exponential, so for small inputs only. */
  const reference = (pattern: string, text: string): boolean => {
    if (pattern === "") return text === "";
    const rest = pattern.slice(1);
    if (pattern[0] === "*")
      return reference(rest, text) || (text !== "" && reference(pattern, text.slice(1)));
    return text !== "" && (pattern[0] === "?" || pattern[0] === text[0]) && reference(rest, text.slice(1));
  };
  const letters = (alphabet: string, maxLength: number) =>
    fc.string({ unit: fc.constantFrom(...alphabet), maxLength });

  test("a pattern matches exactly what its definition says", () => {
    fc.assert(
      fc.property(letters("ab*?", 8), letters("ab*?", 8), (pattern, text) => {
        expect(matchesGlob(pattern, text)).toBe(reference(pattern, text));
      }),
      runs(5_000),
    );
  });

  test("no text costs more steps than is reckoned: its length times the longest part after a star", () => {
    fc.assert(
      fc.property(letters("ab*?", 40), fc.nat(3_000), letters("ab", 3), (pattern, length, unit) => {
        const text = counting((unit || "a").repeat(length));
        matchesGlob(pattern, text);

        const { once, each } = globCost(pattern);
        expect(text.steps()).toBeLessThanOrEqual(once + each * text.length);
      }),
      runs(1_000),
    );
  });

  test.each<[string, string, string, boolean]>([
    ["a hundred stars that all fit", "*a".repeat(100), "a".repeat(100_000), true],
    ["a hundred stars that never fit", "*a".repeat(100), "b".repeat(100_000), false],
    ["parts of two kinds", `${"*a".repeat(12)}${"*b".repeat(12)}`, "a".repeat(100_000), false],
    ["a part that fails at its end, everywhere", `*${"a".repeat(200)}b`, "a".repeat(20_000), false],
    ["stars and question marks", `${"*?".repeat(100)}x`, "a".repeat(100_000), false],
  ])("a hostile pair stays linear: %s", (_name, pattern, hostile, expected) => {
    const text = counting(hostile);

    expect(matchesGlob(pattern, text)).toBe(expected);
    expect(text.steps()).toBeLessThanOrEqual(text.length * (pattern.length + 1));
  });
});

/** A text that counts how often it is looked at. */
function counting(text: string) {
  let steps = 0;
  return {
    length: text.length,
    steps: () => steps,
    charCodeAt(index: number): number {
      steps++;
      return text.charCodeAt(index);
    },
  };
}
