import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../../..");
const at = (path: string): string => resolve(ROOT, path);

/** Imports and exports that are loaded with their file: neither those of types nor dynamic ones. */
const LOADED = /^(?:import|export)\s+(?!type\s)(?:[^;"']*?\sfrom\s+)?"([^"]+)"/gm;

/** All that is loaded together with a file: our files by their absolute paths, and packages by their names. */
function loadedWith(entry: string): ReadonlySet<string> {
  const loaded = new Set<string>();
  const visit = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    if (!file.endsWith(".ts")) return;
    for (const [, specifier = ""] of readFileSync(file, "utf8").matchAll(LOADED))
      visit(specifier.startsWith(".") ? resolve(dirname(file), specifier) : specifier);
  };
  visit(entry);
  return loaded;
}

test("the app starts without the reader of YAML, and without the tools of authors", () => {
  const loaded = loadedWith(at("functions/main.ts"));

  expect(loaded).toContain(at("shared/policy/engine/decide.ts"));
  expect(loaded).not.toContain("yaml");
  expect([...loaded].filter((file) => file.startsWith(at("shared/policy-tools/")))).toEqual([]);
  expect(loadedWith(at("shared/policy/file/load.ts"))).toContain("yaml");
});
