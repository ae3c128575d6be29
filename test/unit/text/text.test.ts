import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cut, oneLine } from "../../../shared/text.ts";

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
