import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { problemCodes } from "../../../functions/kit/problem.ts";
import { adviceFor, relative, shown } from "../../../shared/view/index.ts";
import { allShown } from "../../../shared/view/shown.ts";
import { DAY, HOUR, later, MINUTE, NINE } from "../../fixtures/builders.ts";

describe("how far a moment is from now", () => {
  test.each([
    [0, "just now"],
    [1, "within a minute"],
    [MINUTE - 1, "within a minute"],
    [MINUTE, "in 1 min"],
    [2 * HOUR - 1, "in 119 min"],
    [2 * HOUR, "in 2 h"],
    [3 * HOUR + 59 * MINUTE, "in 3 h"],
    [2 * DAY - 1, "in 47 h"],
    [2 * DAY, "in 2 d"],
    [400 * DAY, "in 400 d"],
    [-1, "just now"],
    [-2 * MINUTE, "2 min ago"],
    [-26 * HOUR, "26 h ago"],
    [-9 * DAY, "9 d ago"],
  ])("after %i ms it is said as %s", (ms, expected) => {
    expect(relative(later(ms), NINE)).toBe(expected);
  });
});

describe("a stranger's text", () => {
  test.each([
    ["for payments", "for payments"],
    ["påmelding – 支払い ✓", "påmelding – 支払い ✓"],
    ["one\nline", "one<U+000A>line"],
    ["\u001b[2Jgone", "<U+001B>[2Jgone"],
    ["txt.\u202eexe", "txt.<U+202E>exe"],
    ["pay\u200bments", "pay<U+200B>ments"],
    ["\u{e0041}tag", "<U+E0041>tag"],
    ["half \ud800", "half <U+D800>"],
    ["<b>bold</b>", "<b>bold</b>"],
  ])("%j is shown as %j", (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  test("is shown so wherever it stands in a value, and also where it is the name of a tag", () => {
    const value = { tags: { "env\u202e": "prod\u001b" }, list: ["a\u0000", 1, null] };

    expect(allShown(value)).toEqual({
      tags: { "env<U+202E>": "prod<U+001B>" },
      list: ["a<U+0000>", 1, null],
    });
  });

  test("shown twice is what it is shown once", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(shown(shown(text))).toBe(shown(text));
      }),
    );
  });
});

describe("what to do after a problem", () => {
  test.each([
    ["alreadyReviewed", 409, "done"],
    ["changed", 409, "reload"],
    ["alreadyDecided", 409, "reload"],
    ["tokenExpired", 401, "signIn"],
    ["notAnApprover", 403, "askSomebody"],
    ["reasonRequired", 400, "correct"],
    ["tryLater", 503, "tryAgain"],
    ["somethingNew", 401, "signIn"],
    ["somethingNew", 422, "reload"],
    ["somethingNew", 500, "tryAgain"],
    ["toString", 404, "reload"],
    [null, null, "tryAgain"],
  ])("of code %s and status %s is to %s", (code, status, next) => {
    expect(adviceFor(code, status)).toEqual({ next, sentence: expect.stringMatching(/^[A-Z].*\.$/) });
  });
});

test("every code of the API has advice of its own", () => {
  const otherwise = adviceFor("noSuchCode", 418);

  expect(problemCodes.filter((code) => adviceFor(code, 418) === otherwise)).toEqual([]);
});
