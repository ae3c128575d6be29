import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cut, hasVisible, inUtc, oneLine } from "../../../shared/text.ts";

describe("oneLine", () => {
  test.each([
    ["a plain text", "hello", 10, "hello"],
    ["one that just fits", "hello", 5, "hello"],
    ["one that is too long", "hello", 4, "hel…"],
    ["a line break", "a\r\nb", 10, "a b"],
    ["a forged log line", "ok\n2026-03-02 ERROR", 40, "ok 2026-03-02 ERROR"],
    ["an escape sequence of a terminal", "\u001b[2Jgone", 20, "[2Jgone"],
    ["a null character", "a\u0000b", 10, "a b"],
    ["controls of C1", "a\u0085\u009bb", 10, "a b"],
    ["the line and paragraph separators", "a\u2028\u2029b", 10, "a b"],
    ["a change of reading direction", "invoice\u202egpj.exe", 30, "invoice gpj.exe"],
    ["an isolate of reading direction", "\u2066a\u2069", 10, "a"],
    ["the Arabic letter mark", "a\u061cb", 10, "a b"],
    ["what has no width", "pay\u200bments\u2060\ufeff\u00ad", 20, "pay ments"],
    ["spaces around", "  a  ", 10, "a"],
    ["nothing but controls", "\u0000\n\u202e", 10, ""],
    ["markup, which whoever renders it escapes", "<b>&", 10, "<b>&"],
    ["an emoji that would be halved", "ab😀", 3, "ab…"],
  ])("%s", (_name, text, max, expected) => {
    expect(oneLine(text, max)).toBe(expected);
  });

  test("law: the result is one printable line of at most that many characters, and stays as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 50 }), (text, max) => {
        const line = oneLine(text, max);

        expect(line.length).toBeLessThanOrEqual(max);
        expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f]/u);
        expect(oneLine(line, max)).toBe(line);
      }),
    );
  });
});

describe("cut", () => {
  test.each([
    ["a short text", "abc", 5, "abc"],
    ["a text of just that length", "abc", 3, "abc"],
    ["a longer text", "abcd", 3, "abc"],
    ["before a pair of surrogates", "a😀", 1, "a"],
    ["within a pair of surrogates", "a😀", 2, "a"],
    ["after a pair of surrogates", "a😀b", 3, "a😀"],
    ["everything", "😀", 1, ""],
  ])("%s", (_name, text, max, expected) => {
    expect(cut(text, max)).toBe(expected);
  });

  test("law: the result is a beginning of the text, and no pair is halved", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 20 }), (text, max) => {
        const start = cut(text, max);

        expect(text.startsWith(start)).toBe(true);
        expect(start.length).toBeLessThanOrEqual(max);
        expect(start.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe("hasVisible", () => {
  test.each(["a", " a ", "0", ".", "👍", "é", "アナ", "שלום", "\u200bx", "\uffa0x", "—"])(
    "%j shows something",
    (text) => {
      expect(hasVisible(text)).toBe(true);
    },
  );

  test.each<[string, string]>([
    ["nothing", ""],
    ["spaces", " \t\n"],
    ["the spaces of other scripts", "\u00a0\u1680\u2003\u202f\u205f\u3000"],
    ["the zero width space and joiners", "\u200b\u200c\u200d\ufeff"],
    ["the word joiner and the invisible operators", "\u2060\u2061\u2062\u2063\u2064"],
    ["a soft hyphen", "\u00ad"],
    ["marks and overrides of reading direction", "\u061c\u200e\u200f\u202e\u2066\u2069"],
    ["tag characters", "\u{e0001}\u{e0041}\u{e007f}"],
    ["variation selectors", "\ufe0f\u{e0100}\u180b"],
    ["the fillers of Hangul", "\u115f\u1160\u3164\uffa0"],
    ["the blank of braille", "\u2800\u2800"],
    ["the null notehead", "\u{1d159}"],
    ["the blanks of hieroglyphs", "\u{13441}\u{13442}"],
    ["a combining mark with nothing to combine with", "\u0301"],
    ["the grapheme joiner", "\u034f"],
    ["controls", "\u0000\u001b\u0085"],
    ["half a surrogate pair", "\ud800"],
    ["all of them", " \u200b\u2800\u3164\u00ad\u2060 "],
  ])("%s shows nothing", (_case, text) => {
    expect(hasVisible(text)).toBe(false);
  });

  test("law: what shows something shows something on one line", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        fc.pre(hasVisible(text));

        expect(hasVisible(oneLine(text, 1_000))).toBe(true);
      }),
    );
  });
});

test.each([
  ["2026-03-04T09:00:00.000Z", "2026-03-04 09:00 UTC"],
  ["2026-03-04T09:59:59.999Z", "2026-03-04 09:59 UTC"],
  ["2026-03-04T09:00:00Z", "2026-03-04 09:00 UTC"],
])("in a sentence, %s is %s, so that nobody has less time than it says", (at, expected) => {
  expect(inUtc(at)).toBe(expected);
});
