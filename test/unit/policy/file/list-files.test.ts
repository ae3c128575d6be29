import { describe, expect, test } from "vitest";
import { loadPolicy } from "../../../../shared/policy/file/load.ts";
import { readPolicyFile } from "../../../../shared/policy/file/read-policy-file.ts";
import { formatProblems } from "../../../../shared/policy/file/report.ts";
import { aFile, load, problemsOf } from "../builders.ts";

const RULE = "  - { name: r1, when: { message: { in: teams } }, then: approve }";
const text = aFile(RULE);
const entriesOf = (file: string, list: string) =>
  readPolicyFile(text, "policy.yaml", new Map([[file, list]])).content?.lists.teams;

describe("a list in a file of its own", () => {
  test.each<[string, string, string, string[]]>([
    [
      "YAML",
      "lists/teams.yaml",
      "# ours\n- web\n- team-* # all of them\n- '012'\n",
      ["web", "team-*", "012"],
    ],
    ["YAML on one line", "lists/teams.yml", "[web, data]", ["web", "data"]],
    [
      "YAML with a byte order mark and Windows' line ends",
      "lists/teams.yaml",
      "\ufeff- web\r\n- data\r\n",
      ["web", "data"],
    ],
    ["text", "lists/teams.txt", "web\ndata", ["web", "data"]],
    [
      "text with comments and blanks",
      "lists/teams.txt",
      "# ours\n\n  web  # the web\n\t\ndata# 7\n   # nothing\nteam #\n",
      ["web", "data# 7", "team"],
    ],
    [
      "text with a byte order mark and Windows' line ends",
      "lists/teams.txt",
      "\ufeffweb\r\n\r\n#no\r\ndata \r\n",
      ["web", "data"],
    ],
    [
      "text whose first line is a comment behind a byte order mark",
      "lists/teams.txt",
      "\ufeff# no\nweb",
      ["web"],
    ],
    ["text with blanks inside", "lists/teams.txt", "a b  c\n", ["a b  c"]],
    ["a path as Windows writes it", "policies\\lists\\teams.txt", "web", ["web"]],
  ])("may be %s", (_name, file, list, expected) => {
    expect(entriesOf(file, list)).toEqual(expected);
  });

  test("is found by conditions, and may stand beside inline lists", () => {
    const both = aFile(`${RULE}\n  - { name: r2, when: { message: { in: others } }, then: approve }`, {
      more: "lists: { others: [a] }",
    });

    expect(problemsOf(both, { "lists/teams.txt": "web" })).toEqual([]);
    expect(problemsOf(both)).toEqual(['9:40: list "teams" is not defined under lists']);
  });
});

