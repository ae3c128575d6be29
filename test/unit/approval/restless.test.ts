import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pauseWhileRestless } from "../../../shared/approval/restless.ts";
import { later } from "../../fixtures/builders.ts";

/** The pause right after the last of these messages, by the seconds at which they came, in seconds. */
const pauseAfter = (seconds: readonly number[], laterSeconds = 0): number =>
  pauseWhileRestless(
    seconds.map((at) => later(at * 1_000)),
    later(((seconds.at(-1) ?? 0) + laterSeconds) * 1_000),
  ) / 1_000;

describe("a consumer who changes the message", () => {
  test.each<[string, readonly number[], number]>([
    ["not at all is not kept waiting", [0], 0],
    ["once is not kept waiting", [0, 1], 0],
    ["twice waits", [0, 1, 2], 10],
    ["again waits for longer", [0, 1, 2, 12], 20],
    ["again and again waits for longer each time", [0, 1, 2, 12, 32], 40],
    ["for ever waits for an hour", Array.from({ length: 40 }, (_, n) => n * 4_000), 3_600],
    ["after three quiet hours begins anew", [0, 1, 2, 12, 10_812], 0],
    ["after two hours does not", [0, 1, 2, 12, 7_212], 40],
  ])("%s", (_what, seconds, pause) => {
    expect(pauseAfter(seconds)).toBe(pause);
  });

  test("waits from the last message on", () => {
    expect(pauseAfter([0, 1, 2], 4)).toBe(6);
    expect(pauseAfter([0, 1, 2], 11)).toBe(0);
  });

  test.each([
    ["a dozen times in the first half hour", [0.05, 30], 1_800, 12],
    ["two hundred times in a week, so that its records stay few", [60, 300], 7 * 86_400, 200],
  ])("law: is assessed %s, however often they change it", (_what, [min = 0, max = 0], lasting, most) => {
    fc.assert(
      fc.property(fc.array(fc.double({ min, max, noNaN: true }), { minLength: 1 }), (pauses) => {
        const received = [later(0)];
        for (let now = 0, n = 0; now < lasting; n++) {
          now += pauses[n % pauses.length] ?? 1;
          if (pauseWhileRestless(received, later(now * 1_000)) === 0) received.push(later(now * 1_000));
        }

        expect(received.length).toBeLessThanOrEqual(most);
      }),
      { numRuns: 10 },
    );
  });
});
