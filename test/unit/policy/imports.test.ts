import { globSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { circleAmong, importsOf, loadedWith } from "./imports.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const at = (path: string): string => resolve(ROOT, path);
const filesIn = (folder: string): string[] => globSync(`${at(folder)}/**/*.ts`);
const toolsAmong = (files: Iterable<string>): string[] =>
  [...files].filter((file) => file.startsWith(at("shared/policy-tools/")));

test("the app starts without the reader of YAML, and without the tools of authors", () => {
  const loaded = loadedWith(at("functions/main.ts"));

  expect(loaded).toContain(at("shared/policy/engine/decide.ts"));
  expect(loaded).not.toContain("yaml");
  expect(toolsAmong(loaded)).toEqual([]);
  expect(loadedWith(at("shared/policy/file/load.ts"))).toContain("yaml");
});

test("what decides knows nothing of the tools of authors", () => {
  const imported = filesIn("shared/policy").flatMap((file) => importsOf(file).map(({ to }) => to));

  expect(imported).toContain("yaml");
  expect(toolsAmong(imported)).toEqual([]);
});

test.each(["policy", "policy-tools", "policy-in-force"])(
  "no files of %s import each other in a circle, not even types",
  (room) => {
    expect(circleAmong(new Set(filesIn(`shared/${room}`)))).toBeNull();
  },
);
