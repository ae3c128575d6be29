import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { aFile, problemsOf } from "../builders.ts";

/** What is told of a file with this rule on line 9, without what follows from it. */
const toldOf = (rule: string): string => problemsOf(aFile(`  - { name: r, ${rule} }`))[0] ?? "nothing";
const whereName = (value: string): string => toldOf(`when: { endpoint: { name: ${value} } }, then: approve`);
const NAME =
  "rules[].when.endpoint.name: expected text or a list or a mapping with one of: in, not, present, sameAs";

describe("a text that needs quotes and has none", () => {
  test.each([
    [
      "a number with noughts",
      "004711",
      `9:42: ${NAME}; found the number 4711; for the text "004711", put it in quotes`,
    ],
    [
      "a number with an exponent",
      "1e3",
      `9:42: ${NAME}; found the number 1000; for the text "1e3", put it in quotes`,
    ],
    ["a version", "1.10", `9:42: ${NAME}; found the number 1.1; for the text "1.10", put it in quotes`],
    ["true", "true", `9:42: ${NAME}; found true; for the text "true", put it in quotes`],
    ["a tilde", "~", `9:42: ${NAME}; found nothing; for the text "~", put it in quotes`],
    ["null", "Null", `9:42: ${NAME}; found nothing; for the text "Null", put it in quotes`],
    [
      "a pattern that begins with a star",
      "*-tmp",
      '9:42: a text that begins with "*" needs quotes: "*-tmp"; a value cannot be repeated by a name',
    ],
    [
      "a star alone",
      "*",
      '9:42: a text that begins with "&", "*" or "!" needs quotes; these signs have no other use here',
    ],
    [
      "an ampersand",
      "&x",
      '9:45: a text that begins with "&" needs quotes: "&x"; a value cannot be given a name',
    ],
    ["not", "!x", '9:45: a text that begins with "!" needs quotes; for anything but x, write { not: x }'],
    ["an at sign", "@x", '9:42: a text that begins with "@" needs quotes: "@x"'],
    ["a backtick", "`x`", '9:42: a text that begins with "`" needs quotes: "`x`"'],
    ["a percent sign", "%x", '9:42: a text that begins with "%" needs quotes: "%x"'],
    [
      "two texts where one stands",
      "rg-a, rg-b",
      "9:48: a colon and a value are missing after this; several texts make a list: [a, b]",
    ],
    [
      "a class of characters",
      "[a-z]+",
      "9:47: nothing can stand here any more; put the whole text in quotes, and only once around it",
    ],
    ["a comma", "[,a]", "9:43: nothing stands before this comma"],
  ])("%s", (_what, value, told) => {
    expect(whereName(value)).toBe(told);
  });

  test.each([
    [
      "a reason with a colon, in braces",
      "then: { reject: {reason: a: b} }",
      '9:41: a text with ": " in it needs quotes: { reason: "a: b" }; or a comma is missing between two entries',
    ],
    [
      "a reason that a number sign cuts off",
      "then: { reject: { reason: See #4711 } }",
      expect.stringMatching(
        /^\d+:1: "}" is missing before this; is it behind a " #", which hides the rest of its line\?$/,
      ),
    ],
    [
      "a bracket too many",
      "when: { message: [a]] }, then: approve",
      '9:36: nothing is open here that "]" could close',
    ],
    ["a colon without a blank", "then: {ask:x}", expect.stringContaining("a colon and a value are missing")],
  ])("%s", (_what, rule, told) => {
    expect(toldOf(rule)).toEqual(told);
  });
});

