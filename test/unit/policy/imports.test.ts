import { expect, test } from "vitest";
import { loadedWith } from "../architecture/sources.ts";

test("the app starts without the reader of YAML, and without the tools of authors", () => {
  const loaded = loadedWith("functions/main.ts");

  expect(loaded).toContain("shared/policy/engine/decide.ts");
  expect(loaded).not.toContain("yaml");
  expect([...loaded].filter((file) => file.startsWith("shared/policy-tools/"))).toEqual([]);
  expect(loadedWith("shared/policy/file/load.ts")).toContain("yaml");
});
