import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { PROBLEM_CODES, problemCodes, statusOf } from "../../../functions/kit/problem.ts";
import { describeSettings } from "../../../shared/config.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const readme = readFileSync(resolve(ROOT, "README.md"), "utf8");

describe("README.md", () => {
  test("lists every setting of the app, in the words of the code", () => {
    const rows = describeSettings().map(({ name, text }) => `| \`${name}\` | ${text} |`);

    const listed = readme
      .split("\n")
      .filter((line) => line.startsWith("| `") && rows.some((row) => row === line));

    expect(listed).toEqual(rows);
  });

  test("lists the code of every problem by its status", () => {
    const byStatus = Map.groupBy(problemCodes, (code) => statusOf(PROBLEM_CODES[code]).status);
    const rows = [...byStatus]
      .toSorted(([one], [other]) => one - other)
      .map(([status, codes]) => `| ${status} | ${codes.map((code) => `\`${code}\``).join(", ")} |`);

    expect(readme).toContain(`\n| status | codes |\n|---|---|\n${rows.join("\n")}\n\n`);
  });

  test("links only to files that exist", () => {
    const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1] ?? "");

    expect(links.length).toBeGreaterThan(3);
    for (const link of links) expect(() => readFileSync(resolve(ROOT, link)), link).not.toThrow();
  });
});
