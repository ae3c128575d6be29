import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Signs, troublesOf } from "../../../shared/health/health.ts";
import type { Run } from "../../../shared/health/port.ts";
import { healthOf } from "../../../shared/health/watch.ts";
import { HOUR, later, MINUTE, NINE } from "../../fixtures/builders.ts";

const MAX_AGES = { sweep: 30 * MINUTE, digests: 2 * HOUR };
const well = (minutes: number): Run => ({
  endedAt: later(minutes * MINUTE),
  wellAt: later(minutes * MINUTE),
});
const failed = (minutes: number, wellMinutes: number | null): Run => ({
  endedAt: later(minutes * MINUTE),
  wellAt: wellMinutes === null ? null : later(wellMinutes * MINUTE),
});
const channel = (oldestMinutes: number | null, name = "teams") => ({
  channel: name,
  pending: oldestMinutes === null ? 0 : 1,
  oldestPendingAt: oldestMinutes === null ? null : later(oldestMinutes * MINUTE),
  givenUp: 0,
});

/** A day after the start, all is well. */
const NOW = 24 * 60;
const WELL: Signs = {
  policy: { refused: null, lastLookFailed: null },
  switches: { problem: null },
  runs: { sweep: well(NOW - 5), digests: well(NOW - 60) },
  channels: [channel(NOW - 10), channel(null, "log")],
  startedAt: NINE,
  now: later(NOW * MINUTE),
};

describe("what ails the app", () => {
  test("is nothing when its jobs end well and its channels take what they are given", () => {
    expect(troublesOf(WELL, MAX_AGES)).toEqual([]);
  });

  test.each<[string, Partial<Signs>, string, number | null]>([
    [
      "a policy on offer that is refused",
      { policy: { refused: { at: later(7 * MINUTE), problems: ["x"] }, lastLookFailed: null } },
      "policyRefused",
      7,
    ],
    [
      "a policy that cannot be read",
      { policy: { refused: null, lastLookFailed: { at: later(8 * MINUTE), because: "x" } } },
      "policyUnreadable",
      8,
    ],
    [
      "switches that nobody understands",
      { switches: { problem: { at: later(9 * MINUTE), because: "x" } } },
      "switchesUnreadable",
      9,
    ],
    [
      "a sweep that failed",
      { runs: { ...WELL.runs, sweep: failed(NOW - 1, NOW - 6) } },
      "sweepFailed",
      NOW - 1,
    ],
    ["no good sweep for too long", { runs: { ...WELL.runs, sweep: well(NOW - 31) } }, "sweepLate", NOW - 31],
    [
      "sweeps that end, but not well, for too long",
      { runs: { ...WELL.runs, sweep: failed(NOW - 1, NOW - 31) } },
      "sweepLate",
      NOW - 31,
    ],
    ["never a good sweep", { runs: { ...WELL.runs, sweep: failed(NOW - 1, null) } }, "sweepLate", null],
    ["no sweep at all", { runs: { ...WELL.runs, sweep: null } }, "sweepLate", null],
    [
      "a digest with faults",
      { runs: { ...WELL.runs, digests: failed(NOW - 1, NOW - 61) } },
      "digestsFailed",
      NOW - 1,
    ],
    [
      "no digest for too long",
      { runs: { ...WELL.runs, digests: well(NOW - 121) } },
      "digestsLate",
      NOW - 121,
    ],
    [
      "channels that take nothing, since the one that waits longest",
      { channels: [channel(NOW - 61), channel(NOW - 90, "security"), channel(NOW - 2, "log")] },
      "peopleNotTold",
      NOW - 90,
    ],
  ])("%s", (_what, sign, code, since) => {
    expect(troublesOf({ ...WELL, ...sign }, MAX_AGES)).toEqual([
      { code, since: since === null ? null : later(since * MINUTE) },
    ]);
  });

  test("is not yet that a job never ran, as long as the process is younger than the job may be", () => {
    const young = { ...WELL, startedAt: later((NOW - 29) * MINUTE), runs: { sweep: null, digests: null } };

    expect(troublesOf(young, MAX_AGES)).toEqual([]);
  });
});

describe("whoever asks", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** An app whose store does as it is told, and how often it was asked. */
  function anApp(last: () => Promise<Signs["runs"]>, looks: () => Promise<unknown> = async () => undefined) {
    const world = { asked: 0, last, policy: WELL.policy };
    const health = healthOf({
      store: {
        runs: {
          ended: async () => undefined,
          last: () => {
            world.asked++;
            return world.last();
          },
        },
        outbox: { figures: async () => [] },
      },
      policyInForce: {
        current: async () => (await looks()) as never,
        status: () => world.policy as never,
        switches: () => WELL.switches as never,
      },
      report: () => undefined,
      maxAges: MAX_AGES,
      now: Date.now,
    });
    return { world, health };
  }

  test("costs the store one look in ten seconds, however many they are", async () => {
    const { world, health } = anApp(async () => ({ sweep: null, digests: null }));

    const answers = await Promise.all(Array.from({ length: 1_000 }, health));
    await vi.advanceTimersByTimeAsync(9_000);
    await health();

    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify({ isReady: true, troubles: [] })]),
    );
    expect(world.asked).toBe(1);
    await vi.advanceTimersByTimeAsync(2_000);
    await health();
    expect(world.asked).toBe(2);
  });

  test("hears that the app is not ready while the store fails, and soon after that it is again", async () => {
    const { world, health } = anApp(() => Promise.reject(new Error("the account of a secret name is gone")));

    expect(await health()).toEqual({ isReady: false });
    world.last = async () => ({ sweep: null, digests: null });
    await vi.advanceTimersByTimeAsync(11_000);

    expect(await health()).toEqual({ isReady: true, troubles: [] });
  });

  test("hears of the policy that is on offer now, though nothing else in this process looks at it", async () => {
    const refused = { at: later(0), problems: ["x"] };
    const { world, health } = anApp(
      async () => ({ sweep: null, digests: null }),
      async () => {
        world.policy = { ...WELL.policy, refused };
      },
    );

    expect(await health()).toEqual({
      isReady: true,
      troubles: [{ code: "policyRefused", since: refused.at }],
    });
  });

  test("is not kept by a policy's source that hangs or fails: the app is ready", async () => {
    for (const looks of [() => new Promise(() => undefined), () => Promise.reject(new Error("x"))]) {
      const { health } = anApp(async () => ({ sweep: null, digests: null }), looks);

      const answer = health();
      await vi.advanceTimersByTimeAsync(4_001);

      expect(await answer).toEqual({ isReady: true, troubles: [] });
    }
  });

  test("waits five seconds for a store that does not answer, and no longer", async () => {
    const { health } = anApp(() => new Promise(() => undefined));

    const answer = health();
    await vi.advanceTimersByTimeAsync(5_001);

    expect(await answer).toEqual({ isReady: false });
  });
});
