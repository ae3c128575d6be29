import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DIFFERENCES } from "./differences.ts";

const README = join(import.meta.dirname, "../../../infra/local/durable-task/README.md");

/** The first column of the table below a heading. */
function rowsBelow(heading: string): string[] {
  const [, section = ""] = readFileSync(README, "utf8").split(`\n## ${heading}\n`);
  const table = section.split("\n## ")[0] ?? "";
  return [...table.matchAll(/^\| (?<first>[^|]+?) \|/gm)].map(({ groups }) => groups?.first ?? "");
}

test("the README lists the differences that the tests allow, and no others", () => {
  const rows = rowsBelow("Where the genuine extension answers otherwise");

  expect(rows.filter((row) => row !== "" && !/^-+$/.test(row))).toEqual(
    Object.values(DIFFERENCES).map(({ what }) => what),
  );
});
