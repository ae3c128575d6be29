import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fault, type FaultCode } from "../../../shared/connection/fault.ts";
import {
  countFault,
  pauseAfterFailureMs,
  pauseBeforeRedelivery,
  pauseBeforeRetry,
  Tries,
} from "../../../shared/connection/retry.ts";

const fault = (code: FaultCode, retryAfterMs?: number) => new Fault(code, "no", { retryAfterMs });
const MIDDLE = 0.5;
const ALMOST_ONE = 0.999_999;

describe("pauseBeforeRetry", () => {
  test.each<[FaultCode]>([["DENIED_BY_POLICY"], ["BLOCKED"], ["REFUSED"], ["STRANGE"]])(
    "%s is not tried again, whatever ARM says about later",
    (code) => {
      expect(pauseBeforeRetry(fault(code, 1_000), 1, MIDDLE)).toBeNull();
    },
  );

  test.each<[FaultCode, number, number, number]>([
    ["UNREACHABLE", 1, 1_000, 2_000],
    ["UNREACHABLE", 2, 2_000, 4_000],
    ["UNREACHABLE", 3, 4_000, 8_000],
    ["UNREACHABLE", 8, 128_000, 256_000],
    ["UNREACHABLE", 9, 150_000, 300_000],
    ["BUSY", 11, 150_000, 300_000],
    ["UNREADABLE", 1, 1_000, 2_000],
    ["FORBIDDEN", 1, 1_000, 2_000],
    ["FORBIDDEN", 4, 8_000, 16_000],
    ["THROTTLED", 1, 5_000, 7_000],
    ["THROTTLED", 5, 5_000, 37_000],
    ["THROTTLED", 10, 5_000, 604_999],
    ["THROTTLED", 99, 5_000, 604_999],
  ])("%s at attempt %i waits between %i and %i ms", (code, attempt, least, most) => {
    expect(pauseBeforeRetry(fault(code), attempt, 0)).toBe(least);
    expect(pauseBeforeRetry(fault(code), attempt, ALMOST_ONE)).toBe(most);
  });

  test.each<[FaultCode, number]>([
    ["UNREACHABLE", 12],
    ["BUSY", 12],
    ["UNREADABLE", 12],
    ["FORBIDDEN", 5],
    ["THROTTLED", 100],
  ])("%s is given up at attempt %i", (code, attempt) => {
    expect(pauseBeforeRetry(fault(code), attempt - 1, MIDDLE)).not.toBeNull();
    expect(pauseBeforeRetry(fault(code), attempt, MIDDLE)).toBeNull();
    expect(pauseBeforeRetry(fault(code), attempt + 1, MIDDLE)).toBeNull();
  });

  test("ARM's Retry-After is honoured, by any transient fault", () => {
    expect(pauseBeforeRetry(fault("THROTTLED", 17_000), 1, 0)).toBe(17_000);
    expect(pauseBeforeRetry(fault("BUSY", 17_000), 1, MIDDLE)).toBe(17_000);
    expect(pauseBeforeRetry(fault("UNREACHABLE", 400_000), 11, MIDDLE)).toBe(400_000);
  });

  test("who is told by the app's own budget when their turn comes is not sent away for much longer", () => {
    const turn = new Fault("THROTTLED", "Later.", { retryAfterMs: 40_000, isTurn: true });

    expect(pauseBeforeRetry(turn, 50, 0)).toBe(40_000);
    expect(pauseBeforeRetry(turn, 50, ALMOST_ONE)).toBe(50_000);
  });

  test("a Retry-After shorter than our own pause does not hurry a busy ARM", () => {
    expect(pauseBeforeRetry(fault("BUSY", 1), 9, MIDDLE)).toBe(225_000);
  });

  test("a bad minute of ARM's uses up no patience with a role that is being given", () => {
    const { attempt } = countFault({ throttled: 0, forbidden: 0, failed: 11 }, fault("FORBIDDEN"));

    expect(pauseBeforeRetry(fault("FORBIDDEN"), attempt, ALMOST_ONE)).toBeCloseTo(2_000, -2);
  });

  test("tries of an app that did not count those apart are understood", () => {
    expect(Tries.parse({ throttled: 1, failed: 2 })).toEqual({ throttled: 1, forbidden: 0, failed: 2 });
  });

  test("what is held is looked at every five minutes at most, however often, and uses up no patience with ARM", () => {
    const held = fault("HELD", 600_000);
    const before = { throttled: 3, forbidden: 2, failed: 4 };

    const { tries, attempt } = countFault(before, held);

    expect(tries).toEqual(before);
    expect(pauseBeforeRetry(held, attempt, ALMOST_ONE)).toBe(300_000);
    expect(pauseBeforeRetry(fault("HELD", 7_000), 10_000, MIDDLE)).toBe(7_000);
    expect(pauseBeforeRetry(fault("HELD"), 10_000, MIDDLE)).toBe(300_000);
  });

  const transient = fc.constantFrom<FaultCode>("THROTTLED", "BUSY", "UNREACHABLE");
  const random = fc.double({ min: 0, max: ALMOST_ONE, noNaN: true });
  const attempt = fc.integer({ min: 1, max: 150 });

  test("law: no pause is shorter than what ARM asked for, and none is much longer: by ten minutes at most", () => {
    fc.assert(
      fc.property(
        transient,
        attempt,
        random,
        fc.option(fc.integer({ min: 0, max: 3_600_000 }), { nil: undefined }),
        (code, n, r, retryAfterMs) => {
          const pause = pauseBeforeRetry(fault(code, retryAfterMs), n, r);

          if (pause === null) return;
          expect(Number.isInteger(pause)).toBe(true);
          expect(pause).toBeGreaterThanOrEqual(retryAfterMs ?? 1_000);
          expect(pause).toBeLessThanOrEqual((retryAfterMs ?? 5_000) + 600_000);
        },
      ),
    );
  });

  test("law: with the same luck, a later attempt never waits less", () => {
    fc.assert(
      fc.property(transient, attempt, random, (code, n, r) => {
        const [now, next] = [pauseBeforeRetry(fault(code), n, r), pauseBeforeRetry(fault(code), n + 1, r)];

        if (now !== null && next !== null) expect(next).toBeGreaterThanOrEqual(now);
        if (now === null) expect(next).toBeNull();
      }),
    );
  });
});

