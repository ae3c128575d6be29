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
    ["for ever waits for four minutes", Array.from({ length: 40 }, (_, n) => n * 250), 240],
    ["after ten quiet minutes begins anew", [0, 1, 2, 12, 612], 0],
    ["after nine minutes does not", [0, 1, 2, 12, 552], 40],
  ])("%s", (_what, seconds, pause) => {
    expect(pauseAfter(seconds)).toBe(pause);
  });

  test("waits from the last message on", () => {
    expect(pauseAfter([0, 1, 2], 4)).toBe(6);
    expect(pauseAfter([0, 1, 2], 11)).toBe(0);
  });

  test("law: is assessed a dozen times in the first half hour, however often they change it", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.05, max: 30, noNaN: true }), { minLength: 1 }), (pauses) => {
        const received = [later(0)];
        for (let now = 0, n = 0; now < 1_800; n++) {
          now += pauses[n % pauses.length] ?? 1;
          if (pauseWhileRestless(received, later(now * 1_000)) === 0) received.push(later(now * 1_000));
        }

        expect(received.length).toBeLessThanOrEqual(15);
      }),
      { numRuns: 30 },
    );
  });
});
