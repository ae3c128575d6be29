import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../../..");
const readme = readFileSync(resolve(ROOT, "shared/README.md"), "utf8");
const spans = [...readme.matchAll(/`([^`\s]+)`/g)].map(([, span = ""]) => span);

describe("shared/README.md", () => {
  test("follows a message through files that exist", () => {
    const [, way = ""] = /## Follow one message\n([\s\S]*?)\n## /.exec(readme) ?? [];
    const files = [...way.matchAll(/`([\w./-]+\.ts)`/g)].map(([, file = ""]) => file);

    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => !existsSync(resolve(ROOT, file)))).toEqual([]);
  });

  test("names only folders and files of the product that exist", () => {
    const named = spans.filter((span) => /^[\w-]+\/([\w./-]*\.ts)?$/.test(span));

    expect(named.length).toBeGreaterThan(15);
    const isThere = (name: string) =>
      existsSync(resolve(ROOT, name)) || existsSync(resolve(ROOT, "shared", name));
    expect(named.filter((name) => !isThere(name))).toEqual([]);
  });
});
