import { describe, expect, test } from "vitest";
import { loadPolicy } from "../../../../shared/policy/file/load.ts";
import { readPolicyFile } from "../../../../shared/policy/file/read-policy-file.ts";
import type { Problem } from "../../../../shared/policy/file/report.ts";
import { checkFiles } from "../../../../shared/policy-in-force/check.ts";
import { aFile } from "../builders.ts";

/** As many lines as fit. */
const filledWith = (line: string, kibibytes = 120): string =>
  line.repeat(Math.floor((kibibytes * 1_024) / Buffer.byteLength(line)));
const lists = (count: number, name: string, text: string): ReadonlyMap<string, string> =>
  new Map(Array.from({ length: count }, (_, index) => [`lists/l${index}${name}`, text]));

function problemsOf(text: string, files?: ReadonlyMap<string, string>): readonly Problem[] {
  const loaded = loadPolicy(text, "policy.yaml", files);
  if (loaded.kind === "policy") throw new Error("It is sound.");
  return loaded.problems;
}

const counted = (problems: readonly Problem[]): number => problems.reduce((sum, { count }) => sum + count, 0);

const charactersOf = (problems: readonly Problem[]): number =>
  problems.reduce(
    (sum, { file, message, excerpt }) => sum + file.length + message.length + excerpt.length,
    0,
  );

describe("of the problems of list files a thousand are kept, whatever is wrong, and the rest is counted:", () => {
  test.each([
    ["what cannot be seen", lists(100, ".txt", filledWith("\u200b\n", 4)), 100 * 1_024],
    ["texts that are too long", lists(100, ".txt", filledWith(`${"x".repeat(257)}\n`)), 47_600],
    ["what is no text", lists(12, ".yaml", filledWith("- 1\n", 4)), 12 * 1_024],
    ["blanks at the ends", lists(12, ".yaml", filledWith('- " a"\n', 4)), 12 * 585],
    ["keys that are there already", lists(12, ".yaml", filledWith("a: 1\n", 4)), 12 * 819],
  ])("%s", (_what, files, count) => {
    const problems = problemsOf(aFile(""), files);

    expect(problems.length).toBeLessThanOrEqual(1_000 + files.size);
    expect(charactersOf(problems)).toBeLessThan(500_000);
    expect(counted(problems)).toBe(count);
  });
});

test("a list keeps no more entries than it may have, however many are written", () => {
  const { lists: read } = readPolicyFile(
    aFile(""),
    "policy.yaml",
    new Map([
      ["lists/a.txt", filledWith("a\n")],
      ["lists/b.yaml", filledWith("- a\n", 12)],
    ]),
  );

  expect([...read.values()].map(({ entries }) => entries.length <= 2_001)).toEqual([true, true]);
});

describe("a file with many problems", () => {
  const rules = (count: number) => aFile(`${"  - { name: 1 }\n".repeat(count)}  - { name: last }`);

  test("shows the first hundred in its order, and says how many more there are, and where they begin", () => {
    const problems = problemsOf(rules(149).replace("name: last", "name: r, then: approve"));

    expect(problems).toHaveLength(101);
    expect(problems.map(({ line }) => line)).toEqual(
      problems.map(({ line }) => line).toSorted((a, b) => a - b),
    );
    expect(problems.at(-1)).toMatchObject({
      severity: "error",
      message: "199 more in this file are not shown; mend the others first",
      excerpt: "",
      count: 199,
    });
  });

  test("keeps of each no more than a reader needs", () => {
    const long = "k".repeat(100_000);

    const problems = problemsOf(aFile("", { byDefault: `ask: { approvers: { ? ${long}\n : 0 } }` }));

    expect(problems.filter(({ message }) => message.startsWith("default.ask.approvers.kkk"))).toHaveLength(1);
    expect(charactersOf(problems)).toBeLessThan(3_000);
  });
});

test("the app counts all problems, and keeps texts of fifty", async () => {
  const checked = await checkFiles(
    {
      file: "policy.yaml",
      text: aFile(""),
      lists: lists(100, ".txt", filledWith("\u200b\n")),
    },
    null,
    0,
  );

  if (checked.kind === "policy") throw new Error("It is sound.");
  expect(checked.count).toBe(100 * (2_001 + 1));
  expect(checked.problems.length).toBeLessThanOrEqual(51);
  expect(checked.problems.join("\n").length).toBeLessThan(50_000);
});