describe("lines that are not in form", () => {
  const rule = (then: string) => aFile(`  - name: r\n    when: { message: x }\n${then}`);

  test.each([
    [
      "a reason with a colon",
      "    then:\n      reject:\n        reason: See: go",
      '13:17: a text with ": " in it needs quotes: { reason: "a: b" }',
    ],
    ["a tab", "\tthen: approve", "11:1: a line is indented with blanks; here is a tab"],
    [
      "a line between two depths",
      "   then: approve",
      '11:1: here "name: x" or "- x" is expected, indented like what stands beside it',
    ],
    [
      "a line below a value",
      "    then: approve\n      mode: shadow",
      "11:11: this line begins neither where the line above does, nor deeper as what belongs to it",
    ],
    [
      "a key without a blank",
      "    then:approve\n    mode: shadow",
      '11:5: a key must stand on one line with its colon, and a blank after it: "name: x"; a text on several lines needs quotes',
    ],
    [
      "a list on the line of its key",
      "    unless: - message: y",
      '11:13: a list begins on a line of its own; a text that begins with "- " needs quotes',
    ],
    [
      "a text that is not closed",
      '    then: "approve',
      '11:11: this text is not closed: its second " is missing',
    ],
    [
      "another",
      "    description: 'It's",
      "11:22: nothing can stand here any more; put the whole text in quotes, and only once around it",
    ],
    [
      "a list that is not closed",
      "    unless: [{ message: y }\n    then: approve",
      '12:5: "]" is missing before this; is it behind a " #", which hides the rest of its line?',
    ],
    ["a bound", "    description: >=3", '11:19: a text that begins with "|" or ">" needs quotes'],
    [
      "a path",
      '    description: "C:\\data"',
      String.raw`11:21: in double quotes "\" begins a special sign; write it twice, or use single quotes`,
    ],
    ["a comment at a quote", '    description: "x"#y', '11:18: a comment needs a blank before its "#"'],
    [
      "a word where a key is expected",
      "    then: approve\n    shadow",
      '12:5: here "name: x" or "- x" is expected, indented like what stands beside it',
    ],
  ])("%s", (_what, lines, told) => {
    expect(problemsOf(rule(lines))[0]).toBe(told);
  });

  test("a line that begins with a percent sign", () => {
    expect(problemsOf(`%TEAM x\n---\n${aFile("")}`)).toEqual([
      '1:1: a line that begins with "%" means nothing here; leave it out',
    ]);
  });

  test("a key of more than 1,024 characters", () => {
    expect(problemsOf(`${"x".repeat(1_100)}: y\n`)).toContain(
      "1:1: a key is at most 1,024 characters long; put a longer text in quotes",
    );
  });

  test("of each line the first fault is told, and ten at most", () => {
    expect(problemsOf(aFile("  - { name: r }}, {}}"))).toHaveLength(1);
    expect(problemsOf(`a:\n${"  - x\n - y\n".repeat(20)}`).length).toBeLessThanOrEqual(10);
  });
});

test("law: nothing of what the parser says of a file with slips reaches its author", {
  timeout: 60_000,
}, () => {
  const good = aFile(`  - name: r # why
    when:
      endpoint: { subscription: "3e9e", name: [pe-*, b] }
      cluster: { tags: { env: 'prod' } }
    unless:
      - message: x
    then: { reject: { reason: No. } }`);
  const slip = fc.constantFrom(
    ..."{ } [ ] , : ? - | > ' \" # & * ! % @ ` \\ ~ \t".split(" "),
    ...[
      ": ",
      " #",
      "- ",
      "\n",
      "\n ",
      "\n   ",
      "\n\t",
      "&a ",
      "*a ",
      "!t ",
      "---\n",
      "...\n",
      "%D\n",
      "'x' y",
      "\\d",
      "? ",
      "|x",
    ],
  );
  const told = new Set<string>();

  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(good.length), slip), { minLength: 1, maxLength: 3 }), (slips) => {
      const text = slips.reduce((now, [at, added]) => now.slice(0, at) + added + now.slice(at), good);
      const theirs = parseAllDocuments(text, { prettyErrors: false }).flatMap(({ errors }) => errors);

      const ours = problemsOf(text).join("\n");

      for (const { code, message } of theirs) {
        told.add(code);
        expect(ours).not.toContain(message);
      }
    }),
    { numRuns: 700 },
  );

  expect(told.size).toBeGreaterThan(6);
});
