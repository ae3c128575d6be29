import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
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

  test("links only to files that exist", () => {
    const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1] ?? "");

    expect(links.length).toBeGreaterThan(3);
    for (const link of links) expect(() => readFileSync(resolve(ROOT, link)), link).not.toThrow();
  });
});
