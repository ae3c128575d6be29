import { describe, expect, test } from "vitest";
import { loadPolicy } from "../../../shared/policy/file/load.ts";
import { formatProblems } from "../../../shared/policy/file/report.ts";
import { closest } from "../../../shared/policy/file/suggest.ts";
import { aFile, problemsOf } from "./builders.ts";

function shown(text: string): string {
  const loaded = loadPolicy(text, "broken.yaml");
  return loaded.kind === "policy" ? "" : formatProblems(loaded.problems);
}

describe("what the author of a broken policy reads", () => {
  test("all problems at once, in the order of the file, each with its place, its line and a caret", () => {
    const text = `apiVersion: policy/v1
kind: ConnectionPolicy
lists: { payments-subs: [3e9e0d50-1ff8-4789-acc6-7d571bd52f17] }
approvers: { aks: { groups: [6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61] } }
default: { ask: { approvers: [aks], timeout: 12 } }
rules:
  - name: r1
    when:
      endpoint:
        subscripton: 3e9e0d50-1ff8-4789-acc6-7d571bd52f17
        name: 12
        resourceGroup: { in: payment-subs }
    then: approve
  - name: r1
    then: { ask: { approvers: [akss] } }
`;

    expect(shown(text)).toBe(`\
broken.yaml:5:46: error: default.ask.timeout: must be a duration like 30m, 4h or 2d
     5 | default: { ask: { approvers: [aks], timeout: 12 } }
       |                                              ^^
broken.yaml:10:9: error: unknown field "subscripton" in rules[].when.endpoint; did you mean "subscription"?
    10 |         subscripton: 3e9e0d50-1ff8-4789-acc6-7d571bd52f17
       |         ^^^^^^^^^^^
broken.yaml:11:15: error: rules[].when.endpoint.name: expected text or a list or a mapping with one of: in, not, present, sameAs; found the number 12; for the text "12", put it in quotes
    11 |         name: 12
       |               ^^
broken.yaml:12:30: error: list "payment-subs" is not defined under lists; did you mean "payments-subs"?
    12 |         resourceGroup: { in: payment-subs }
       |                              ^^^^^^^^^^^^
broken.yaml:14:11: error: rule name "r1" is already used on line 7
    14 |   - name: r1
       |           ^^
broken.yaml:15:32: error: approvers "akss" are not defined under approvers; did you mean "aks"?
    15 |     then: { ask: { approvers: [akss] } }
       |                                ^^^^
`);
  });

  test("lines that end as on Windows are shown without their ends", () => {
    expect(shown("a: [1\r\nb: 2\r\n")).toBe(
      'broken.yaml:2:1: error: "]" is missing before this; is it behind a " #", which hides the rest of its line?\n     2 | b: 2\n       | ^\n',
    );
  });

  test("of a very long line the part around the fault is shown", () => {
    const text = `lists: { a: [${"x,".repeat(1_000)}12] }`;

    const [, excerpt = "", carets = ""] = shown(text).split("\n").slice(-4);

    expect(excerpt).toMatch(/^ {5}1 \| .{1,120}$/);
    expect(excerpt.slice(carets.indexOf("^"), carets.lastIndexOf("^") + 1)).toBe("12");
  });

  test("a tab before the fault is a tab before the caret", () => {
    expect(shown('lists: {\t"a":\t12 }')).toContain(
      '\n     1 | lists: {\t"a":\t12 }\n       |         \t    \t^^\n',
    );
  });

  test("control characters do not reach the terminal", () => {
    expect(shown('lists: "\u001b[2J"')).not.toContain("\u001b");
  });

  test("an empty file has no line to show", () => {
    expect(shown("")).toBe(
      "broken.yaml:1:1: error: the file is empty; a policy needs at least apiVersion, kind, default and rules\n",
    );
  });
});

describe("did you mean", () => {
  const known = ["subscription", "resourceGroup", "name", "in", "not", "present"];

  test.each<[string, string | null]>([
    ["subscripton", "subscription"],
    ["Subscription", "subscription"],
    ["resorceGrop", "resourceGroup"],
    ["nmae", "name"],
    ["nto", "not"],
    ["i", "in"],
    ["colour", null],
    ["", null],
    ["x".repeat(100_000), null],
  ])("%.20s: %s", (written, expected) => {
    expect(closest(written, known, { left: 100 })).toBe(expected);
  });

  test("a known name is never suggested over itself, and the nearest wins", () => {
    expect(closest("aks", ["akss", "aks"], { left: 2 })).toBe("aks");
  });

  test.each([
    ["one edit for three letters", "abcdef", "abcxef", true],
    ["two for six", "abcdef", "abcxyf", true],
    ["but not three", "abcdef", "abxxyf", false],
    ["a swap of neighbours is one", "abc", "acb", true],
    ["neighbours that are swapped twice are two", "abcd", "badc", false],
    ["two letters more for six", "abcdef", "abcdefgh", true],
    ["but not three more, however alike", "abcdef", "abcdefghi", true],
    ["nor four more", "abcdef", "abcdefghij", false],
    ["more at the end than the whole name", "monday", "mon", true],
    ["but not than two letters", "inside", "in", false],
    ["whatever is changed first", "xbcdefghi", "abcdefghx", true],
  ])("%s: %s, %s", (_what, written, name, isNear) => {
    expect(closest(written, [name], { left: 1 })).toBe(isNear ? name : null);
  });

  test("a file has so many comparisons and no more; what is too long or too short to be near takes none", () => {
    const comparisons = { left: 2 };

    expect(closest("name", ["x", "x".repeat(9), "nome", "names", "name"], comparisons)).toBe("nome");
    expect(comparisons.left).toBe(0);
    expect(closest("name", ["name"], comparisons)).toBeNull();
  });

  test("thousands of slips in one file are told in no time, the first of them with suggestions", () => {
    const name = (letter: string, index: number) => letter.repeat(50) + String(index).padStart(6, "0");
    const lists = Array.from({ length: 1_000 }, (_, index) => `  ${name("n", index)}: [x]`);
    const rules = Array.from(
      { length: 1_000 },
      (_, index) =>
        `  - { name: r${index}, when: { message: { in: ${name("n", index + 5_000)} } }, then: approve }`,
    );
    const text = aFile(rules.join("\n"), { more: `lists:\n${lists.join("\n")}` });

    const problems = problemsOf(text);

    expect(problems.at(-1)).toContain("900 more in this file are not shown");
    expect(problems.filter((problem) => problem.includes("did you mean"))).toHaveLength(2);
  });
});
