import { expect, test } from "vitest";
import { findChromium } from "../../browser/kit/chromium.ts";

const HERE = import.meta.filename;
const NOWHERE = "/nowhere/chromium";

test("the browser that CHROMIUM_PATH names comes before those at the usual places", () => {
  expect(findChromium(HERE, [process.execPath])).toBe(HERE);
});

test("of the usual places the first counts where there is one", () => {
  expect(findChromium("", [NOWHERE, HERE, process.execPath])).toBe(HERE);
});

test("without a browser one is told how to get one", () => {
  expect(() => findChromium("", [NOWHERE])).toThrow(
    "install one with `apt-get install chromium`, or set CHROMIUM_PATH",
  );
});

test("a CHROMIUM_PATH that leads nowhere is said to", () => {
  expect(() => findChromium(NOWHERE, [HERE])).toThrow(
    `CHROMIUM_PATH names ${NOWHERE}, where there is nothing.`,
  );
});
