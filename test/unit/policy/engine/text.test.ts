import { describe, expect, test } from "vitest";
import { byCodeUnits, enumerate, fold, quote } from "../../../../shared/policy/text.ts";
import { compileTexts, includesText, stepsFor } from "../../../../shared/policy/texts.ts";
import { everyLetter, ordinalUpper } from "../../text/ordinal.ts";

test.each<[string, string, string]>([
  ["letters of ASCII", "RG-Payments_01", "rg-payments_01"],
  ["other letters", "ÆØÅ-Ж", "æøå-ж"],
  ["both Greek sigmas are one", "ΣΑΣ ς", "σασ σ"],
  ["the Kelvin sign is no k", "\u212aELVIN", "\u212aelvin"],
  ["the dotted capital I is no i", "\u0130D", "\u0130d"],
  ["the Ångström sign is no å", "\u212bL Å", "\u212bl å"],
  ["the ohm sign is no omega", "\u2126 Ω", "\u2126 ω"],
  ["the capital sharp s is no ß", "STRA\u1e9eE Straße", "stra\u1e9ee straße"],
  ["the capital theta symbol is no theta", "\u03f4 Θ", "\u03f4 θ"],
  ["the long s is no s, and the dotless i no i", "\u017fSıI", "\u017fsıi"],
  ["the micro sign is a mu", "\u00b5 \u03bc Μ", "\u03bc \u03bc μ"],
  ["letters beyond the first plane", "\u{10400}", "\u{10428}"],
  ["nothing", "", ""],
])("folding: %s", (_name, text, expected) => {
  expect(fold(text)).toBe(expected);
});

test("law: letters fold alike exactly where ARM holds them to be one, in all of Unicode", () => {
  const letters = everyLetter();

  const wrong = letters.filter((letter) =>
    [letter.toLowerCase(), letter.toUpperCase(), letter.normalize("NFKC")]
      .filter((other) => [...other].length === 1)
      .some((other) => (fold(letter) === fold(other)) !== (ordinalUpper(letter) === ordinalUpper(other))),
  );

  expect(wrong).toEqual([]);
  expect(letters.filter((letter) => fold(letter).length !== letter.length)).toEqual([]);
  expect(letters.filter((letter) => fold(fold(letter)) !== fold(letter))).toEqual([]);
});

test.each<[string, number, string]>([
  ["abc", 3, '"abc"'],
  ["abcd", 3, '"abc…"'],
  ["\u00ad\u200b", 120, '"\\u00ad\\u200b"'],
  ['"', 120, '"\\""'],
])("%j is quoted with at most %i characters", (text, limit, expected) => {
  expect(quote(text, limit)).toBe(expected);
});

test.each<[string[], string]>([
  [[], ""],
  [["a"], "a"],
  [["a", "b"], "a and b"],
  [["a", "b", "c"], "a, b and c"],
  [["a", "b", "c", "d", "e"], "a, b, c and 2 more"],
])("%j is told as %j", (entries, expected) => {
  expect(enumerate(entries, 3)).toBe(expected);
});

test("text is ordered by code units, whatever the language", () => {
  expect(["b", "a", "B", "ä", "a"].sort(byCodeUnits)).toEqual(["B", "a", "a", "b", "ä"]);
  expect(byCodeUnits("a", "a")).toBe(0);
  expect(byCodeUnits("b", "a")).toBe(1);
});

describe("a choice of texts and patterns", () => {
  test.each<[string, string[], string, boolean]>([
    ["one text", ["Web"], "web", true],
    ["another text", ["web"], "webs", false],
    ["one pattern", ["W*"], "web", true],
    ["another pattern", ["w?"], "web", false],
    ["one of several texts", ["a", "Web"], "web", true],
    ["one of several patterns", ["a*", "W??"], "web", true],
    ["none of several", ["a*", "web?", "we"], "web", false],
    ["of none", [], "", false],
  ])("%s", (_name, written, text, expected) => {
    expect(includesText(compileTexts(written), text)).toBe(expected);
  });

  test.each<[string, string[], number]>([
    ["texts cost nothing", ["web"], 0],
    ["however many there are", ["a", "b", "c"], 0],
    ["a pattern costs what comes before its star, and the rest for each character", ["ab*cd"], 3 + 10 * 3],
    ["several patterns cost what each of them does, the same one once", ["a*", "b*c", "x", "A*"], 4 + 10 * 3],
  ])("%s", (_name, written, expected) => {
    expect(stepsFor(compileTexts(written), 10)).toBe(expected);
  });
});
