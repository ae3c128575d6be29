import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { instant } from "../../../shared/connection/connection.ts";
import { type Histories, purgeHistories, type Window } from "../../../shared/workflow/purge.ts";
import { DAY, later, NINE } from "../../fixtures/builders.ts";

const NEVER = new AbortController().signal;

/** What Durable keeps of instances that began at these moments and have ended. */
function aHub(...began: readonly number[]) {
  const kept = new Set(began);
  const windows: Window[] = [];
  const histories: Histories = {
    purge: async (window) => {
      windows.push(window);
      const chosen = [...kept].filter((at) => at >= Date.parse(window.from) && at <= Date.parse(window.to));
      for (const at of chosen) kept.delete(at);
      return chosen.length;
    },
  };
  return { histories, windows, kept: () => [...kept] };
}

const purge = (histories: Histories, { days = 30, signal = NEVER } = {}) =>
  purgeHistories(histories, { now: NINE, days, signal });

describe("a purge of histories", () => {
  test("takes all that began long enough ago, however long, and nothing younger", async () => {
    const moment = fc.integer({ min: 0, max: Date.parse(NINE) });

    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(moment), fc.integer({ min: 1, max: 3_650 }), async (began, days) => {
        const hub = aHub(...began);
        const isOld = (at: number) => at <= Date.parse(NINE) - days * DAY;

        const { purged, left } = await purge(hub.histories, { days });

        expect(hub.kept()).toEqual(began.filter((at) => !isOld(at)));
        expect([purged, left]).toEqual([began.filter(isOld).length, 0]);
      }),
    );
  });

  test("begins with a day, in which is most, and goes back without a gap in few steps", async () => {
    const hub = aHub();

    await purge(hub.histories);

    expect(hub.windows[0]).toEqual({ from: later(-31 * DAY), to: later(-30 * DAY) });
    expect(hub.windows.slice(1).map(({ to }) => to)).toEqual(
      hub.windows.slice(0, -1).map(({ from }) => from),
    );
    expect(hub.windows.at(-1)?.from).toBe(instant(0));
    expect(hub.windows.length).toBeLessThan(20);
  });

  test("that has no time for more stops between two windows and says so; the next one takes the rest", async () => {
    const hub = aHub(Date.parse(later(-31 * DAY)), Date.parse(later(-300 * DAY)));
    const time = new AbortController();
    const slow: Histories = {
      purge: async (window) => {
        time.abort();
        return hub.histories.purge(window);
      },
    };

    const first = await purge(slow, { signal: time.signal });
    const second = await purge(hub.histories);

    expect(first).toMatchObject({ purged: 1, left: expect.any(Number), broken: [] });
    expect(first.left).toBeGreaterThan(0);
    expect(second).toEqual({ purged: 1, left: 0, broken: [] });
  });

  test("names a window that fails and goes on with the next", async () => {
    const hub = aHub(Date.parse(later(-31 * DAY)) + 1, Date.parse(later(-40 * DAY)));
    const histories: Histories = {
      purge: async (window) => {
        if (window.to === later(-30 * DAY)) throw new Error("status code: 500");
        return hub.histories.purge(window);
      },
    };

    const { purged, broken } = await purge(histories);

    expect(purged).toBe(1);
    expect(broken).toEqual([
      `what began from ${later(-31 * DAY)} to ${later(-30 * DAY)}: Error: status code: 500`,
    ]);
  });
});

describe("a window that does not end", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("is left after a minute, and the older ones are purged all the same", async () => {
    const hub = aHub(Date.parse(later(-40 * DAY)));
    const histories: Histories = {
      purge: (window) =>
        window.to === later(-30 * DAY) ? new Promise(() => undefined) : hub.histories.purge(window),
    };

    const report = purge(histories);
    await vi.advanceTimersByTimeAsync(60_000);

    expect(await report).toMatchObject({ purged: 1, left: 0, broken: [expect.stringContaining("60 s")] });
  });
});
