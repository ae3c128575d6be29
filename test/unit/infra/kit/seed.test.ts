import { expect, test } from "vitest";
import { parseSeed } from "../../../../infra/local/kit/seed.ts";

test.each([
  ["0", 0],
  ["20261122", 20_261_122],
])("--chaos %s is a seed", (text, seed) => {
  expect(parseSeed(text)).toBe(seed);
});

test.each(["", "x", "-1", "1.5", "1e3", "9".repeat(16)])("--chaos %j is wrong usage", (text) => {
  expect(() => parseSeed(text)).toThrow("--chaos must be a whole number");
});