describe("a list file that is not sound", () => {
  test.each<[string, Record<string, string>, string[]]>([
    [
      "an empty text file",
      { "lists/teams.txt": "" },
      ["lists/teams.txt:1:1: the file is empty; a list needs at least one text"],
    ],
    [
      "nothing but comments",
      { "lists/teams.txt": "# a\n#b" },
      ["lists/teams.txt:1:1: the file is empty; a list needs at least one text"],
    ],
    [
      "an empty YAML file",
      { "lists/teams.yaml": "# a" },
      ["lists/teams.yaml:1:1: the file is empty; a list needs at least one text"],
    ],
    ["an empty YAML list", { "lists/teams.yaml": "[]" }, ["lists/teams.yaml:1:1: list: must not be empty"]],
    [
      "a mapping",
      { "lists/teams.yaml": "teams: [a]" },
      ["lists/teams.yaml:1:1: list: expected a list of texts; found a mapping"],
    ],
    [
      "a number",
      { "lists/teams.yaml": "- a\n- 012" },
      [
        'lists/teams.yaml:2:3: list[]: expected text; found the number 12; for the text "012", put it in quotes',
      ],
    ],
    [
      "a text that is too long",
      { "lists/teams.txt": `web\n  ${"x".repeat(257)}` },
      ["lists/teams.txt:2:3: list[]: must be at most 256 characters long"],
    ],
    [
      "too many texts",
      { "lists/teams.txt": "x\n".repeat(2_002) },
      ["lists/teams.txt:2001:1: list: must have at most 2000 entries; this one is too many"],
    ],
    [
      "too many texts in YAML",
      { "lists/teams.yaml": "- x\n".repeat(2_001) },
      ["lists/teams.yaml:2001:3: list: must have at most 2000 entries; this one is too many"],
    ],
    [
      "1 MB of text",
      { "lists/teams.txt": "x".repeat(1_000_000) },
      ["lists/teams.txt:1:1: the file is larger than 256 KiB"],
    ],
    [
      "1 MB of YAML",
      { "lists/teams.yaml": `- ${"x".repeat(1_000_000)}` },
      ["lists/teams.yaml:1:1: the file is larger than 256 KiB"],
    ],
    [
      "another kind of file",
      { "lists/teams.csv": "a", "lists/teams.txt": "a" },
      ["lists/teams.csv:1:1: a file of a list is called NAME.yaml, NAME.yml or NAME.txt"],
    ],
    [
      "a name with a space",
      { "lists/our teams.txt": "a", "lists/teams.txt": "a" },
      [
        'lists/our teams.txt:1:1: the file\'s name: a name has 1 to 100 letters, digits, ".", "_" or "-" and begins with a letter or digit',
      ],
    ],
    [
      "the name of Object.prototype's way in",
      { "lists/__proto__.txt": "a", "lists/teams.txt": "a" },
      [
        'lists/__proto__.txt:1:1: the file\'s name: a name has 1 to 100 letters, digits, ".", "_" or "-" and begins with a letter or digit',
      ],
    ],
    [
      "one name twice",
      { "lists/teams.yaml": "[a]", "lists/teams.txt": "a" },
      ['lists/teams.yaml:1:1: list "teams" is already defined in lists/teams.txt, line 1'],
    ],
    [
      "aliases",
      { "lists/teams.yaml": "- &a x\n- *a" },
      [
        'lists/teams.yaml:1:6: a text that begins with "&" needs quotes: "&a"; a value cannot be given a name',
        'lists/teams.yaml:2:3: a text that begins with "*" needs quotes: "*a"; a value cannot be repeated by a name',
      ],
    ],
    [
      "lists in lists without end",
      { "lists/teams.yaml": "- ".repeat(100_000) },
      [expect.stringMatching(/^lists\/teams\.yaml:1:\d+: mappings and lists are nested too deeply$/)],
    ],
  ])("%s", (_name, files, expected) => {
    expect(problemsOf(text, files)).toEqual(expected);
  });

  test("a name that is inline too is a problem of the file", () => {
    const inline = aFile(RULE, { more: "lists:\n  teams: [a]" });

    expect(problemsOf(inline, { "lists/teams.txt": "a" })).toEqual([
      'lists/teams.txt:1:1: list "teams" is already defined in policy.yaml, line 8',
    ]);
  });

  test("its problems come after the policy's, and show its own lines", () => {
    const loaded = loadPolicy(
      text.replace("default:", "defualt:"),
      "policy.yaml",
      new Map([["lists/teams.yaml", "- a\n- 7\n"]]),
    );

    expect(loaded.kind === "problems" && formatProblems(loaded.problems)).toBe(`\
policy.yaml:6:1: error: unknown field "defualt" in policy; did you mean "default"?
     6 | defualt: { ask: { approvers: [aks] } }
       | ^^^^^^^
lists/teams.yaml:2:3: error: list[]: expected text; found the number 7; for the text "7", put it in quotes
     2 | - 7
       |   ^
`);
  });
});

describe("the hash stands for list files too", () => {
  const hash = (lists: Record<string, string>) => load(text, lists).hash;
  const plain = hash({ "lists/teams.txt": "a\nb" });

  test.each<[string, Record<string, string>]>([
    ["comments", { "lists/teams.txt": "a # x\n\nb\n" }],
    ["the format", { "lists/teams.yaml": "[a, b]" }],
    ["the folder", { "elsewhere/teams.txt": "a\nb" }],
    ["a list that nobody uses", { "lists/teams.txt": "a\nb", "lists/others.txt": "c" }],
  ])("%s: no change", (_name, lists) => {
    expect(hash(lists)).toBe(plain);
  });

  test("another entry: a change", () => {
    expect(hash({ "lists/teams.txt": "a\nc" })).not.toBe(plain);
  });

  test("a list means something else inline than in another list's file", () => {
    const two = aFile(`${RULE}\n  - { name: r2, when: { message: { in: others } }, then: approve }`);

    expect(load(two, { "lists/teams.txt": "a", "lists/others.txt": "b" }).hash).not.toBe(
      load(two, { "lists/teams.txt": "b", "lists/others.txt": "a" }).hash,
    );
  });
});