describe("pauseBeforeRedelivery", () => {
  test.each<[string, unknown, number, number]>([
    ["the first time", new Error("a bug"), 1, 1_000],
    ["the third time", new Error("a bug"), 3, 4_000],
    ["never so long that those behind it wait for long", new Error("a bug"), 10, 10_000],
    ["as long as ARM asks", fault("THROTTLED", 7_000), 1, 7_000],
    ["but no longer than that either", fault("THROTTLED", 600_000), 1, 10_000],
  ])("%s", (_when, error, deliveries, ms) => {
    expect(pauseBeforeRedelivery(error, deliveries)).toBe(ms);
  });

  test("ten deliveries outlast a minute of ARM's absence", () => {
    const pauses = Array.from({ length: 10 }, (_, n) => pauseBeforeRedelivery(fault("UNREACHABLE"), n + 1));

    expect(pauses.reduce((sum, ms) => sum + ms)).toBeGreaterThan(60_000);
  });
});

describe("a request that failed", () => {
  test.each([
    [1, 3_600_000],
    [2, 14_400_000],
    [3, 86_400_000],
    [4, 86_400_000],
    [1_000, 86_400_000],
  ])("is tried again after failure %i in %i ms", (failures, ms) => {
    expect(pauseAfterFailureMs(failures)).toBe(ms);
  });
});

describe("a fault", () => {
  test("keeps somebody else's words to one line of at most 500 characters", () => {
    expect(new Fault("REFUSED", "first\r\n\u001b[31msecond").message).toBe("first [31msecond");
    expect(new Fault("REFUSED", "x".repeat(2_000_000)).message).toHaveLength(500);
  });

  test("keeps its cause and what ARM said", () => {
    const cause = new Error("socket hang up");

    const lost = new Fault("UNREACHABLE", "lost", { cause, armCode: "HTTP 503", correlationId: "c-1" });

    expect(lost).toMatchObject({ name: "Fault", cause, armCode: "HTTP 503", correlationId: "c-1" });
  });

  test.each<[FaultCode, boolean]>([
    ["THROTTLED", true],
    ["BUSY", true],
    ["UNREACHABLE", true],
    ["HELD", true],
    ["FORBIDDEN", false],
    ["DENIED_BY_POLICY", false],
    ["REFUSED", false],
    ["BLOCKED", false],
    ["STRANGE", false],
    ["UNREADABLE", true],
  ])("%s may pass on its own: %s", (code, expected) => {
    expect(new Fault(code, "no").isTransient).toBe(expected);
  });
});
