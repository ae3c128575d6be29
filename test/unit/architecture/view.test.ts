import { describe, expect, test } from "vitest";
import { loadedWith, textOf } from "./sources.ts";

const loaded = [...loadedWith("shared/view/index.ts")];
const files = loaded.filter((name) => name.endsWith(".ts"));

describe("the view model, with all that it loads", () => {
  test("is what the index leads to, and some of the rules of who counts", () => {
    expect(files).toContain("shared/view/screen.ts");
    expect(files).toContain("shared/approval/quorum.ts");
  });

  test("imports no package, and nothing of Node: it is part of a page", () => {
    expect(loaded.filter((name) => !name.endsWith(".ts"))).toEqual([]);
  });

  test.each([
    ["the clock", /\bDate\.now\b|\bnew Date\(\)|\bperformance\b/],
    [
      "the machine's language or time zone",
      /\bIntl\b|\.toLocale|\.getTimezoneOffset|\.get(?:Hours|Date|Day)\(/,
    ],
    ["what only Node has", /\bprocess\b|\bBuffer\b|\brequire\(|\bimport\(/],
    ["chance", /\bMath\.random\b|\bcrypto\b/],
  ])("looks at %s nowhere", (_what, forbidden) => {
    const codeOf = (file: string) => textOf(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");

    expect(files.filter((file) => forbidden.test(codeOf(file)))).toEqual([]);
  });
});
