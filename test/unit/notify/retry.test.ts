import { expect, test } from "vitest";
import { pauseBeforeNextAttempt } from "../../../shared/notify/retry.ts";
import { DAY, HOUR } from "../../fixtures/builders.ts";

const pauses = Array.from({ length: 100 }, (_none, index) => pauseBeforeNextAttempt(index + 1));
const made = pauses.filter((pause) => pause !== null);

test("pauses grow from ten seconds to an hour", () => {
  expect(made[0]).toBe(10_000);
  expect(made.toSorted((a, b) => a - b)).toEqual(made);
  expect(made.at(-1)).toBe(HOUR);
});

test("a channel may be away for a day and an hour, and not for ever", () => {
  const total = made.reduce((sum, pause) => sum + pause, 0);

  expect(total).toBeGreaterThan(25 * HOUR);
  expect(total).toBeLessThan(2 * DAY);
  expect(pauses.slice(made.length)).toEqual(Array(100 - made.length).fill(null));
});
